/** Short notes at the edge of the page. */
import { byId, el, iconButton } from "./dom.js";

const STAY = 9000;

export function toast(title, lines = [], { bad = false } = {}) {
  const note = el("div", { class: bad ? "toast toast-bad" : "toast" },
    el(
      "div",
      { class: "toast-words" },
      el("strong", {}, title),
      lines.length > 0 && el("ul", {}, lines.map((line) => el("li", { dir: "auto" }, line))),
    ),
    iconButton("close", "Dismiss", () => remove(note)));
  const shelf = byId("toasts");
  shelf.append(note);
  raise(shelf);
  leaveLater(note);
}

/** Shown again, the shelf comes to lie above a dialog opened since. */
function raise(shelf) {
  if (shelf.matches(":popover-open")) shelf.hidePopover();
  shelf.showPopover();
}

function leaveLater(note) {
  let timer = setTimeout(() => remove(note), STAY);
  note.addEventListener("pointerenter", () => clearTimeout(timer));
  note.addEventListener("pointerleave", () => (timer = setTimeout(() => remove(note), STAY / 2)));
}

function remove(note) {
  note.remove();
  if (!byId("toasts").childElementCount) byId("toasts").hidePopover();
}

export function announce(words) {
  byId("announcer").append(el("p", {}, words));
  while (byId("announcer").childElementCount > 5) byId("announcer").firstChild.remove();
}
