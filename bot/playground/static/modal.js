/** Modal views: one dialog that shows the top of the stack; what is typed below it is kept. */
import { post } from "./api.js";
import { clearComplaint, renderBlocks, showComplaints } from "./blocks.js";
import { blockContext } from "./context.js";
import { byId, el, freshId, iconButton } from "./dom.js";
import { avatar } from "./people.js";
import { complaints } from "./fields.js";
import { rememberFocus } from "./focus.js";
import { plain } from "./text.js";

let stack = []; // [{view, panel, fields, body, problem}], the top one last
let opener = null;

export function buildModal() {
  const dialog = byId("modal");
  dialog.addEventListener("cancel", (event) => {
    if (event.target !== dialog) return;
    event.preventDefault();
    leave();
  });
}

export function viewArrived(view) {
  const known = stack.find((layer) => layer.view.id === view.id);
  if (known?.view.hash && known.view.hash === view.hash) return;
  const layer = draw(view, known);
  if (known) stack[stack.indexOf(known)] = layer;
  else stack.push(layer);
  stack.sort((one, other) => (one.view.stack ?? 0) - (other.view.stack ?? 0));
  show();
}

export function viewClosed({ view_id, all }) {
  stack = all ? [] : stack.filter((layer) => layer.view.id !== view_id);
  show();
}

/** After a reconnection: what the workspace has open, no more and no less. */
export function viewsAre(views) {
  stack = stack.filter((layer) => views.some(({ id }) => id === layer.view.id));
  views.forEach(viewArrived);
  if (!views.length) show();
}

export const forgetModals = () => viewClosed({ all: true });

function show() {
  const dialog = byId("modal");
  const top = stack.at(-1);
  if (!top) return close(dialog);
  const restore = rememberFocus(dialog);
  const scrolled = dialog.querySelector(".modal-body")?.scrollTop ?? 0;
  const same = dialog.dataset.view === top.view.id;
  dialog.replaceChildren(top.panel);
  dialog.dataset.view = top.view.id;
  dialog.setAttribute("aria-labelledby", top.titleId);
  if (!dialog.open) {
    opener = document.activeElement;
    dialog.showModal();
  }
  if (same) top.body.scrollTop = scrolled;
  if (same) restore();
  else (top.body.querySelector("[autofocus]") ?? top.body.querySelector("[data-key]") ?? top.panel.querySelector("button"))?.focus();
}

function close(dialog) {
  if (!dialog.open) return;
  dialog.close();
  dialog.replaceChildren();
  delete dialog.dataset.view;
  if (opener?.isConnected) opener.focus({ preventScroll: true });
}

function draw(view, known) {
  const layer = { view, titleId: freshId("title") };
  const context = blockContext(
    { type: "view", view_id: view.id },
    { before: known?.fields, saved: view.state?.values, onError: (error) => (layer.problem.textContent = error) },
  );
  layer.fields = context.fields;
  layer.body = el("div", { class: "modal-body" }, renderBlocks(view.blocks, context));
  layer.problem = el("p", { class: "modal-problem", role: "alert" });
  layer.fields.onchange = (blockId) => clearComplaint(layer.body, blockId);
  layer.panel = el(
    "form",
    { class: "modal-panel", novalidate: true, onsubmit: (event) => submit(event, layer) },
    head(layer),
    layer.body,
    layer.problem,
    foot(layer),
  );
  return layer;
}

function head({ view, titleId }) {
  const back = view.stack > 0 && iconButton("back", "Back", () => dismiss(stack.at(-1)));
  const face = view.app?.user_id && avatar(view.app.user_id, { size: "small" });
  return el(
    "header",
    { class: "modal-head" },
    back,
    face,
    el("h2", { id: titleId, dir: "auto" }, plain(view.title.text)),
    iconButton("close", "Close", dismissAll),
  );
}

function foot({ view }) {
  const close = el(
    "button",
    { type: "button", class: "button", onclick: () => dismiss(stack.at(-1)) },
    plain(view.close?.text ?? (view.submit ? "Cancel" : "Close")),
  );
  const send = view.submit && el("button", { type: "submit", class: "button primary" }, plain(view.submit.text));
  return el("footer", { class: "modal-foot" }, close, send);
}

async function submit(event, layer) {
  event.preventDefault();
  if (!layer.view.submit || layer.busy) return;
  layer.problem.textContent = "";
  const found = complaints(layer.view.blocks, layer.fields);
  showComplaints(layer.body, found);
  if (Object.keys(found).length) return;
  wait(layer, true);
  const answer = await post("submit", { view_id: layer.view.id, values: layer.fields.values() });
  wait(layer, false);
  settle(layer, answer);
}

function wait(layer, busy) {
  layer.busy = busy;
  layer.panel.setAttribute("aria-busy", String(busy));
}

function settle(layer, answer) {
  if (answer.errors) {
    showComplaints(layer.body, answer.errors);
    layer.problem.textContent = homeless(layer, answer.errors);
  } else if (!answer.ok) layer.problem.textContent = answer.error;
  else if (answer.response === "clear") viewClosed({ view_id: layer.view.id });
}

/** Errors for blocks that are not in the view would otherwise be lost. */
function homeless({ view }, errors) {
  const inputs = new Set(view.blocks.filter(({ type }) => type === "input").map(({ block_id }) => block_id));
  return Object.entries(errors).filter(([blockId]) => !inputs.has(blockId)).map(([, words]) => words).join(" ");
}

/** Escape is easily pressed by accident: with something typed it asks first. */
function leave() {
  const layer = stack.at(-1);
  if (!layer) return;
  if (!layer.fields.wouldBeLost || layer.asking) return dismiss(layer);
  layer.asking = true;
  const bar = el("div", { class: "modal-ask", role: "alert" }, el("span", {}, "Close and lose what you typed?"),
    el("button", { type: "button", class: "button", onclick: stay }, "Keep writing"),
    el("button", { type: "button", class: "button danger", onclick: () => dismiss(layer) }, "Close"));
  layer.panel.append(bar);
  bar.querySelector("button").focus();

  function stay() {
    layer.asking = false;
    bar.remove();
    layer.body.querySelector("[data-key]")?.focus();
  }
}

async function dismiss(layer) {
  viewClosed({ view_id: layer.view.id });
  await post("close", { view_id: layer.view.id });
}

async function dismissAll() {
  for (const layer of [...stack].reverse()) await dismiss(layer);
}
