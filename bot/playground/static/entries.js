/** Fields that are typed into: text, numbers, addresses, dates and times. */
import { fromLocalInput, localInput } from "./dates.js";
import { el } from "./dom.js";
import { hintOf } from "./select.js";

const INPUT_TYPES = {
  plain_text_input: "text", number_input: "text", email_text_input: "email", url_text_input: "url",
  datepicker: "date", timepicker: "time", datetimepicker: "datetime-local",
};

/** Outside an input block a picker has no label of its own. */
const NAMES = { datepicker: "Date", timepicker: "Time", datetimepicker: "Date and time" };

/** How each kind reads and writes its value. */
const VALUES = {
  datepicker: part("selected_date"),
  timepicker: part("selected_time"),
  datetimepicker: {
    show: ({ selected_date_time: seconds }) => (seconds ? localInput(new Date(seconds * 1000)) : ""),
    read: (text) => ({ selected_date_time: text ? Math.round(fromLocalInput(text) / 1000) : null }),
  },
  rich_text_input: {
    show: ({ rich_text_value }) => flatten(rich_text_value),
    read: (text) => ({ rich_text_value: text ? richValue(text) : null }),
  },
};

function part(name) {
  return { show: (value) => value[name] ?? "", read: (text) => ({ [name]: text || null }) };
}

const flatten = (part) => part?.text ?? (part?.elements ?? []).map(flatten).join("");

const richValue = (text) => ({
  type: "rich_text",
  elements: [{ type: "rich_text_section", elements: [{ type: "text", text }] }],
});

export function entry(part) {
  const { element, holder, about, key } = part;
  const { show, read } = VALUES[element.type] ?? partValue;
  const many = element.multiline || element.type === "rich_text_input";
  const node = el(many ? "textarea" : "input", {
    id: about.id, class: "entry", dir: "auto", data: { key }, "aria-describedby": about.described,
    type: many ? null : INPUT_TYPES[element.type],
    rows: many ? "4" : null,
    inputmode: element.type === "number_input" ? "decimal" : null,
    placeholder: hintOf(element, ""),
    "aria-label": about.id ? null : hintOf(element, NAMES[element.type]),
    autocomplete: "off", autofocus: element.focus_on_load, value: show(holder.value),
  });
  listen(node, part, () => read(node.value), many);
  return node;
}

const partValue = part("value");

const TYPED = new Set(["plain_text_input", "number_input", "email_text_input", "url_text_input", "rich_text_input"]);

function listen(node, part, read, many) {
  const { element, holder, about } = part;
  if (!TYPED.has(element.type)) return node.addEventListener("change", () => part.changed(read()));
  const when = element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
  node.addEventListener("input", () => {
    holder.set(read());
    if (!about.quiet && when.includes("on_character_entered")) part.changed(read());
  });
  node.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || about.quiet || many || !when.includes("on_enter_pressed")) return;
    event.preventDefault();
    part.changed(read());
  });
}
