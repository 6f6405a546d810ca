/** What the page knows, and who wants to hear when it changes. */

const listeners = new Map();

export const state = {
  team: null, me: null, version: 0,
  people: new Map(), channels: new Map(),
  commands: [], verbs: [], shortcuts: [], apps: [],
  clock: null, home: null, connected: false,
  place: null,       // {kind: "channel", channel} or {kind: "home", app}
  thread: null,      // {channel, ts}
  unreadFrom: null,  // the first message that was unread when the channel was opened
  editing: null,     // the ts of the message being edited
};

const histories = new Map();
const loaded = new Set();

export function on(topic, listener) {
  if (!listeners.has(topic)) listeners.set(topic, []);
  listeners.get(topic).push(listener);
}

export function tell(topic, detail) {
  for (const listener of listeners.get(topic) ?? []) listener(detail);
}

export function person(id) {
  return state.people.get(id) ?? { id, name: id || "someone", unknown: true };
}

export function nameOf(id) {
  const found = person(id);
  return found.real_name || found.name;
}

export function channelTitle(channel) {
  return channel.is_im ? nameOf(channel.user) : channel.name;
}

export function imWith(personId) {
  return [...state.channels.values()].find((channel) => channel.is_im && channel.user === personId);
}

export function appOf(personId) {
  return state.apps.find((app) => app.user_id === personId);
}

function history(channel) {
  if (!histories.has(channel)) histories.set(channel, { byTs: new Map(), sorted: null });
  return histories.get(channel);
}

export function keepMessages(channel, messages) {
  const kept = history(channel);
  for (const message of messages) kept.byTs.set(message.ts, message);
  kept.sorted = null;
}

export function replaceHistory(channel, messages) {
  histories.delete(channel);
  keepMessages(channel, messages);
  loaded.add(channel);
}

export function dropMessage(channel, ts) {
  const kept = history(channel);
  kept.byTs.delete(ts);
  kept.sorted = null;
}

export function message(channel, ts) {
  return history(channel).byTs.get(ts);
}

/** All messages of a channel, oldest first. */
function messagesOf(channel) {
  const kept = history(channel);
  kept.sorted ??= [...kept.byTs.values()].sort((one, other) => (one.ts < other.ts ? -1 : 1));
  return kept.sorted;
}

const isReply = (item) => Boolean(item.thread_ts && item.thread_ts !== item.ts);

export function channelMessages(channel) {
  return messagesOf(channel).filter((item) => !isReply(item) || item.subtype === "thread_broadcast");
}

export function threadMessages(channel, root) {
  return messagesOf(channel).filter((item) => item.ts === root || item.thread_ts === root);
}

export const isLoaded = (channel) => loaded.has(channel);

export function forgetHistories() {
  histories.clear();
  loaded.clear();
}
