/** What there is to choose from, and the plain drop-down. */
import { el } from "./dom.js";
import { appOf, channelTitle, nameOf, state } from "./store.js";
import { plain } from "./text.js";

const asOption = (value, label) => ({ text: { type: "plain_text", text: label }, value });

function people() {
  const members = [...state.people.values()].filter((one) => !one.deactivated && !one.bot);
  return members.map((one) => asOption(one.id, nameOf(one.id)));
}

function channels() {
  return [...state.channels.values()].filter((one) => !one.is_im).map((one) => asOption(one.id, `#${one.name}`));
}

function conversations({ filter }) {
  const wanted = filter?.include ?? ["public", "private", "im"];
  const kind = (one) => (one.is_im ? "im" : one.is_private ? "private" : "public");
  const fits = (one) => wanted.includes(kind(one)) && !(filter?.exclude_bot_users && one.is_im && appOf(one.user));
  return [...state.channels.values()].filter(fits).map((one) => asOption(
    one.id,
    one.is_im ? channelTitle(one) : `#${one.name}`,
  ));
}

/** By the kind of element: where its options come from and how its value is written. */
const KINDS = {
  static: { part: "selected_option", whole: true, options: (element) => element.options ?? [] },
  external: { part: "selected_option", whole: true, options: () => [] },
  users: { part: "selected_user", options: people },
  channels: { part: "selected_channel", options: channels },
  conversations: { part: "selected_conversation", options: conversations },
};

const kindOf = (element) => KINDS[element.type.replace(/^multi_/, "").replace(/_select$/, "")];

export const keyOf = (option) => option?.value ?? "";

/** What stands in an empty field, and names a field that has no label. */
export const hintOf = (element, otherwise = "Choose…") => plain(element.placeholder?.text ?? otherwise);

export const labelOf = (option) => plain(option.text.text);

function groupsOf(element) {
  const groups = element.option_groups?.map(({ label, options }) => ({ label: plain(label.text), options }));
  return groups ?? [{ label: null, options: kindOf(element).options(element) }];
}

export const choices = (element) => groupsOf(element).flatMap(({ options }) => options);

/** The element's own way of writing the chosen options. */
export function written(element, options) {
  const { part, whole } = kindOf(element);
  const values = whole ? options : options.map(keyOf);
  return element.type.startsWith("multi_") ? { [`${part}s`]: values } : { [part]: values[0] ?? null };
}

export function chosenOptions(element, value) {
  const { part, whole } = kindOf(element);
  const held = [element.type.startsWith("multi_") ? value[`${part}s`] : value[part]].flat().filter(Boolean);
  if (whole) return held;
  const known = choices(element);
  return held.map((id) => known.find((option) => option.value === id) ?? asOption(id, id));
}

export function nativeSelect(part) {
  const { element, holder, about, key } = part;
  const chosen = keyOf(chosenOptions(element, holder.value)[0]);
  const empty = el("option", { value: "" }, hintOf(element));
  const node = el("select", {
    id: about.id,
    class: "select",
    data: { key },
    "aria-describedby": about.described,
    "aria-label": about.id ? null : hintOf(element),
    onchange: () => part.changed(written(element, choices(element).filter((option) => keyOf(option) === node.value))),
  }, empty, groupsOf(element).map(optionGroup));
  node.value = chosen;
  return node;
}

function optionGroup({ label, options }) {
  const nodes = options.map((option) => el("option", { value: keyOf(option) }, optionWords(option)));
  return label ? el("optgroup", { label }, nodes) : nodes;
}

function optionWords(option) {
  return option.description ? `${labelOf(option)} — ${plain(option.description.text)}` : labelOf(option);
}
