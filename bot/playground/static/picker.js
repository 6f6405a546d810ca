/** A field in which several options are chosen, or one is looked up: chips and a list. */
import { el, freshId, icon } from "./dom.js";
import { choices, chosenOptions, hintOf, keyOf, labelOf, written } from "./select.js";
import { plain } from "./text.js";

const PAUSE = 200;

export function picker(part) {
  return new Picker(part).node;
}

class Picker {
  constructor(part) {
    const { element, holder, about, key } = part;
    this.part = part;
    this.many = element.type.startsWith("multi_");
    this.remote = element.type.endsWith("external_select");
    this.chosen = chosenOptions(element, holder.value);
    this.listId = freshId("options");
    this.chips = el("span", { class: "chips" });
    this.field = el("input", {
      id: about.id,
      class: "picker-field",
      type: "text",
      autocomplete: "off",
      data: { key },
      role: "combobox",
      "aria-expanded": "false",
      "aria-controls": this.listId,
      "aria-autocomplete": "list",
      "aria-describedby": about.described,
      "aria-label": about.id ? null : hintOf(element),
      onfocus: () => this.open(),
      onclick: () => this.open(),
      oninput: () => this.open(),
      onkeydown: (event) => this.press(event),
      onblur: () => this.close(),
    });
    this.list = el(
      "ul",
      { id: this.listId, class: "picker-list", role: "listbox", "aria-label": "Options", hidden: true },
    );
    this.node = el(
      "div",
      { class: "picker" },
      el("div", { class: "picker-box", onclick: () => this.field.focus() }, this.chips, this.field),
      this.list,
    );
    this.showChosen();
  }

  showChosen() {
    const { element } = this.part;
    this.chips.replaceChildren(...this.chosen.map((option) => this.chip(option)));
    this.field.placeholder = this.chosen.length ? "" : hintOf(element, this.remote ? "Type to search…" : "Choose…");
  }

  chip(option) {
    return el("span", { class: "chip", dir: "auto" }, labelOf(option),
      el(
        "button",
        {
          type: "button",
          class: "chip-remove",
          "aria-label": `Remove ${labelOf(option)}`,
          onclick: () => this.drop(option),
        },
        icon("close"),
      ));
  }

  async open() {
    const { element, context, blockId } = this.part;
    const words = this.field.value;
    const fits = (option) => labelOf(option).toLowerCase().includes(words.toLowerCase());
    if (!this.remote) return this.offer(choices(element).filter(fits));
    if (words.length < (element.min_query_length ?? 3)) return this.say("Type a little more to search…");
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.look(() => context.suggest(blockId, element, words), words), PAUSE);
  }

  async look(ask, words) {
    this.say("Searching…");
    try {
      const options = await ask();
      if (this.field.value === words) this.offer(options);
    } catch (failure) {
      this.say(failure.message);
    }
  }

  say(words) {
    this.offered = [];
    this.unfold(el("li", { class: "soft picker-note" }, words));
  }

  offer(options) {
    const taken = new Set(this.chosen.map(keyOf));
    this.offered = options.filter((option) => !taken.has(keyOf(option)));
    if (!options.length) return this.say(`Nothing found for “${this.field.value}”.`);
    if (!this.offered.length) return this.say("Everything here is chosen already.");
    this.unfold(...this.offered.map((option, index) => this.optionRow(option, index)));
    this.point(0);
  }

  optionRow(option, index) {
    return el("li", {
      id: `${this.listId}-${index}`,
      class: "picker-option",
      role: "option",
      dir: "auto",
      onpointerdown: (event) => event.preventDefault(),
      onclick: () => this.take(option),
    },
      labelOf(option), option.description && el("small", {}, plain(option.description.text)));
  }

  unfold(...rows) {
    this.list.replaceChildren(...rows);
    this.list.hidden = false;
    this.field.setAttribute("aria-expanded", "true");
  }

  close() {
    this.list.hidden = true;
    this.field.setAttribute("aria-expanded", "false");
    this.field.removeAttribute("aria-activedescendant");
  }

  point(index) {
    const rows = [...this.list.querySelectorAll("[role=option]")];
    if (!rows.length) return;
    this.at = (index + rows.length) % rows.length;
    rows.forEach((row, place) => row.setAttribute("aria-selected", String(place === this.at)));
    this.field.setAttribute("aria-activedescendant", rows[this.at].id);
    rows[this.at].scrollIntoView({ block: "nearest" });
  }

  take(option) {
    this.chosen = this.many ? [...this.chosen, option].slice(
      0,
      this.part.element.max_selected_items ?? Infinity,
    ) : [option];
    this.field.value = "";
    this.settle();
    this.close();
  }

  drop(option) {
    this.chosen = this.chosen.filter((one) => keyOf(one) !== keyOf(option));
    this.settle();
    this.field.focus();
  }

  settle() {
    this.showChosen();
    this.part.changed(written(this.part.element, this.chosen));
  }

  press(event) {
    const open = !this.list.hidden;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      if (open) this.point(this.at + step);
      else this.open();
    } else if (event.key === "Enter" && open && this.offered?.length) {
      event.preventDefault();
      this.take(this.offered[this.at]);
    } else if (event.key === "Escape" && open) {
      event.preventDefault();
      event.stopPropagation();
      this.close();
    } else if (event.key === "Backspace" && !this.field.value && this.chosen.length) {
      this.drop(this.chosen.at(-1));
    }
  }
}
