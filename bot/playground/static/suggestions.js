/** Completion while writing: commands, their verbs, people. */
import { el, freshId } from "./dom.js";
import { avatar } from "./people.js";
import { nameOf, state } from "./store.js";

const VERB_COMMAND = "/learn";
const MOST = 40;
const HINT = "Enter sends, Shift+Enter starts a new line";

export class Suggestions {
  constructor(composer, { inThread }) {
    this.composer = composer;
    this.inThread = inThread;
    this.items = [];
    this.id = freshId("suggestions");
    this.node = el("ul", { id: this.id, class: "suggestions", role: "listbox", "aria-label": "Suggestions", hidden: true });
    composer.field.setAttribute("aria-autocomplete", "list");
    composer.field.setAttribute("aria-controls", this.id);
  }

  refresh() {
    const { field } = this.composer;
    const before = field.value.slice(0, field.selectionStart);
    const found = (this.inThread ? null : commandsFor(before) ?? verbsFor(before)) ?? mentionsFor(before);
    this.showHint();
    if (!found?.items.length) return this.close();
    this.open(found);
  }

  showHint() {
    const typed = this.composer.field.value;
    const isCommand = /^\/\w/.test(typed);
    const words = isCommand && (this.inThread ? THREAD_HINT : commandHint(typed));
    this.composer.hint.textContent = words || HINT;
    this.composer.hint.classList.toggle("is-telling", Boolean(words));
  }

  open({ items, start, preselect }) {
    this.items = items.slice(0, MOST);
    this.start = start;
    this.node.replaceChildren(...this.items.map((item, index) => this.row(item, index)));
    this.node.hidden = false;
    this.point(preselect ? 0 : -1);
  }

  row(item, index) {
    return el(
      "li",
      {
        id: `${this.id}-${index}`,
        class: "suggestion",
        role: "option",
        onpointerdown: (event) => event.preventDefault(),
        onclick: () => this.take(item),
      },
      item.picture,
      el("span", { class: "suggestion-word" }, item.word),
      item.hint && el("span", { class: "suggestion-hint" }, item.hint),
      item.help && el("span", { class: "suggestion-help" }, item.help),
    );
  }

  close() {
    this.items = [];
    this.node.hidden = true;
    this.composer.field.removeAttribute("aria-activedescendant");
  }

  point(index) {
    this.at = index;
    [...this.node.children].forEach((row, place) => row.setAttribute("aria-selected", String(place === index)));
    const row = this.node.children[index];
    if (!row) return this.composer.field.removeAttribute("aria-activedescendant");
    this.composer.field.setAttribute("aria-activedescendant", row.id);
    row.scrollIntoView({ block: "nearest" });
  }

  take(item) {
    const { field } = this.composer;
    this.composer.replace(this.start, field.selectionStart, `${item.insert} `);
    field.focus();
  }

  /** True when the key was for the list. */
  press(event) {
    if (!this.items.length) return false;
    const { length } = this.items;
    const chosen = this.items[event.key === "Tab" && !event.shiftKey ? Math.max(this.at, 0) : this.at];
    if (event.key === "ArrowDown") this.point((this.at + 1) % length);
    else if (event.key === "ArrowUp") this.point((Math.max(this.at, 0) - 1 + length) % length);
    else if (event.key === "Escape") this.close();
    else if ((event.key === "Enter" || event.key === "Tab") && !event.shiftKey && chosen) this.take(chosen);
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }
}

const THREAD_HINT = "Slash commands don't work in threads. Write it in the channel, or use a shortcut under More actions.";

/** Whole words are sent by Enter, so they are offered but not preselected. */
function commandsFor(before) {
  if (!/^\/\S*$/.test(before)) return null;
  const items = state.commands.filter(({ command }) => command.startsWith(before.toLowerCase()))
    .map(({ command, usage_hint: hint, description: help }) => ({ word: command, insert: command, hint, help }));
  return { items, start: 0, preselect: !items.some(({ word }) => word === before) };
}

function verbsFor(before) {
  if (!before.startsWith(`${VERB_COMMAND} `)) return null;
  const start = VERB_COMMAND.length + 1;
  const begun = before.slice(start).toLowerCase();
  const items = state.verbs.filter(({ verb }) => verb.startsWith(begun) && (begun || !verb.includes(" ")))
    .map(({ verb, hint, help }) => ({ word: verb, insert: verb, hint, help }));
  return { items, start, preselect: begun !== "" && !items.some(({ word }) => word === begun) };
}

function mentionsFor(before) {
  const match = /(?:^|\s)@([\p{L}\p{N}.'-]*(?: [\p{L}\p{N}.'-]*)?)$/u.exec(before);
  if (!match) return null;
  const begun = match[1].toLowerCase();
  const items = [...state.people.values()].filter((one) => !one.deactivated && fits(nameOf(one.id).toLowerCase(), begun)).map(personItem);
  return { items, start: before.length - match[1].length - 1, preselect: true };
}

/** A name that is written out already needs no completion. */
function fits(name, begun) {
  return name !== begun && [name, ...name.split(/\s+/)].some((part) => part.startsWith(begun));
}

function personItem({ id, bot, title }) {
  return { word: nameOf(id), insert: `@${nameOf(id)}`, help: bot ? "App" : title, picture: avatar(id, { size: "tiny" }) };
}

function commandHint(typed) {
  const command = state.commands.find(({ command: word }) => typed === word || typed.startsWith(`${word} `));
  if (!command) return null;
  const rest = typed.slice(command.command.length + 1).toLowerCase();
  const verb = command.command === VERB_COMMAND && verbIn(rest);
  if (verb) return hintLine(`${VERB_COMMAND} ${verb.verb}`, verb.hint, verb.help);
  return hintLine(command.command, command.usage_hint, command.description);
}

/** The longest verb that the words begin with: "call move" before "call". */
function verbIn(words) {
  const begins = state.verbs.filter(({ verb }) => words === verb || words.startsWith(`${verb} `));
  return begins.sort((one, other) => other.verb.length - one.verb.length)[0];
}

function hintLine(words, usage, help) {
  return [words, usage].filter(Boolean).join(" ") + (help ? ` — ${help}` : "");
}
