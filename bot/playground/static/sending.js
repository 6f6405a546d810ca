/** Sends what was typed: a message, or a slash command. */
import { post } from "./api.js";
import { state } from "./store.js";

const COMMAND = /^\/([\p{L}\p{N}_-]+)(?:\s+([\s\S]*))?$/u;

export function sendInChannel(channel, typed, files) {
  const command = COMMAND.exec(typed.trim());
  if (!command || typed.startsWith(" ")) return sendMessage(channel, typed, files);
  if (files.length) {
    return { ok: false, error: "Not sent: a command takes no file along. Take the file off, or put a space in front." };
  }
  return sendCommand(channel, `/${command[1]}`, command[2] ?? "");
}

async function sendCommand(channel, command, words) {
  if (!state.commands.some((known) => known.command === command)) {
    return {
      ok: false,
      error: `${command} is not a command here. Type / to see the commands, or put a space in front to send this as a message.`,
    };
  }
  const answer = await post("command", { channel, command, text: words.trim() });
  return answer.failed ? {
    ok: false,
    error: `${command} did not work: see Slackbot's note above. Your words are still here.`,
  } : answer;
}

export async function sendInThread(channel, ts, typed, files) {
  if (COMMAND.test(typed.trim()) && !typed.startsWith(" ")) {
    return { ok: false, error: "Not sent: slash commands don't work in threads. Your words are still here." };
  }
  return sendMessage(channel, typed, files, ts);
}

function sendMessage(channel, typed, files, thread_ts) {
  return post("message", { channel, text: typed.trim(), files, ...(thread_ts ? { thread_ts } : {}) });
}
