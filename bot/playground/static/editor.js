/** Changing one's own message in its place. */
import { post } from "./api.js";
import { el } from "./dom.js";
import { state, tell } from "./store.js";
import { asTyped } from "./text.js";

export function startEditing(ts) {
  state.editing = ts;
  tell("messages", {});
}

export function editor(channel, message) {
  const error = el("p", { class: "field-error", role: "alert" });
  const field = el(
    "textarea",
    {
      class: "entry",
      "aria-label": "Edit message",
      rows: "2",
      dir: "auto",
      value: asTyped(message.text),
      onkeydown: press,
      data: { key: "editor" },
    },
  );
  requestAnimationFrame(() => field.focus());

  function press(event) {
    if (event.key === "Escape") stop();
    if (event.key !== "Enter" || event.shiftKey) return;
    event.preventDefault();
    save();
  }

  async function save() {
    if (!field.value.trim()) return (error.textContent = "A message can't be empty. Delete it instead?");
    const answer = await post("edit", { channel, ts: message.ts, text: field.value.trim() });
    if (answer.ok) stop();
    else error.textContent = answer.error;
  }

  return el("div", { class: "editor" }, field, error, el("div", { class: "editor-foot" },
    el("button", { type: "button", class: "button primary", onclick: save }, "Save"),
    el("button", { type: "button", class: "button", onclick: stop }, "Cancel"),
    el("small", { class: "soft wide-only" }, "Enter saves, Escape cancels")));
}

const stop = () => startEditing(null);
