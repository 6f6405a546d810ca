/** Slack's mrkdwn as page elements. Text from outside only ever becomes text. */
import { el } from "./dom.js";
import { fillTokens, fullMoment } from "./dates.js";
import { glyph, isEmoji } from "./emoji.js";
import { nameOf, person, state, tell } from "./store.js";

const LETTER = "[\\p{L}\\p{N}]";
const wrapped = (mark) => `(?<!${LETTER}|[${mark}])[${mark}](?!\\s)([^${mark}\\n]+?)(?<!\\s)[${mark}](?!${LETTER}|[${mark}])`;
const INLINE = new RegExp(
  [
    "`([^`\\n]+)`",
    "<([^<>\\n]+)>",
    wrapped("*"),
    wrapped("_"),
    wrapped("~"),
    ":([a-z0-9_+'-]+):",
    "(https?:\\/\\/[^\\s<>|]+[^\\s<>|.,;:!?)\\]'\"*_~])",
  ].join("|"),
  "gu",
);
const FOLLOWED = /^(https?:|mailto:)/i;
const BROADCASTS = new Set(["here", "channel", "everyone"]);

const unescape = (text) => text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");

export function mrkdwn(text) {
  const parts = String(text ?? "").split(/```\n?([\s\S]*?)\n?```/);
  return el("div", { class: "text", dir: "auto" }, parts.map((part, index) => (index % 2 ? preformatted(part) : paragraphs(part))));
}

/** A text object of Block Kit: mrkdwn or plain. */
export function textObject(object) {
  if (!object) return el("span");
  if (typeof object === "string") return mrkdwn(object);
  return object.type === "mrkdwn" ? mrkdwn(object.text) : el("div", { class: "text", dir: "auto" }, plain(object.text));
}

/** Plain text with emoji names. */
export function plain(text) {
  return String(text ?? "").replace(/:([a-z0-9_+'-]+):/g, (whole, name) => (isEmoji(name) ? glyph(name) : whole));
}

const preformatted = (text) => el("pre", {}, el("code", {}, unescape(text)));

function paragraphs(text) {
  const groups = [];
  for (const line of text.split("\n")) {
    const quoted = /^(&gt;|>)\s?/.exec(line);
    const words = quoted ? line.slice(quoted[0].length) : line;
    const last = groups.at(-1);
    if (last && last.quoted === Boolean(quoted)) last.lines.push(words);
    else groups.push({ quoted: Boolean(quoted), lines: [words] });
  }
  return groups.filter(isShown).map(({ quoted, lines }) => {
    const nodes = inline(lines.join("\n"));
    return quoted ? el("blockquote", {}, nodes) : el("span", { class: "run" }, nodes);
  });
}

const isShown = ({ quoted, lines }) => quoted || lines.some((line) => line !== "");

function inline(text) {
  const nodes = [];
  let end = 0;
  for (const match of text.matchAll(INLINE)) {
    if (match.index > end) nodes.push(unescape(text.slice(end, match.index)));
    nodes.push(inlineNode(match));
    end = match.index + match[0].length;
  }
  if (end < text.length) nodes.push(unescape(text.slice(end)));
  return nodes;
}

function inlineNode([whole, code, angle, bold, italic, strike, emojiName, address]) {
  if (code) return el("code", {}, unescape(code));
  if (angle) return angleNode(angle);
  if (bold) return el("strong", {}, inline(bold));
  if (italic) return el("em", {}, inline(italic));
  if (strike) return el("s", {}, inline(strike));
  if (emojiName) return isEmoji(emojiName) ? emoji(emojiName) : whole;
  return link(unescape(address), unescape(address));
}

function angleNode(inside) {
  const [target, ...rest] = inside.split("|");
  const label = rest.length ? unescape(rest.join("|")) : null;
  if (target.startsWith("@")) return mention(target.slice(1), label);
  if (target.startsWith("#")) return channelLink(target.slice(1), label);
  if (target.startsWith("!date^")) return dateToken(target, label);
  if (target.startsWith("!subteam^")) return el("span", { class: "mention" }, label ?? "@group");
  if (target.startsWith("!")) return broadcast(target.slice(1), label);
  if (label === null && !FOLLOWED.test(target)) return `<${unescape(inside)}>`;
  return link(unescape(target), label ?? unescape(target).replace(/^mailto:/, ""));
}

export function emoji(name) {
  return el("span", { class: "emoji", role: "img", "aria-label": name.replaceAll("_", " "), title: `:${name}:` }, glyph(name));
}

/** Only addresses that a browser should follow become links. */
export function link(address, label) {
  if (!FOLLOWED.test(address)) return label || address;
  return el("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, label || address);
}

export function mention(id, label) {
  const known = !person(id).unknown;
  const own = id === state.me?.id;
  return el("span", { class: own ? "mention mention-me" : "mention" }, `@${known ? nameOf(id) : label ?? "someone"}`);
}

export function channelLink(id, label) {
  const name = state.channels.get(id)?.name ?? label;
  if (!state.channels.has(id)) return el("span", { class: "mention" }, name ? `#${name}` : "a channel you can't see");
  return el("button", { type: "button", class: "mention mention-link", onclick: () => tell("go to channel", id) }, `#${name}`);
}

export function broadcast(range, label) {
  const name = BROADCASTS.has(range) ? range : label ?? range;
  return el("span", { class: "mention mention-me" }, `@${name.replace(/^@/, "")}`);
}

function dateToken(target, fallback) {
  const [, seconds, pattern, address] = target.split("^");
  return dateNode({ seconds, pattern: unescape(pattern ?? ""), address: address && unescape(address), fallback });
}

export function dateNode({ seconds, pattern, address, fallback }) {
  const words = fillTokens(pattern, seconds);
  if (words === null) return fallback ?? "";
  const node = el("time", { data: { at: seconds, pattern }, title: fullMoment(new Date(Number(seconds) * 1000)) }, words);
  if (!address) return node;
  const anchor = link(address, words);
  anchor.replaceChildren?.(node);
  return anchor;
}

/** A date in the middle of a sentence: "for tomorrow". */
export function lowerDate(node) {
  if (node.nodeName !== "TIME") return;
  node.dataset.inside = "yes";
  node.textContent = lowered(node.textContent);
}

const lowered = (words) => words.replace(/^(Today|Yesterday|Tomorrow)/, (word) => word.toLowerCase());

/** "in 2 hours" and "today" are true only until the clock moves. */
export function refreshDates(root) {
  for (const node of root.querySelectorAll("time[data-at]")) {
    const words = fillTokens(node.dataset.pattern, node.dataset.at);
    node.textContent = node.dataset.inside ? lowered(words) : words;
  }
}

/** What a person would have typed: for the edit box. */
export function asTyped(text) {
  return unescape(String(text ?? "").replace(/<([^<>\n]+)>/g, (whole, inside) => {
    const [target, label] = inside.split("|");
    if (target.startsWith("@")) return `@${nameOf(target.slice(1))}`;
    if (target.startsWith("#")) return `#${state.channels.get(target.slice(1))?.name ?? label ?? target}`;
    if (target.startsWith("!")) return label ?? `@${target.slice(1)}`;
    return target.replace(/^mailto:/, "");
  }));
}
