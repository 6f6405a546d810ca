/** A column of messages: day dividers, grouping, a window on the newest, older ones on scroll. */
import { isCard } from "./blocks.js";
import { dayName, isoDay, tsDate } from "./dates.js";
import { el, reconcile } from "./dom.js";
import { authorName, authorOf, messageNode } from "./message.js";
import { state } from "./store.js";
import { followToolbar } from "./toolbar.js";

const WINDOW = 200;
const GROUP_SECONDS = 300;
const NEAR_END = 80;

export class MessageList {
  constructor(root, { inThread = false } = {}) {
    this.root = root;
    this.inThread = inThread;
    this.size = WINDOW;
    root.addEventListener("scroll", () => this.scrolled(), { passive: true });
    root.addEventListener("keydown", (event) => this.walk(event));
    followToolbar(root, () => this.channel, { inThread });
    new ResizeObserver(() => this.stuck && this.toEnd()).observe(root);
  }

  /** Shows a channel from its newest message on. */
  start(channel) {
    this.channel = channel;
    this.size = WINDOW;
    this.stuck = true;
    this.fresh = null; // the message that is to be seen next
    this.root.replaceChildren();
  }

  show(messages, { empty, unreadFrom = null } = {}) {
    this.messages = messages;
    this.options = { empty, unreadFrom };
    if (!messages.length) return this.root.replaceChildren(empty ?? "");
    reconcile(this.root, this.rows(messages.slice(-this.size), unreadFrom), rowNode);
    this.enterable();
    if (this.stuck) this.toNewest();
  }

  rows(messages, unreadFrom) {
    const rows = [];
    let before = null;
    for (const message of messages) {
      const day = isoDay(tsDate(message.ts));
      const newDay = !before || isoDay(tsDate(before.ts)) !== day;
      if (newDay && !this.inThread) rows.push(dividerRow(`day-${day}`, "day", dayName(tsDate(message.ts))));
      if (message.ts === unreadFrom) rows.push(dividerRow("unread", "new", "New"));
      const plain = !newDay && message.ts !== unreadFrom;
      rows.push(this.messageRow(message, plain && goesWith(before, message)));
      if (this.inThread && messages.length > 1 && message === messages[0]) rows.push(repliesRow(messages.length - 1));
      before = this.inThread && message === messages[0] ? null : message;
    }
    return rows;
  }

  messageRow(message, grouped) {
    const { channel, inThread } = this;
    const editing = state.editing === message.ts;
    return {
      key: message.ts,
      deps: [message, grouped, editing, state.version],
      channel,
      message,
      grouped,
      editing,
      inThread,
    };
  }

  /** Tab enters the list at one message; arrows walk on from there. */
  enterable() {
    const current = this.root.querySelector('.message[tabindex="0"]');
    if (!current) this.root.querySelector(".message:last-of-type")?.setAttribute("tabindex", "0");
  }

  walk(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const current = event.target.closest?.(".message");
    if (!step || event.target !== current) return;
    event.preventDefault();
    const all = [...this.root.querySelectorAll(".message")];
    const next = all[all.indexOf(current) + step];
    if (!next) return;
    current.setAttribute("tabindex", "-1");
    next.setAttribute("tabindex", "0");
    next.focus();
  }

  scrolled() {
    const { scrollHeight, scrollTop, clientHeight } = this.root;
    this.stuck = scrollHeight - scrollTop - clientHeight < NEAR_END;
    this.onstuck?.(this.stuck);
    if (scrollTop < 200 && this.messages?.length > this.size) this.showOlder(scrollHeight - scrollTop);
  }

  showOlder(fromEnd) {
    this.size += WINDOW;
    this.show(this.messages, this.options);
    this.root.scrollTop = this.root.scrollHeight - fromEnd;
  }

  /** The end; but what has just arrived and is taller than the frame is shown from its beginning. */
  toNewest() {
    this.toEnd();
    const node = this.fresh && this.root.querySelector(`[data-ts="${this.fresh}"]`);
    this.fresh = null;
    if (node && node.offsetHeight > this.root.clientHeight) node.scrollIntoView({ block: "start" });
  }

  toEnd() {
    this.root.scrollTop = this.root.scrollHeight;
    this.stuck = true;
  }
}

/** A card stands by itself; lines of one author within minutes stand together. */
function goesWith(before, message) {
  return Boolean(before) && authorOf(before) === authorOf(message) && authorName(before) === authorName(message)
    && !isCard(message) && Boolean(before.ephemeral) === Boolean(message.ephemeral) && Number(message.ts) - Number(before.ts) < GROUP_SECONDS;
}

const dividerRow = (key, kind, words) => ({ key, deps: [words], kind, words });

const repliesRow = (count) => dividerRow("replies", "replies-line", count === 1 ? "1 reply" : `${count} replies`);

function rowNode(row) {
  if (!row.kind) return messageNode(row);
  return el(
    "div",
    { class: `divider divider-${row.kind}`, role: "separator", "aria-label": row.words },
    el("span", {}, row.words),
  );
}
