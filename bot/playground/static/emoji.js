/** Emoji by their names. A glyph this machine cannot draw is shown as its name. */

const GLYPHS = {
  "+1": "👍", thumbsup: "👍", "-1": "👎", thumbsdown: "👎", heart: "❤️", tada: "🎉", eyes: "👀", raised_hands: "🙌",
  clap: "👏", pray: "🙏", wave: "👋", ok_hand: "👌", muscle: "💪", point_right: "👉", point_up: "☝️", handshake: "🤝",
  smile: "😄", grinning: "😀", slightly_smiling_face: "🙂", joy: "😂", thinking_face: "🤔", wink: "😉", sob: "😭",
  sweat_smile: "😅", heart_eyes: "😍", open_mouth: "😮", disappointed: "😞", star: "⭐", sparkles: "✨", fire: "🔥",
  rocket: "🚀", bulb: "💡", memo: "📝", books: "📚", book: "📖", bookmark: "🔖", link: "🔗", pushpin: "📌", paperclip: "📎",
  calendar: "📅", spiral_calendar_pad: "🗓️", clock9: "🕘", alarm_clock: "⏰", hourglass: "⌛", bell: "🔔", mega: "📣",
  speech_balloon: "💬", question: "❓", exclamation: "❗", white_check_mark: "✅", heavy_check_mark: "✔️",
  ballot_box_with_check: "☑️", x: "❌", warning: "⚠️", no_entry: "⛔", information_source: "ℹ️", mag: "🔍", school: "🏫",
  apple: "🍎", seedling: "🌱", sunny: "☀️", umbrella: "☔", coffee: "☕", house: "🏠", busts_in_silhouette: "👥",
  bar_chart: "📊", chart_with_upwards_trend: "📈", arrow_right: "➡️", repeat: "🔁", lock: "🔒", key: "🔑", trophy: "🏆",
  large_green_circle: "🟢", large_yellow_circle: "🟡", red_circle: "🔴", one: "1️⃣", two: "2️⃣", three: "3️⃣",
};

export const REACTIONS = [
  "+1", "heart", "tada", "eyes", "raised_hands", "clap", "white_check_mark", "pray", "bulb", "rocket", "star", "thinking_face",
  "smile", "joy", "fire", "muscle", "books", "bookmark", "seedling", "handshake", "wave", "question", "100", "-1",
].filter((name) => name in GLYPHS);

const drawn = new Map();
let canvas = null;

function pixels(text) {
  canvas ??= Object.assign(document.createElement("canvas"), { width: 24, height: 24 });
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.clearRect(0, 0, 24, 24);
  context.font = "16px sans-serif";
  context.fillText(text, 1, 18);
  return context.getImageData(0, 0, 24, 24).data.join();
}

function canDraw(glyph) {
  const first = String.fromCodePoint(glyph.codePointAt(0));
  if (!drawn.has(first)) drawn.set(first, pixels(first) !== pixels("\u{10FFFE}"));
  return drawn.get(first);
}

export const isEmoji = (name) => name.split("::")[0] in GLYPHS;

export function glyph(name) {
  const found = GLYPHS[name.split("::")[0]];
  return found && canDraw(found) ? found : `:${name}:`;
}
