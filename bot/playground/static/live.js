/** The live line to the workspace: what it pushes becomes state. */
import { beViewer, get } from "./api.js";
import { dropMessage, forgetHistories, isLoaded, keepMessages, message, replaceHistory, state, tell } from "./store.js";

const FIRST_WAIT = 400;
const LONGEST_WAIT = 5000;

let socket = null;
let wait = FIRST_WAIT;
let timer = null;

export function connect(team, user) {
  beViewer(team, user);
  forgetHistories();
  clearTimeout(timer);
  open(team, user);
}

function open(team, user) {
  socket?.close();
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  const line = new WebSocket(`${scheme}://${location.host}/page/live?${new URLSearchParams({ team, user })}`);
  socket = line;
  line.onmessage = ({ data }) => line === socket && receive(JSON.parse(data));
  line.onclose = () => line === socket && retry(team, user);
}

function retry(team, user) {
  setConnected(false);
  timer = setTimeout(() => open(team, user), wait);
  wait = Math.min(wait * 1.6, LONGEST_WAIT);
}

function setConnected(connected) {
  state.connected = connected;
  tell("connection");
}

function receive(frame) {
  FRAMES[frame.type]?.(frame);
}

const byId = (items) => new Map((items ?? []).map((item) => [item.id, item]));

function takeSnapshot(frame) {
  wait = FIRST_WAIT;
  state.version += 1;
  Object.assign(state, {
    team: frame.team, me: frame.me, people: byId(frame.people), channels: byId(frame.channels),
    commands: frame.commands ?? [], verbs: frame.verbs ?? [], shortcuts: frame.shortcuts ?? [], apps: frame.apps ?? [],
    clock: frame.clock, home: frame.home ?? null,
  });
  setConnected(true);
  tell("snapshot");
  tell("views", frame.views ?? []);
}

const FRAMES = {
  snapshot: takeSnapshot,
  message({ channel, message: fresh }) {
    const known = Boolean(message(channel, fresh.ts));
    keepMessages(channel, [fresh]);
    tell("messages", { channel, fresh: known ? null : fresh });
  },
  message_deleted({ channel, ts }) {
    dropMessage(channel, ts);
    tell("messages", { channel });
  },
  channel({ channel }) {
    state.channels.set(channel.id, { ...state.channels.get(channel.id), ...channel });
    tell("channels");
  },
  channel_gone({ id }) {
    state.channels.delete(id);
    tell("channels");
  },
  view: ({ view }) => tell("view", view),
  view_closed: (frame) => tell("view closed", frame),
  home({ view }) {
    state.home = view;
    tell("home");
  },
  clock({ clock }) {
    state.clock = clock;
    tell("clock");
  },
};

/** Fetches a channel once, and again after every reconnection. */
export async function loadHistory(channel, { again = false } = {}) {
  if (isLoaded(channel) && !again) return { ok: true };
  const answer = await get("history", { channel });
  if (answer.ok) replaceHistory(channel, answer.messages);
  tell("messages", { channel, whole: true });
  return answer;
}

export async function loadThread(channel, ts) {
  const answer = await get("history", { channel, thread_ts: ts });
  if (answer.ok) keepMessages(channel, answer.messages);
  tell("messages", { channel });
  return answer;
}
