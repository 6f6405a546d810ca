/** Light or dark: the machine's choice until one chooses here. */
import { byId, icon } from "./dom.js";

const STORE = "homeroom-theme";
const machine = matchMedia("(prefers-color-scheme: dark)");

const chosen = () => localStorage.getItem(STORE);

const isDark = () => (chosen() ? chosen() === "dark" : machine.matches);

export function buildTheme() {
  byId("theme").addEventListener("click", () => {
    localStorage.setItem(STORE, isDark() ? "light" : "dark");
    show();
  });
  machine.addEventListener("change", show);
  show();
}

function show() {
  const dark = isDark();
  document.documentElement.dataset.theme = dark ? "dark" : "light";
  const label = dark ? "Use the light theme" : "Use the dark theme";
  byId("theme").replaceChildren(icon(dark ? "sun" : "moon"));
  byId("theme").setAttribute("aria-label", label);
  byId("theme").title = label;
}
