/** Menus and small panels that open beside what was pressed. */
import { el, freshId } from "./dom.js";

const GAP = 6;

/** A panel in the top layer; Escape or a press elsewhere closes it and focus goes back. */
export function openPanel(anchor, content, props = {}) {
  const panel = el("div", { class: "panel", popover: "auto", ...props }, content);
  const host = anchor.closest("dialog") ?? document.body;
  host.append(panel);
  anchor.setAttribute("aria-expanded", "true");
  panel.addEventListener("toggle", ({ newState }) => newState === "closed" && dismiss(panel, anchor));
  panel.addEventListener("keydown", (event) => event.key === "Escape" && closeOnEscape(event, panel));
  panel.showPopover();
  place(panel, anchor);
  return panel;
}

function closeOnEscape(event, panel) {
  event.preventDefault();
  event.stopPropagation();
  panel.hidePopover();
}

function dismiss(panel, anchor) {
  const hadFocus = panel.contains(document.activeElement) || document.activeElement === document.body;
  panel.remove();
  anchor.setAttribute("aria-expanded", "false");
  if (hadFocus && anchor.isConnected) anchor.focus({ preventScroll: true });
}

function place(panel, anchor) {
  const spot = anchor.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = panel;
  const below = spot.bottom + GAP;
  const top = below + height > innerHeight ? Math.max(GAP, spot.top - height - GAP) : below;
  panel.style.top = `${top}px`;
  panel.style.left = `${Math.max(GAP, Math.min(spot.left, innerWidth - width - GAP))}px`;
}

/** items: [{label, note, danger, run}]; a null draws a line. */
export function openMenu(anchor, label, items) {
  const menu = openPanel(anchor, [], { role: "menu", "aria-label": label, class: "panel menu" });
  menu.append(...items.map((item) => menuItem(item, menu)));
  menu.addEventListener("keydown", (event) => moveFocus(event, menu));
  place(menu, anchor);
  menu.querySelector("[role=menuitem]")?.focus();
}

function menuItem(item, menu) {
  if (!item) return el("hr");
  const choose = () => {
    menu.hidePopover();
    item.run();
  };
  return el("button", {
    type: "button",
    role: "menuitem",
    tabindex: "-1",
    class: item.danger ? "menu-item danger" : "menu-item",
    onclick: choose,
  },
    el("span", {}, item.label), item.note && el("small", {}, item.note));
}

function moveFocus(event, menu) {
  const items = [...menu.querySelectorAll("[role=menuitem]")];
  const at = items.indexOf(document.activeElement);
  const targets = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 };
  if (event.key === "Tab") menu.hidePopover();
  if (!(event.key in targets)) return;
  event.preventDefault();
  items.at(targets[event.key] % items.length).focus();
}

/** A question with two answers. Resolves to true only for the first. */
export function confirmDialog({ title, body, yes, no, danger }) {
  const id = freshId("confirm");
  return new Promise((resolve) => {
    const answer = (value) => () => {
      resolve(value);
      dialog.close();
    };
    const dialog = el("dialog", {
      class: "modal modal-small",
      "aria-labelledby": id,
      oncancel: () => resolve(false),
      onclose: () => dialog.remove(),
    },
      el("div", { class: "modal-panel" },
        el("header", { class: "modal-head" }, el("h2", { id }, title)),
        el("div", { class: "modal-body" }, body),
        el("footer", { class: "modal-foot" },
          el("button", { type: "button", class: "button", onclick: answer(false) }, no),
          el(
            "button",
            { type: "button", class: danger ? "button danger" : "button primary", onclick: answer(true) },
            yes,
          ))));
    document.body.append(dialog);
    dialog.showModal();
  });
}
