/** The pane beside the channel: one message and its replies. */
import { Composer } from "./composer.js";
import { byId, el, iconButton } from "./dom.js";
import { draftKey } from "./drafts.js";
import { MessageList } from "./list.js";
import { loadThread } from "./live.js";
import { sendInThread } from "./sending.js";
import { channelTitle, state, threadMessages } from "./store.js";

let list = null;
let composer = null;
let opener = null;

export function buildThread() {
  const replies = el(
    "div",
    { id: "replies", class: "messages", role: "log", "aria-label": "Replies", "aria-live": "off", tabindex: "-1" },
  );
  list = new MessageList(replies, { inThread: true });
  composer = new Composer({
    send: (typed, files) => sendInThread(state.thread.channel, state.thread.ts, typed, files),
    inThread: true,
  });
  const back = iconButton("back", "Back to the channel", closeThread, { class: "icon-button back" });
  const head = el(
    "header",
    { class: "thread-head" },
    back,
    el("h2", {}, "Thread"),
    el("span", { id: "thread-where", class: "head-topic", dir: "auto" }),
    iconButton("close", "Close thread", closeThread, { class: "icon-button thread-close" }),
  );
  byId("thread").append(head, replies, composer.node);
  byId("thread").addEventListener(
    "keydown",
    (event) => event.key === "Escape" && !event.defaultPrevented && closeThread(),
  );
}

export async function openThread({ channel, ts, write = false }) {
  opener = document.activeElement;
  state.thread = { channel, ts };
  byId("thread").hidden = false;
  document.body.dataset.pane = "thread";
  const found = state.channels.get(channel);
  byId("thread-where").textContent = found ? (found.is_im ? channelTitle(found) : `#${found.name}`) : "";
  list.start(channel);
  composer.face(draftKey(channel, ts), "Reply in thread");
  showThread();
  if (write || matchMedia("(hover: hover)").matches) composer.field.focus();
  await loadThread(channel, ts);
}

export function showThread() {
  if (!state.thread) return;
  const { channel, ts } = state.thread;
  list.show(threadMessages(channel, ts), { empty: el("p", { class: "empty soft" }, "Loading…") });
}

export function replyArrived({ channel, fresh }) {
  if (fresh && state.thread?.channel === channel && fresh.user === state.me.id) list.stuck = true;
}

export function closeThread() {
  if (!state.thread) return;
  state.thread = null;
  byId("thread").hidden = true;
  if (document.body.dataset.pane === "thread") document.body.dataset.pane = "main";
  if (opener?.isConnected) opener.focus({ preventScroll: true });
}
