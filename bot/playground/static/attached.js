/** Files that go along with a message: chosen beside the box, shown under the words. */
import { el, icon, iconButton } from "./dom.js";

const UNITS = ["B", "KB", "MB", "GB"];

export class Attached {
  constructor() {
    this.files = [];
    this.picker = el("input", { type: "file", multiple: true, hidden: true, onchange: () => this.add() });
    this.button = iconButton("clip", "Attach a file", () => this.picker.click(), { class: "icon-button attach" });
    this.node = el("ul", { class: "attached", "aria-label": "Files to send", hidden: true });
  }

  add() {
    this.files.push(...this.picker.files);
    this.picker.value = "";
    this.show();
  }

  /** Their bytes stay here: a name and a size are all that is sent. */
  told() {
    return this.files.map(({ name, size }) => ({ name, size }));
  }

  clear() {
    this.files = [];
    this.show();
  }

  remove(file) {
    this.files = this.files.filter((each) => each !== file);
    this.show();
  }

  show() {
    this.node.hidden = !this.files.length;
    this.node.replaceChildren(...this.files.map((file) => el("li", {}, chip(file.name, file.size),
      iconButton("close", `Take off ${file.name}`, () => this.remove(file)))));
    this.onchange?.();
  }
}

/** The files of a message that was sent. */
export function filesOf({ files = [] }) {
  if (!files.length) return null;
  return el("ul", { class: "files", "aria-label": "Files" },
    files.map(({ title, name, size }) => el("li", {}, chip(title ?? name, size))));
}

const chip = (name, size) => el("span", { class: "file" }, icon("file"), el("span", { dir: "auto" }, name),
  Number.isFinite(size) && el("span", { class: "soft" }, sized(size)));

function sized(bytes) {
  const step = Math.min(UNITS.length - 1, Math.floor(Math.log(Math.max(bytes, 1)) / Math.log(1024)));
  return `${Math.round(bytes / 1024 ** step)} ${UNITS[step]}`;
}
