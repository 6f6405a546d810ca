/** The workspace's clock: what time it is here, what comes next, and a button to go there. */
import { post } from "./api.js";
import { fromLocalInput, localInput, moment, now, zoneCity } from "./dates.js";
import { byId, el, icon } from "./dom.js";
import { openPanel } from "./popup.js";
import { state, tell } from "./store.js";
import { toast } from "./toast.js";

const parts = {};

export function buildClock() {
  parts.now = el("button", { type: "button", class: "clock-now", onclick: openSetter });
  parts.next = el("span", { class: "clock-next" });
  parts.step = el("button", {
    type: "button",
    class: "button primary clock-step",
    "aria-label": "Go to the next step",
    onclick: goNext,
  },
    el(
      "span",
      { class: "wide-only" },
      "Go to the next step",
    ), el("span", { class: "phone-only" }, "Next step"), icon("next"));
  byId("clock").append(parts.now, parts.next, parts.step);
}

export function showClock() {
  const { clock } = state;
  if (!clock) return;
  parts.now.replaceChildren(icon("clock"), el("time", { datetime: clock.now }, moment(now())));
  parts.now.title = `The workspace's time, in ${zoneCity()}`;
  parts.now.disabled = !clock.movable;
  parts.next.replaceChildren(...nextStep(clock));
  parts.step.hidden = !clock.movable;
  parts.step.disabled = !clock.next;
}

function nextStep({ next }) {
  if (!next) return [el("span", { class: "soft" }, "Nothing is planned yet")];
  return [
    el("span", { class: "clock-label" }, el("span", { class: "soft" }, "Next: "), next.label),
    el("span", { class: "soft clock-when" }, moment(new Date(next.at))),
  ];
}

async function goNext() {
  tell("clock pressed");
  parts.step.setAttribute("aria-busy", "true");
  report(await post("clock/next"), "Nothing visible happened at this step.");
  parts.step.removeAttribute("aria-busy");
}

function report(answer, quiet) {
  if (!answer.ok) return toast("The clock did not move", [answer.error], { bad: true });
  if (answer.clock) {
    state.clock = answer.clock;
    tell("clock");
  }
  toast(`It is now ${moment(now())}`, answer.did?.length ? answer.did : [quiet]);
}

function openSetter() {
  const field = el("input", { type: "datetime-local", id: "clock-set", value: localInput(now()) });
  const form = el("form", { class: "panel-form", onsubmit: (event) => setClock(event, field, panel) },
    el("label", { for: "clock-set" }, `Move the clock to (${zoneCity()} time)`), field,
    el("button", { class: "button primary" }, "Move"));
  const panel = openPanel(parts.now, form, { role: "dialog", "aria-label": "Move the clock" });
  field.focus();
}

async function setClock(event, field, panel) {
  event.preventDefault();
  const at = fromLocalInput(field.value);
  if (!at) return;
  panel.hidePopover();
  report(await post("clock/set", { at: at.toISOString() }), "Nothing was due in between.");
}
