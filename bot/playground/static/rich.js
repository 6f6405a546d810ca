/** Slack's rich_text blocks. */
import { el } from "./dom.js";
import { broadcast, channelLink, dateNode, emoji, link, lowerDate, mention } from "./text.js";

const STYLE_TAGS = { bold: "strong", italic: "em", strike: "s", code: "code", underline: "u", highlight: "mark" };
const BULLETS = ["disc", "circle", "square"];
const NUMBERS = ["decimal", "lower-alpha", "lower-roman"];

export function richText(part) {
  return (PARTS[part.type] ?? PARTS.rich_text_section)(part);
}

const PARTS = {
  rich_text_section: (part) => el("div", { class: "rich-section", dir: "auto" }, leaves(part)),
  rich_text_quote: (part) => el("blockquote", { class: "rich-lines", dir: "auto" }, leaves(part)),
  rich_text_preformatted: (part) => el("pre", {}, el("code", {}, leaves(part))),
  rich_text_list: list,
};

function list({ style, indent = 0, offset = 0, elements = [] }) {
  const ordered = style === "ordered";
  const node = el(
    ordered ? "ol" : "ul",
    { class: "rich-list", start: ordered && offset ? offset + 1 : null },
    elements.map((item) => el("li", { dir: "auto" }, leaves(item))),
  );
  node.style.setProperty("--indent", indent);
  node.style.listStyleType = (ordered ? NUMBERS : BULLETS)[indent % 3];
  return node;
}

const leaves = (part) => (part.elements ?? []).map((element, at, all) => {
  const node = leaf(element);
  const before = all[at - 1]?.text ?? "";
  // "Saved for tomorrow", but "Tomorrow at 15:00" where a line begins.
  if (element.type === "date" && before && !before.endsWith("\n")) lowerDate(node);
  return node;
});

function leaf(element) {
  const node = (LEAVES[element.type] ?? LEAVES.text)(element);
  return Object.keys(element.style ?? {}).filter((name) => element.style[name] && STYLE_TAGS[name])
    .reduce((inside, name) => el(STYLE_TAGS[name], {}, inside), node);
}

const LEAVES = {
  text: ({ text = "" }) => text,
  link: ({ url, text }) => link(url, text),
  user: ({ user_id }) => mention(user_id),
  channel: ({ channel_id }) => channelLink(channel_id),
  usergroup: () => el("span", { class: "mention" }, "@group"),
  emoji: ({ name }) => emoji(name),
  broadcast: ({ range }) => broadcast(range),
  color: ({ value }) => el("code", {}, value),
  date: ({ timestamp, format, url, fallback }) => dateNode({
    seconds: timestamp,
    pattern: format,
    address: url,
    fallback,
  }),
};
