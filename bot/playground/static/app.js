/** Starts the page and ties its parts together. */
import { currentViewer, get } from "./api.js";
import { goToDirect, showChannels } from "./channels.js";
import { buildClock, showClock } from "./clock.js";
import { byId } from "./dom.js";
import { forgetHome, showHome } from "./home.js";
import { connect, loadHistory, loadThread } from "./live.js";
import { authorName } from "./message.js";
import { buildModal, forgetModals, viewArrived, viewClosed, viewsAre } from "./modal.js";
import { fillSwitcher, showMe } from "./people.js";
import { buildPlace, focusComposer, follow, markRead, messageArrived, openPlace, showHead, showMessages, showPane } from "./place.js";
import { on, state } from "./store.js";
import { refreshDates } from "./text.js";
import { buildTheme } from "./theme.js";
import { buildThread, closeThread, openThread, replyArrived, showThread } from "./thread.js";
import { announce } from "./toast.js";

let wanted = null; // the channel to open once the snapshot is here
let settled = false; // this viewer's first snapshot has been shown

async function start() {
  buildTheme();
  buildClock();
  buildPlace();
  buildThread();
  buildModal();
  const directory = await peopleWhenThere();
  const viewer = { ...directory.start, ...fromAddress() };
  fillSwitcher(directory, viewer);
  become(viewer);
}

async function peopleWhenThere() {
  for (;;) {
    const directory = await get("people");
    if (directory.ok) return directory;
    showOffline("Waiting for the workspace…");
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}

/** #team/person/channel: a reload, or a second window as someone else. */
function fromAddress() {
  const [team, user, channel] = location.hash.slice(1).split("/").map(decodeURIComponent);
  return team && user ? { team, user, channel } : {};
}

function keepAddress() {
  const { team, user } = currentViewer();
  const where = state.place?.channel ?? "home";
  history.replaceState(null, "", `#${[team, user, where].map(encodeURIComponent).join("/")}`);
}

function become({ team, user, channel = null }) {
  closeThread();
  forgetModals();
  forgetHome();
  Object.assign(state, { place: null, editing: null, unreadFrom: null });
  settled = false;
  wanted = channel;
  connect(team, user);
}

function snapshotArrived() {
  showMe();
  showClock();
  if (settled) return refresh();
  settled = true;
  go(firstPlace());
}

function firstPlace() {
  const joined = [...state.channels.values()].filter((channel) => channel.joined && !channel.is_im);
  const anything = [...state.channels.values()][0];
  const found = named(wanted) ?? joined.find(({ unread }) => unread) ?? joined[0] ?? anything;
  if (found && wanted !== "home") return { kind: "channel", channel: found.id };
  return state.apps.length ? { kind: "home", app: state.apps[0].app_id } : null;
}

/** The channel with this id, or with this name: the workspace's start is a name. */
function named(channel) {
  return state.channels.get(channel) ?? [...state.channels.values()].find(({ name, joined }) => joined && name === channel);
}

/** After a lost connection: everything on the page anew, nothing typed touched. */
async function refresh() {
  showChannels();
  showHead();
  showHome();
  const { place, thread } = state;
  if (place?.kind === "channel") await loadHistory(place.channel, { again: true });
  if (thread) await loadThread(thread.channel, thread.ts);
}

async function go(place) {
  if (!place) return showWelcome();
  if (state.thread?.channel !== place.channel) closeThread();
  state.editing = null;
  const opening = openPlace(place);
  showChannels();
  keepAddress();
  await opening;
}

function showWelcome() {
  showChannels();
  byId("welcome").hidden = false;
  byId("welcome").textContent = "There is nothing to open here yet. Join a channel on the left.";
}

function visit(place) {
  showPane("main");
  go(place).then(focusComposer);
}

function messagesChanged(change) {
  messageArrived(change);
  replyArrived(change);
  if (!change.channel || change.channel === state.place?.channel) showMessages();
  if (!change.channel || change.channel === state.thread?.channel) showThread();
  if (change.channel === state.place?.channel) announceFresh(change.fresh);
}

function announceFresh(fresh) {
  if (fresh && fresh.user !== state.me.id) announce(`${authorName(fresh)}: ${fresh.text ?? ""}`);
}

function channelsChanged() {
  showChannels();
  showHead();
  markRead();
  const { place } = state;
  if (place?.kind === "channel" && !state.channels.has(place.channel)) go(firstPlace());
}

function clockChanged() {
  showClock();
  refreshDates(document.body);
  showMessages();
}

function showOffline(words) {
  byId("offline").hidden = !words;
  byId("offline").textContent = words;
}

on("become", become);
on("snapshot", snapshotArrived);
on("connection", () => showOffline(state.connected ? "" : "Reconnecting… What you type stays here."));
on("go", visit);
on("go to channel", (channel) => visit({ kind: "channel", channel }));
on("go to direct", goToDirect);
on("open thread", openThread);
on("messages", messagesChanged);
on("channels", channelsChanged);
on("clock", clockChanged);
on("clock pressed", follow);
on("home", showHome);
on("view", viewArrived);
on("views", viewsAre);
on("view closed", viewClosed);
document.addEventListener("visibilitychange", markRead);

start();
