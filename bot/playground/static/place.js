/** The middle of the page: the open channel, its head and its messages. */
import { post } from "./api.js";
import { Composer } from "./composer.js";
import { byId, el, icon, iconButton } from "./dom.js";
import { draftKey } from "./drafts.js";
import { showHome, tabs } from "./home.js";
import { MessageList } from "./list.js";
import { loadHistory } from "./live.js";
import { openMenu } from "./popup.js";
import { sendInChannel } from "./sending.js";
import { appOf, channelMessages, channelTitle, nameOf, person, state } from "./store.js";
import { toast } from "./toast.js";

let list = null;
let composer = null;

export function buildPlace() {
  list = new MessageList(byId("messages"));
  list.onstuck = (stuck) => stuck && hideJump();
  composer = new Composer({ send });
  byId("composer").append(composer.node);
  byId("jump").prepend(icon("down"));
  byId("jump").addEventListener("click", () => list.toEnd());
}

/** Whoever writes, or moves the clock, wants to see what comes of it. */
export function follow() {
  list.stuck = true;
}

function send(typed, files) {
  follow();
  return sendInChannel(state.place.channel, typed, files);
}

const hideJump = () => (byId("jump").hidden = true);

export function showPane(name) {
  document.body.dataset.pane = name;
}

const here = () => state.channels.get(state.place?.channel);

/** Opens a place: its head, its messages, its draft. */
export async function openPlace(place) {
  state.place = place;
  const isChannel = place.kind === "channel";
  byId("welcome").hidden = true;
  byId("channel-view").hidden = !isChannel;
  byId("home-view").hidden = isChannel;
  showHead();
  if (!isChannel) return openHome();
  await openChannel(place.channel);
}

async function openHome() {
  showHome();
  const answer = await post("home");
  if (!answer.ok) toast("The Home tab did not open", [answer.error], { bad: true });
}

async function openChannel(id) {
  const unread = here()?.unread ?? 0;
  hideJump();
  list.start(id);
  composer.face(draftKey(id), composerLabel());
  showGate();
  byId("messages").setAttribute("aria-busy", "true");
  const answer = await loadHistory(id);
  byId("messages").removeAttribute("aria-busy");
  if (state.place?.channel !== id) return;
  if (!answer.ok) toast("The messages did not load", [answer.error], { bad: true });
  state.unreadFrom = unread ? channelMessages(id).filter(({ ephemeral }) => !ephemeral).at(-unread)?.ts ?? null : null;
  list.stuck = true;
  list.fresh = channelMessages(id).at(-1)?.ts;
  showMessages();
  markRead();
}

function composerLabel() {
  const channel = here();
  return channel?.is_im ? `Message ${nameOf(channel.user)}` : `Message #${channel?.name}`;
}

export function focusComposer() {
  if (matchMedia("(hover: hover)").matches && state.place?.kind === "channel") composer.field.focus();
}

/** A channel one has not joined can be read but not written in. */
function showGate() {
  const channel = here();
  byId("composer").querySelector(".gate")?.remove();
  const closed = channel && !channel.is_im && !channel.joined;
  composer.node.hidden = Boolean(closed);
  if (!closed) return;
  byId("composer").append(el("div", { class: "gate" }, el("span", {}, `You are reading #${channel.name} from outside.`),
    el(
      "button",
      { type: "button", class: "button primary", onclick: () => change("join", channel.id) },
      "Join channel",
    )));
}

async function change(action, channel, body = {}) {
  const answer = await post(action, { channel, ...body });
  if (!answer.ok) toast("That did not work", [answer.error], { bad: true });
}

export function showHead() {
  const { place } = state;
  if (!place) return;
  const back = iconButton("back", "Back to channels", () => showPane("list"), { class: "icon-button back" });
  byId("place-header").replaceChildren(
    back,
    ...(place.kind === "home" ? homeHead(place) : channelHead(here())).filter(Boolean),
  );
  showGate();
}

function homeHead({ app }) {
  const found = state.apps.find((one) => one.app_id === app);
  return [el("h1", {}, found?.name ?? "App"), tabs(found, "home")];
}

function channelHead(channel) {
  if (!channel) return [el("h1", {}, "This channel is gone")];
  if (channel.is_im) return directHead(channel);
  const mark = icon(channel.is_private ? "lock" : "hash");
  const members = el(
    "span",
    { class: "head-members", title: "Members" },
    icon("people"),
    String(channel.members ?? 0),
    el("span", { class: "unseen" }, " members"),
  );
  const menu = channel.joined && iconButton(
    "more",
    "Channel actions",
    ({ currentTarget }) => openMenu(currentTarget, "Channel actions", channelItems(currentTarget, channel)),
    { "aria-haspopup": "menu" },
  );
  return [
    el("h1", { class: "head-name" }, mark, el("span", { dir: "auto" }, channel.name)),
    channel.connect && el("span", { class: "badge" }, "Shared"),
    el("span", { class: "head-topic", dir: "auto", title: channel.topic }, channel.topic),
    members,
    menu,
  ];
}

function directHead(channel) {
  const app = appOf(channel.user);
  return [
    el("h1", { dir: "auto" }, channelTitle(channel)),
    app ? tabs(app, "messages") : el("span", { class: "head-topic" }, person(channel.user).title),
  ];
}

function channelItems(anchor, channel) {
  return [
    { label: "Add someone…", run: () => chooseGuest(anchor, channel) },
    { label: "Leave channel", danger: true, run: () => change("leave", channel.id) },
  ];
}

function chooseGuest(anchor, channel) {
  const others = [...state.people.values()].filter((one) => !one.deactivated && one.id !== state.me.id);
  openMenu(
    anchor,
    `Add to #${channel.name}`,
    others.map((one) => ({
      label: nameOf(one.id),
      note: one.bot ? "App" : one.title,
      run: () => change("invite", channel.id, { other: one.id }),
    })),
  );
}

export function showMessages() {
  const { place, unreadFrom } = state;
  if (place?.kind !== "channel") return;
  list.show(channelMessages(place.channel), { empty: emptyChannel(here()), unreadFrom });
}

function emptyChannel(channel) {
  const app = channel?.is_im && appOf(channel.user);
  const command = state.commands[0]?.command ?? "/learn";
  const [title, words] = app
    ? [`This is you and ${app.name}`, "Type what you need in plain words, for example help."]
    : channel?.is_im
      ? [`This is the start with ${channelTitle(channel)}`, "Say hello: only the two of you see it."]
      : [
        `This is the start of #${channel?.name}`,
        `Write something, or type ${command} and press Enter to see what you can do.`,
      ];
  return el("div", { class: "empty" }, el("h2", {}, title), el("p", { class: "soft" }, words));
}

export function messageArrived({ channel, fresh }) {
  if (state.place?.channel !== channel) return;
  const mine = fresh?.user === state.me.id;
  if (fresh && mine) list.stuck = true;
  if (fresh && !fresh.thread_ts) list.fresh = fresh.ts;
  if (fresh && !mine && !list.stuck && !fresh.thread_ts) byId("jump").hidden = false;
  if (fresh) markRead();
}

export function markRead() {
  const channel = here();
  const last = channelMessages(channel?.id).at(-1);
  if (!channel?.unread || !last || document.hidden || !byId("messages").checkVisibility()) return;
  post("read", { channel: channel.id, ts: last.ts });
}
