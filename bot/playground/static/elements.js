/** Block Kit's interactive elements. Each gets a holder for its value and tells its context. */
import { el, icon } from "./dom.js";
import { entry } from "./entries.js";
import { picker } from "./picker.js";
import { picture } from "./picture.js";
import { confirmDialog, openMenu } from "./popup.js";
import { keyOf, nativeSelect } from "./select.js";
import { plain, textObject } from "./text.js";

/** about: {id, described, quiet} from the input block around it. */
export function control(element, blockId, context, about = {}) {
  const holder = context.fields.hold(blockId, element);
  const part = { element, blockId, context, holder, about, key: `${blockId}/${element.action_id}` };
  part.changed = (value) => changed(part, value);
  return (CONTROLS[element.type] ?? unknown)(part);
}

const unknown = ({ element }) => el("span", { class: "soft" }, `(A “${element.type}”, which this page can't show.)`);

async function changed({ element, blockId, context, holder, about }, value) {
  holder?.set(value);
  if (!about.quiet) await context.act(blockId, element, value);
}

const CONTROLS = {
  button,
  overflow,
  image: ({ element }) => picture(element, "accessory-image"),
  checkboxes: (part) => ticks(part, "checkbox"),
  radio_buttons: (part) => ticks(part, "radio"),
  static_select: nativeSelect,
  users_select: nativeSelect,
  channels_select: nativeSelect,
  conversations_select: nativeSelect,
  external_select: picker,
  multi_external_select: picker,
  multi_static_select: picker,
  multi_users_select: picker,
  multi_channels_select: picker,
  multi_conversations_select: picker,
  plain_text_input: entry,
  rich_text_input: entry,
  number_input: entry,
  email_text_input: entry,
  url_text_input: entry,
  datepicker: entry,
  timepicker: entry,
  datetimepicker: entry,
};

function button({ element, blockId, context, key }) {
  const words = plain(element.text.text);
  const style = { primary: "button primary", danger: "button danger" }[element.style] ?? "button";
  const node = el(element.url ? "a" : "button", {
    class: `${style} block-button`, "aria-label": element.accessibility_label, data: { key },
    ...(element.url ? linkTarget(element.url) : { type: "button" }), onclick: press,
  }, words);

  async function press(event) {
    if (element.confirm) {
      event.preventDefault();
      if (!(await confirmed(element.confirm))) return;
      if (element.url) window.open(element.url, "_blank", "noopener");
    }
    node.setAttribute("aria-busy", "true");
    await context.act(blockId, element, { value: element.value, text: element.text });
    node.removeAttribute("aria-busy");
  }
  return node;
}

const linkTarget = (address) => (/^https?:/i.test(address) ? {
  href: address,
  target: "_blank",
  rel: "noopener noreferrer",
} : {});

function confirmed({ title, text, confirm, deny, style }) {
  return confirmDialog({
    title: plain(title.text),
    body: textObject(text),
    yes: plain(confirm.text),
    no: plain(deny.text),
    danger: style === "danger",
  });
}

function overflow({ element, blockId, context, key }) {
  const node = el(
    "button",
    {
      type: "button",
      class: "icon-button bordered",
      "aria-label": "More actions",
      "aria-haspopup": "menu",
      data: { key },
      onclick: open,
    },
    icon("more"),
  );
  async function choose(option) {
    if (element.confirm && !(await confirmed(element.confirm))) return;
    if (option.url) window.open(option.url, "_blank", "noopener");
    await context.act(blockId, element, { selected_option: option });
  }
  function open() {
    openMenu(
      node,
      "More actions",
      element.options.map((option) => ({
        label: plain(option.text.text),
        note: option.description && plain(option.description.text),
        run: () => choose(option),
      })),
    );
  }
  return node;
}

function ticks(part, type) {
  const { element, holder, key, about } = part;
  const name = `${key}/${about.id ?? ""}`;
  const many = type === "checkbox";
  const chosen = new Set((many ? holder.value.selected_options : [holder.value.selected_option]).map(keyOf));
  const boxes = element.options.map((option, index) => {
    const box = el(
      "input",
      {
        type,
        name,
        checked: chosen.has(keyOf(option)),
        data: { key: `${key}/${index}` },
        "aria-describedby": about.described,
        onchange: read,
      },
    );
    return { option, box };
  });
  function read() {
    const ticked = boxes.filter(({ box }) => box.checked).map(({ option }) => option);
    part.changed(many ? { selected_options: ticked } : { selected_option: ticked[0] ?? null });
  }
  return el(
    "div",
    { class: "ticks" },
    boxes.map(({ option, box }) => el("label", { class: "tick" }, box, tickWords(option))),
  );
}

function tickWords({ text, description }) {
  return el("span", { class: "tick-words" }, textObject(text), description && el("small", {}, textObject(description)));
}
