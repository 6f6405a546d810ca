/** The box that messages and commands are written in. What is typed stays until it has arrived. */
import { Attached } from "./attached.js";
import { el, freshId, iconButton } from "./dom.js";
import { draft, keepDraft } from "./drafts.js";
import { Suggestions } from "./suggestions.js";

const TALLEST = 220;

export class Composer {
  /** send(typed, files) answers {ok, error}; inThread: commands are not offered. */
  constructor({ send, inThread = false }) {
    this.send = send;
    this.key = null;
    const hintId = freshId("composer-hint");
    this.problem = el("p", { class: "composer-problem", role: "alert" });
    this.hint = el("p", { class: "composer-hint", id: hintId });
    this.field = el(
      "textarea",
      {
        class: "composer-field",
        rows: "1",
        dir: "auto",
        "aria-describedby": hintId,
        oninput: () => this.typed(),
        onkeydown: (event) => this.press(event),
        onclick: () => this.suggestions.refresh(),
        onblur: () => this.suggestions.close(),
      },
    );
    this.attached = new Attached();
    this.attached.onchange = () => this.fit();
    this.button = iconButton("send", "Send", () => this.submit(), { class: "icon-button send" });
    this.suggestions = new Suggestions(this, { inThread });
    this.node = el("div", { class: "composer" }, this.suggestions.node, this.problem,
      this.attached.node, el("div", { class: "composer-box" }, this.field, this.attached.button, this.button),
      this.attached.picker, this.hint);
  }

  /** Turns to another conversation and takes up what was begun there. */
  face(key, label, placeholder = label) {
    this.key = key;
    this.field.setAttribute("aria-label", label);
    this.field.placeholder = placeholder;
    this.field.value = draft(key);
    this.problem.textContent = "";
    this.suggestions.close();
    this.attached.clear();
    this.suggestions.showHint();
  }

  typed() {
    keepDraft(this.key, this.field.value);
    this.problem.textContent = "";
    this.fit();
    this.suggestions.refresh();
  }

  fit() {
    this.field.style.height = "auto";
    this.field.style.height = `${Math.min(this.field.scrollHeight, TALLEST)}px`;
    this.node.classList.toggle("has-text", Boolean(this.field.value.trim() || this.attached.files.length));
  }

  press(event) {
    if (event.isComposing || this.suggestions.press(event)) return;
    if (event.key === "ArrowUp" && !this.field.value && this.last) return this.recall(event);
    if (event.key !== "Enter" || event.shiftKey) return;
    event.preventDefault();
    this.submit();
  }

  /** What was sent last comes back, for when the app behind it failed. */
  recall(event) {
    event.preventDefault();
    this.field.value = this.last;
    this.typed();
  }

  async submit() {
    const { key } = this;
    const typed = this.field.value;
    const files = this.attached.told();
    if (!(typed.trim() || files.length) || this.busy) return;
    this.suggestions.close();
    this.wait(true);
    const answer = await this.send(typed, files);
    this.wait(false);
    if (answer.ok) this.sent(key, typed);
    else if (key === this.key) this.problem.textContent = answer.error;
  }

  wait(busy) {
    this.busy = busy;
    this.node.classList.toggle("is-busy", busy);
    this.field.readOnly = busy;
  }

  sent(key, typed) {
    this.last = typed;
    if (draft(key) === typed) keepDraft(key, "");
    if (key !== this.key) return;
    this.attached.clear();
    this.field.value = draft(key);
    this.typed();
  }

  /** Puts words in place of what stands between start and end. */
  replace(start, end, words) {
    this.field.setRangeText(words, start, end, "end");
    this.typed();
  }
}
