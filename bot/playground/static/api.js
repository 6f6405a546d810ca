/** Calls to the local workspace. An answer is always {ok, …}; a lost connection is an answer too. */
import { state } from "./store.js";

const LOST = "The workspace can't be reached just now. What you typed is still here; try again in a moment.";

let viewer = { team: "", user: "" };

export function beViewer(team, user) {
  viewer = { team, user };
}

export const currentViewer = () => viewer;

export async function post(action, body = {}) {
  return ask(`/page/${action}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ ...viewer, ...body }),
  });
}

export async function get(path, query = {}) {
  const words = new URLSearchParams({ ...viewer, ...query });
  return ask(`/page/${path}?${words}`);
}

async function ask(address, options) {
  try {
    const response = await fetch(address, options);
    const answer = await response.json();
    return "ok" in answer || !response.ok ? {
      ok: false,
      error: "That did not work.",
      ...answer,
    } : { ok: true, ...answer };
  } catch {
    return { ok: false, error: LOST, lost: !state.connected };
  }
}
