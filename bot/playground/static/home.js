/** An app's Home tab. */
import { blockContext } from "./context.js";
import { renderBlocks } from "./blocks.js";
import { byId, el } from "./dom.js";
import { imWith, state, tell } from "./store.js";
import { rememberFocus } from "./focus.js";

let shown = null; // {view, fields} of the Home on the page

export function tabs(app, current) {
  const tab = (name, title, go) => el(
    "button",
    { type: "button", role: "tab", class: "tab", "aria-selected": String(name === current), onclick: go },
    title,
  );
  return el("div", { class: "tabs", role: "tablist", "aria-label": app?.name ?? "App" },
    tab("home", "Home", () => tell("go", { kind: "home", app: app.app_id })),
    tab("messages", "Messages", () => openMessages(app)));
}

function openMessages(app) {
  const channel = imWith(app.user_id);
  if (channel) tell("go", { kind: "channel", channel: channel.id });
  else tell("go to direct", app.user_id);
}

export function showHome() {
  if (state.place?.kind !== "home") return;
  const { home } = state;
  const page = byId("home-view");
  if (!home?.blocks?.length) return page.replaceChildren(emptyHome());
  const restore = rememberFocus(page);
  const context = blockContext(
    { type: "view", view_id: home.id },
    { before: shown?.id === home.id ? shown.fields : null, saved: home.state?.values },
  );
  shown = { id: home.id, fields: context.fields };
  page.replaceChildren(el("div", { class: "home-page" }, renderBlocks(home.blocks, context)));
  restore();
}

function emptyHome() {
  return el("div", { class: "empty" }, el("h2", {}, "Nothing on Home yet"),
    el(
      "p",
      { class: "soft" },
      "The app has not put anything here. Write to it in Messages, or type /learn in a channel.",
    ));
}

export function forgetHome() {
  shown = null;
}
