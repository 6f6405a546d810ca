/** What can be done with a message: one bar that goes to the message under the pointer or focus. */
import { post } from "./api.js";
import { el, iconButton } from "./dom.js";
import { startEditing } from "./editor.js";
import { glyph, REACTIONS } from "./emoji.js";
import { react } from "./message.js";
import { confirmDialog, openMenu, openPanel } from "./popup.js";
import { message as messageAt, state, tell } from "./store.js";
import { toast } from "./toast.js";

export function followToolbar(root, channelOf, { inThread }) {
  const bar = el("div", { class: "toolbar", role: "toolbar", "aria-label": "Message actions" });
  const visit = (event) => {
    const article = event.target.closest?.(".message");
    const held = bar.querySelector("[aria-expanded=true]") || (event.type === "pointerover" && bar.querySelector(":focus-visible"));
    if (article && !held && article !== bar.parentElement) settle(bar, article, channelOf(), inThread);
  };
  root.addEventListener("pointerover", visit);
  root.addEventListener("focusin", visit);
}

function settle(bar, article, channel, inThread) {
  const message = messageAt(channel, article.dataset.ts);
  if (!message || message.deleted) return bar.remove();
  bar.replaceChildren(...actionsFor(channel, message, inThread));
  if (bar.childElementCount) article.prepend(bar);
  else bar.remove();
}

function actionsFor(channel, message, inThread) {
  if (message.ephemeral) return [];
  const more = moreItems(channel, message);
  return [
    iconButton("smile", "Add a reaction", ({ currentTarget }) => pickReaction(currentTarget, channel, message)),
    inThread ? null : iconButton(
      "reply",
      "Reply in thread",
      () => tell("open thread", { channel, ts: message.thread_ts ?? message.ts, write: true }),
    ),
    more.length ? iconButton(
      "more",
      "More actions",
      ({ currentTarget }) => openMenu(currentTarget, "More actions", more),
      { "aria-haspopup": "menu" },
    ) : null,
  ].filter(Boolean);
}

function moreItems(channel, message) {
  const shortcuts = state.shortcuts.map((shortcut) => ({
    label: shortcut.name,
    note: shortcut.app,
    run: () => runShortcut(shortcut, channel, message),
  }));
  if (message.user !== state.me.id) return shortcuts;
  const own = [
    { label: "Edit message", run: () => startEditing(message.ts) },
    { label: "Delete message", danger: true, run: () => remove(channel, message) },
  ];
  return shortcuts.length ? [...shortcuts, null, ...own] : own;
}

async function runShortcut(shortcut, channel, message) {
  const answer = await post("shortcut", { callback_id: shortcut.callback_id, channel, ts: message.ts });
  if (!answer.ok) toast(`“${shortcut.name}” did not work`, [answer.error], { bad: true });
}

async function remove(channel, message) {
  const sure = await confirmDialog({
    title: "Delete this message?",
    body: "It goes for everyone, at once.",
    yes: "Delete",
    no: "Keep it",
    danger: true,
  });
  if (!sure) return;
  const answer = await post("delete", { channel, ts: message.ts });
  if (!answer.ok) toast("The message is still there", [answer.error], { bad: true });
}

function pickReaction(anchor, channel, message) {
  const mine = new Set((message.reactions ?? []).filter(({ users }) => users?.includes(state.me.id)).map(({ name }) => name));
  const choose = (name) => {
    panel.hidePopover();
    react(channel, message.ts, name, !mine.has(name));
  };
  const grid = el("div", { class: "reaction-grid" }, REACTIONS.map((name) => {
    const picture = glyph(name);
    return el(
      "button",
      {
        type: "button",
        class: picture.startsWith(":") ? "reaction-pick is-word" : "reaction-pick",
        "aria-label": name.replaceAll("_", " "),
        "aria-pressed": String(mine.has(name)),
        title: `:${name}:`,
        onclick: () => choose(name),
      },
      picture,
    );
  }));
  const panel = openPanel(anchor, grid, { role: "dialog", "aria-label": "Add a reaction" });
  grid.firstElementChild.focus();
}
