/** Who I am, and how people look: faces, badges, the switcher. */
import { byId, el } from "./dom.js";
import { glyph } from "./emoji.js";
import { nameOf, person, state, tell } from "./store.js";

const FACES = [
  "#0b6b61",
  "#7a4b12",
  "#5b4a9c",
  "#96345a",
  "#2b5f9c",
  "#4c661c",
  "#8a3b2a",
  "#3d5565",
  "#7b3f86",
  "#1f6a80",
];

function faceColour(id) {
  let sum = 7;
  for (const letter of id) sum = (sum * 31 + letter.codePointAt(0)) >>> 0;
  return FACES[sum % FACES.length];
}

function initials(name) {
  const words = name.replace(/[^\p{L}\p{N}\s]/gu, " ").trim().split(/\s+/).filter(Boolean);
  const chosen = words.length > 1 ? [words[0], words.at(-1)] : words;
  return chosen.map((word) => [...word][0]).join("").toUpperCase() || "?";
}

export function avatar(id, { size = "", name = nameOf(id), emoji = null } = {}) {
  const bot = person(id).bot;
  const picture = emoji && glyph(emoji.replaceAll(":", ""));
  const face = el(
    "span",
    { class: `avatar ${size} ${bot ? "avatar-app" : ""}`, "aria-hidden": "true" },
    picture && !picture.startsWith(":") ? picture : initials(name),
  );
  face.style.setProperty("--face", bot ? FACES[0] : faceColour(id));
  return face;
}

export function badges({ team, guest, bot, deactivated }) {
  const elsewhere = !bot && team && team !== state.team.id;
  const words = [
    bot && "App",
    guest && "Guest",
    elsewhere && "Other workspace",
    deactivated && "Deactivated",
  ].filter(Boolean);
  return words.map((word) => el("span", { class: "badge" }, word));
}

/** The switcher lists everyone, grouped by workspace. */
export function fillSwitcher(directory, chosen) {
  const select = byId("who");
  select.replaceChildren(...directory.workspaces.map((workspace) => workspaceGroup(directory, workspace)));
  select.value = viewerKey(chosen);
  select.addEventListener("change", () => tell("become", fromKey(select.value)));
}

const viewerKey = ({ team, user }) => `${team}/${user}`;

function fromKey(key) {
  const [team, user] = key.split("/");
  return { team, user };
}

function workspaceGroup(directory, { id, name }) {
  const members = directory.people.filter((one) => one.team === id && !one.bot);
  return el("optgroup", { label: name }, members.map((one) => personOption(id, one)));
}

function personOption(team, one) {
  const notes = [one.title, one.guest && "guest", one.deactivated && "deactivated"].filter(Boolean).join(", ");
  const label = notes ? `${one.real_name || one.name} — ${notes}` : one.real_name || one.name;
  return el("option", { value: viewerKey({ team, user: one.id }), disabled: one.deactivated }, label);
}

export function showMe() {
  const { me, team } = state;
  byId("workspace-name").textContent = team.name;
  document.title = `${team.name} · Local workspace`;
  byId("me-avatar").replaceChildren(avatar(me.id, { size: "small" }));
  byId("me-badge").replaceChildren(...badges(me));
  byId("who").title = [nameOf(me.id), me.title].filter(Boolean).join(", ");
}
