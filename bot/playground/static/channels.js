/** The list of places: channels, direct messages, apps. */
import { post } from "./api.js";
import { byId, el, icon, iconButton, unseen } from "./dom.js";
import { avatar } from "./people.js";
import { openMenu } from "./popup.js";
import { appOf, channelTitle, imWith, nameOf, state, tell } from "./store.js";
import { toast } from "./toast.js";

export function showChannels() {
  const channels = [...state.channels.values()];
  const byTitle = (one, other) => channelTitle(one).localeCompare(channelTitle(other));
  const joined = channels.filter((one) => !one.is_im && one.joined).sort(byTitle);
  const open = channels.filter((one) => !one.is_im && !one.joined).sort(byTitle);
  const direct = channels.filter((one) => one.is_im && !appOf(one.user)).sort(byTitle);
  const focused = document.activeElement?.closest?.(".sidebar [data-place]")?.dataset.place;
  byId("sidebar").replaceChildren(
    section("Channels", joined.map(channelRow)),
    open.length ? section("Channels to join", open.map(channelRow)) : "",
    section("Direct messages", direct.map(channelRow), iconButton("plus", "New direct message", startDirect)),
    section("Apps", state.apps.map(appRow)),
  );
  if (focused) byId("sidebar").querySelector(`[data-place="${CSS.escape(focused)}"]`)?.focus();
}

function section(title, rows, tool = null) {
  const heading = el("div", { class: "side-head" }, el("h2", {}, title), tool);
  const list = el("ul", { class: "side-list", "aria-label": title, onkeydown: walk }, rows);
  return el(
    "section",
    { class: "side-section" },
    heading,
    rows.length ? list : el("p", { class: "side-empty" }, EMPTY[title]),
  );
}

const EMPTY = {
  Channels: "No channels yet.",
  "Direct messages": "Press + to write to someone.",
  Apps: "No app is installed here.",
};

function isHere(place) {
  const here = state.place;
  return here?.kind === place.kind && (here.channel ?? here.app) === (place.channel ?? place.app);
}

function row({ place, picture, title, channel }) {
  const unread = channel?.unread ?? 0;
  const here = isHere(place);
  const classes = ["side-row", unread && "is-unread", here && "is-here"].filter(Boolean).join(" ");
  return el("li", {}, el("button", {
    type: "button",
    class: classes,
    "aria-current": here ? "page" : null,
    data: { place: place.channel ?? place.app },
    onclick: () => tell("go", place),
  },
    picture, el(
      "span",
      { class: "side-name", dir: "auto" },
      title,
    ), channel?.connect && el("span", { class: "badge" }, "Shared"), count(channel)));
}

function count(channel) {
  if (!channel?.unread || !(channel.joined || channel.is_im)) return null;
  const loud = channel.is_im || channel.mentions > 0;
  const number = loud && !channel.is_im ? channel.mentions : channel.unread;
  return el(
    "span",
    { class: loud ? "count count-loud" : "count" },
    unseen(", "),
    number > 99 ? "99+" : String(number),
    unseen(" unread"),
  );
}

function channelRow(channel) {
  const picture = channel.is_im ? avatar(channel.user, { size: "tiny" }) : icon(channel.is_private ? "lock" : "hash");
  const lock = channel.is_private && !channel.is_im ? unseen("Private: ") : null;
  return row({
    place: { kind: "channel", channel: channel.id },
    picture: el("span", { class: "side-picture" }, picture, lock),
    title: channelTitle(channel),
    channel,
  });
}

function appRow(app) {
  const picture = el("span", { class: "side-picture" }, avatar(app.user_id, { size: "tiny" }));
  return row({ place: { kind: "home", app: app.app_id }, picture, title: app.name, channel: imWith(app.user_id) });
}

function walk(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const rows = [...byId("sidebar").querySelectorAll(".side-row")];
  rows.at((rows.indexOf(document.activeElement) + step) % rows.length).focus();
}

function startDirect({ currentTarget }) {
  const others = [...state.people.values()].filter((one) => !one.bot && !one.deactivated && one.id !== state.me.id);
  openMenu(
    currentTarget,
    "New direct message",
    others.map((one) => ({ label: nameOf(one.id), note: one.title, run: () => goToDirect(one.id) })),
  );
}

export async function goToDirect(other) {
  const answer = await post("dm", { other });
  if (!answer.ok) return toast("The conversation could not be opened", [answer.error], { bad: true });
  tell("go", { kind: "channel", channel: answer.channel });
}
