/** Block Kit's layout blocks as page elements. */
import { control } from "./elements.js";
import { el, freshId } from "./dom.js";
import { picture } from "./picture.js";
import { richText } from "./rich.js";
import { mrkdwn, plain, textObject } from "./text.js";

/** context: whom to tell and what to keep; see context.js. */
export function renderBlocks(blocks, context) {
  return el("div", { class: "blocks" }, blocks.map((block, index) => renderBlock(block, index, context)));
}

function renderBlock(block, index, context) {
  const make = BLOCKS[block.type] ?? unknown;
  const node = make({ ...block, block_id: block.block_id || `block-${index}` }, context);
  node.classList.add("block", `block-${block.type}`);
  return node;
}

const unknown = ({ type }) => el("div", { class: "soft" }, `(A “${type}” block, which this page can't show.)`);

const BLOCKS = {
  header: ({ text }) => el("h3", { dir: "auto" }, plain(text.text)),
  divider: () => el("hr"),
  section,
  context,
  actions,
  context_actions: actions,
  image,
  input,
  rich_text: (block) => el("div", { dir: "auto" }, block.elements.map(richText)),
  markdown: ({ text }) => el("div", { class: "plain-lines", dir: "auto" }, text),
};

function section(block, context) {
  const words = el(
    "div",
    { class: "section-words" },
    block.text && textObject(block.text),
    block.fields && fieldGrid(block.fields),
  );
  return el(
    "div",
    {},
    words,
    block.accessory && el("div", { class: "accessory" }, control(block.accessory, block.block_id, context)),
  );
}

const fieldGrid = (fields) => el("div", { class: "field-grid" }, fields.map(textObject));

function context({ elements }) {
  return el(
    "div",
    {},
    elements.map((part) => (part.type === "image" ? picture(part, "context-image") : textObject(part))),
  );
}

function actions(block, context) {
  return el("div", {}, block.elements.map((element) => control(element, block.block_id, context)));
}

function image(block) {
  const title = block.title && el("figcaption", { dir: "auto" }, plain(block.title.text));
  return el("figure", {}, title, picture(block, "block-picture"));
}

const GROUPS = new Set(["checkboxes", "radio_buttons"]);

function input(block, context) {
  const id = freshId("field");
  const hintId = block.hint && `${id}-hint`;
  const errorId = `${id}-error`;
  const group = GROUPS.has(block.element.type);
  const label = labelWords(block, id, group);
  const inner = control(block.element, block.block_id, context, {
    id,
    described: [hintId, errorId].filter(Boolean).join(" "),
    quiet: !block.dispatch_action,
  });
  const node = el("div", {
    data: { block: block.block_id },
    ...(group ? { role: "group", "aria-labelledby": `${id}-label` } : {}),
  },
    label, inner,
    el("p", { class: "field-error", id: errorId, role: "alert" }),
    block.hint && el("p", { class: "hint", id: hintId, dir: "auto" }, plain(block.hint.text)));
  return node;
}

function labelWords({ label, optional }, id, group) {
  const note = optional && el("span", { class: "soft optional" }, " (optional)");
  return el(
    group ? "div" : "label",
    { class: "label", id: `${id}-label`, dir: "auto", ...(group ? {} : { for: id }) },
    plain(label.text),
    note,
  );
}

/** Puts each complaint beside its field and takes old ones away. */
export function showComplaints(root, complaints) {
  for (const node of root.querySelectorAll("[data-block]")) {
    const words = complaints[node.dataset.block] ?? "";
    node.querySelector(".field-error").textContent = words;
    node.classList.toggle("has-error", Boolean(words));
    for (const entry of node.querySelectorAll("[data-key]")) entry.setAttribute("aria-invalid", String(Boolean(words)));
  }
  root.querySelector(".has-error [data-key]")?.focus();
}

export function clearComplaint(root, blockId) {
  const node = [...root.querySelectorAll("[data-block]")].find((one) => one.dataset.block === blockId);
  if (!node) return;
  node.querySelector(".field-error").textContent = "";
  node.classList.remove("has-error");
}

/** People's words are shown as written; what an app says is in its blocks. */
export const isCard = ({ bot_id, text, blocks }) => Boolean((bot_id || !text) && blocks?.length);

export function messageBody(message, context) {
  return isCard(message) ? renderBlocks(message.blocks, context) : mrkdwn(message.text);
}
