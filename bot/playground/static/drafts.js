/** What has been typed but not sent, per viewer and conversation; a reload does not lose it. */
import { currentViewer } from "./api.js";

const STORE = "homeroom-drafts";

const drafts = readAll();

function readAll() {
  try {
    return JSON.parse(sessionStorage.getItem(STORE)) ?? {};
  } catch {
    return {};
  }
}

export function draftKey(...where) {
  const { team, user } = currentViewer();
  return [team, user, ...where].join("/");
}

export const draft = (key) => drafts[key] ?? "";

export function keepDraft(key, text) {
  if (text) drafts[key] = text;
  else delete drafts[key];
  try {
    sessionStorage.setItem(STORE, JSON.stringify(drafts));
  } catch {
    // A full or forbidden store only costs the draft after a reload.
  }
}
