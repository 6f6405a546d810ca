/** One message as it is seen. */
import { post } from "./api.js";
import { filesOf } from "./attached.js";
import { isCard, messageBody } from "./blocks.js";
import { blockContext } from "./context.js";
import { fullMoment, moment, time, tsDate } from "./dates.js";
import { el, icon, unseen } from "./dom.js";
import { editor } from "./editor.js";
import { glyph } from "./emoji.js";
import { avatar, badges } from "./people.js";
import { nameOf, person, state, tell } from "./store.js";
import { toast } from "./toast.js";

export const authorOf = (message) => message.user ?? message.bot_id ?? "";

export const authorName = (message) => message.username ?? nameOf(authorOf(message));

/** row: {channel, message, grouped, editing, inThread} */
export function messageNode(row) {
  const { message, grouped } = row;
  const classes = [
    "message",
    grouped && "is-grouped",
    message.ephemeral && "is-ephemeral",
    mentionsMe(message) && "is-for-me",
  ].filter(Boolean);
  const when = tsDate(message.ts);
  const gutter = grouped ? el("time", { class: "gutter-time", "aria-hidden": "true" }, time(when)) : face(message);
  const words = [onlyMe(message), !grouped && byline(message, when), body(row), filesOf(message), reactions(row), !row.inThread && repliesBar(row)];
  return el(
    "article",
    {
      class: classes.join(" "),
      tabindex: "-1",
      "aria-label": `${authorName(message)}, ${moment(when)}`,
      data: { ts: message.ts, key: message.ts },
    },
    el("div", { class: "gutter" }, gutter),
    el("div", { class: "message-words" }, words),
  );
}

function mentionsMe({ text = "", user }) {
  return user !== state.me?.id && text.includes(`<@${state.me?.id}>`);
}

function face(message) {
  return avatar(authorOf(message), { name: authorName(message), emoji: person(authorOf(message)).emoji });
}

function onlyMe({ ephemeral }) {
  return ephemeral && el("div", { class: "only-me" }, icon("eye"), "Only visible to you");
}

function byline(message, when) {
  const author = person(authorOf(message));
  return el("div", { class: "byline" },
    el("strong", { class: "author", dir: "auto" }, authorName(message)),
    badges({ ...author, bot: author.bot || Boolean(message.bot_id) }),
    el("time", { class: "when", datetime: when.toISOString(), title: fullMoment(when) }, time(when)));
}

function body(row) {
  const { channel, message, editing } = row;
  if (message.deleted || message.subtype === "tombstone") return el("p", { class: "soft" }, "This message was deleted.");
  if (editing) return editor(channel, message);
  const context = blockContext({ type: "message", channel, ts: message.ts });
  const inside = messageBody(message, context);
  const last = inside.classList.contains("text") ? inside : inside.lastElementChild ?? inside;
  if (message.edited && !isCard(message)) last.append(el("span", { class: "edited" }, " (edited)"));
  return inside;
}

function reactions({ channel, message }) {
  if (!message.reactions?.length) return null;
  return el(
    "div",
    { class: "reactions" },
    message.reactions.map((reaction) => reactionButton(channel, message, reaction)),
  );
}

function reactionButton(channel, message, { name, users = [], count = users.length }) {
  const mine = users.includes(state.me.id);
  const who = users.map(nameOf).join(", ");
  const flip = () => react(channel, message.ts, name, !mine);
  return el("button", {
    type: "button",
    class: mine ? "reaction is-mine" : "reaction",
    "aria-pressed": String(mine),
    title: `${who} reacted with :${name}:`,
    data: { key: `react/${name}` },
    onclick: flip,
  },
    el(
      "span",
      { class: "emoji", "aria-hidden": "true" },
      glyph(name),
    ), unseen(`${name.replaceAll("_", " ")}, `), el("span", { class: "reaction-count" }, String(count)));
}

export async function react(channel, ts, name, add) {
  const answer = await post("react", { channel, ts, name, add });
  if (!answer.ok) toast("The reaction was not saved", [answer.error], { bad: true });
}

function repliesBar({ channel, message }) {
  if (!message.reply_count) return null;
  const count = message.reply_count === 1 ? "1 reply" : `${message.reply_count} replies`;
  const faces = (message.reply_users ?? []).slice(0, 4).map((id) => avatar(id, { size: "tiny" }));
  const last = message.latest_reply && el(
    "span",
    { class: "soft" },
    `Last reply ${moment(tsDate(message.latest_reply))}`,
  );
  return el(
    "button",
    {
      type: "button",
      class: "replies",
      data: { key: "replies" },
      onclick: () => tell("open thread", { channel, ts: message.ts }),
    },
    faces,
    el("strong", {}, count),
    last,
  );
}
