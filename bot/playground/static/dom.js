/** Small makers of page elements. Text always goes in as text, never as markup. */

const SVG = "http://www.w3.org/2000/svg";

const ICON_PATHS = {
  lock: "M5 7V5.5a3 3 0 0 1 6 0V7M4 7h8v6H4z",
  hash: "M6.5 3 5 13M11 3 9.5 13M3.5 6.2h9.5M3 9.8h9.5",
  plus: "M8 3.5v9M3.5 8h9",
  close: "m4 4 8 8m0-8-8 8",
  back: "M9.5 3.5 5 8l4.5 4.5",
  next: "M6.5 3.5 11 8l-4.5 4.5",
  down: "m4 6.5 4 4 4-4",
  more: "M3.1 8a.4.4 0 1 0 .8 0 .4.4 0 0 0-.8 0M7.6 8a.4.4 0 1 0 .8 0 .4.4 0 0 0-.8 0M12.1 8a.4.4 0 1 0 .8 0 .4.4 0 0 0-.8 0",
  reply: "M3 4h10v6.5H8.5L5.5 13v-2.5H3z",
  smile: "M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11M6 6.8h.01M10 6.8h.01M5.7 9.5c1.2 1.5 3.4 1.5 4.6 0",
  pencil: "m3.5 12.5.6-2.5 6.4-6.4 1.9 1.9L6 11.9z",
  bin: "M3.5 5h9M6.5 5V3.5h3V5M5 5l.5 8h5l.5-8",
  clip: "m11.8 7-4.6 4.6a2.3 2.3 0 0 1-3.3-3.3l5-5a1.5 1.5 0 0 1 2.2 2.2l-4.9 4.9a.7.7 0 0 1-1-1l4.2-4.2",
  file: "M4.5 2.5h4.6l2.9 2.9v8.1H4.5zM9 2.5v3h3",
  send: "m3 3.5 10.5 4.5L3 12.5 4.5 8zM4.5 8h4",
  sun: "M8 5.3a2.7 2.7 0 1 0 0 5.4 2.7 2.7 0 0 0 0-5.4M8 1.5v1.3M8 13.2v1.3M1.5 8h1.3M13.2 8h1.3M3.4 3.4l.9.9M11.7 11.7l.9.9M3.4 12.6l.9-.9M11.7 4.3l.9-.9",
  moon: "M12.8 9.8A5.5 5.5 0 0 1 6.2 3.2a5.5 5.5 0 1 0 6.6 6.6z",
  eye: "M1.8 8c2.8-4.7 9.6-4.7 12.4 0-2.8 4.7-9.6 4.7-12.4 0M8 6.3a1.7 1.7 0 1 0 0 3.4 1.7 1.7 0 0 0 0-3.4",
  clock: "M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11M8 5v3.2l2.2 1.3",
  people: "M6 3.5a2 2 0 1 0 0 4 2 2 0 0 0 0-4M2.5 12.5c.3-4 6.7-4 7 0M10.5 4a1.8 1.8 0 0 1 0 3.4M11.3 9.3c1.4.4 2.1 1.5 2.2 3.2",
};

export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) setProp(node, name, value);
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

function setProp(node, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (name === "class") node.className = value;
  else if (name === "data") Object.assign(node.dataset, value);
  else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
  else if (name === "value" || name === "checked" || name === "selected") node[name] = value;
  else node.setAttribute(name, value === true ? "" : value);
}

export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  const attributes = { viewBox: "0 0 16 16", class: "icon", "aria-hidden": "true" };
  for (const [key, value] of Object.entries(attributes)) svg.setAttribute(key, value);
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ICON_PATHS[name]);
  svg.append(path);
  return svg;
}

export function iconButton(name, label, onclick, props = {}) {
  return el(
    "button",
    { type: "button", class: "icon-button", "aria-label": label, title: label, onclick, ...props },
    icon(name),
  );
}

export function unseen(text) {
  return el("span", { class: "unseen" }, text);
}

export const byId = (id) => document.getElementById(id);

let counter = 0;
export const freshId = (stem) => `${stem}-${++counter}`;

/** Brings a list of nodes in line with rows, touching only what changed. */
export function reconcile(parent, rows, build) {
  const wanted = new Set(rows.map((row) => row.key));
  const present = new Map();
  for (const node of [...parent.children]) {
    if (wanted.has(node.rowKey)) present.set(node.rowKey, node);
    else node.remove();
  }
  let cursor = parent.firstElementChild;
  for (const row of rows) {
    let node = present.get(row.key);
    if (node && !sameDeps(node.rowDeps, row.deps)) {
      const fresh = built(row, build);
      if (cursor === node) cursor = fresh;
      replaceKeepingFocus(node, fresh);
      node = fresh;
    }
    node ??= built(row, build);
    if (node === cursor) cursor = cursor.nextElementSibling;
    else parent.insertBefore(node, cursor);
  }
}

function built(row, build) {
  const node = build(row);
  node.rowKey = row.key;
  node.rowDeps = row.deps;
  return node;
}

function sameDeps(before, after) {
  return before.length === after.length && before.every((dep, index) => dep === after[index]);
}

function replaceKeepingFocus(old, fresh) {
  const focused = old.contains(document.activeElement) ? document.activeElement : null;
  old.replaceWith(fresh);
  if (!focused) return;
  const twin = focused.dataset.key && [...fresh.querySelectorAll("[data-key]")].find((node) => node.dataset.key === focused.dataset.key);
  (twin || fresh).focus({ preventScroll: true });
}
