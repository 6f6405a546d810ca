/** Times: in the viewer's zone, against the workspace's clock, as the browser's language writes them. */
import { state } from "./store.js";

const LOCALE = navigator.language.startsWith("en") ? navigator.language : "en-GB"; // the words are English
const formats = new Map();

const zone = () => state.me?.tz || state.clock?.zone || "UTC";

export const now = () => (state.clock ? new Date(state.clock.now) : new Date());

export const tsDate = (ts) => new Date(Number(ts) * 1000);

function format(date, options, locale = LOCALE) {
  const key = zone() + locale + JSON.stringify(options);
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat(locale, { timeZone: zone(), ...options }));
  return formats.get(key).format(date);
}

export const time = (date) => format(date, { timeStyle: "short" });

const timeWithSeconds = (date) => format(date, { timeStyle: "medium" });

/** 2026-11-17 */
export function isoDay(date) {
  const parts = format(date, { year: "numeric", month: "2-digit", day: "2-digit" }, "en-GB").split("/");
  return parts.reverse().join("-");
}

/** Tue 17 Nov, 09:00 */
export function moment(date) {
  return `${format(date, { weekday: "short", day: "numeric", month: "short" }).replace(",", "")}, ${time(date)}`;
}

/** Tuesday 17 November */
export function dayName(date) {
  return pretty(date) ?? format(date, { weekday: "long", day: "numeric", month: "long" }).replace(",", "");
}

export const fullMoment = (date) => `${longDate(date)}, ${time(date)}`;

const longDate = (date) => format(
  date,
  { weekday: "long", day: "numeric", month: "long", year: "numeric" },
).replace(",", "");

export const zoneCity = () => zone().split("/").pop().replaceAll("_", " ");

function pretty(date) {
  const day = 86_400_000;
  const near = [["Today", 0], ["Yesterday", -day], ["Tomorrow", day]];
  const found = near.find(([, shift]) => isoDay(new Date(now().getTime() + shift)) === isoDay(date));
  return found?.[0];
}

function ago(date) {
  const seconds = (date - now()) / 1000;
  const units = [
    ["year", 31_536_000],
    ["month", 2_592_000],
    ["week", 604_800],
    ["day", 86_400],
    ["hour", 3_600],
    ["minute", 60],
  ];
  const [unit, size] = units.find(([, length]) => Math.abs(seconds) >= length) ?? ["second", 1];
  return new Intl.RelativeTimeFormat(LOCALE, { numeric: "auto" }).format(Math.round(seconds / size), unit);
}

const shortDate = (date) => format(date, { day: "numeric", month: "short", year: "numeric" });
const date = (value) => format(value, { day: "numeric", month: "long", year: "numeric" });

const TOKENS = {
  date_num: isoDay,
  date,
  date_short: shortDate,
  date_long: longDate,
  date_pretty: (value) => pretty(value) ?? date(value),
  date_short_pretty: (value) => pretty(value) ?? shortDate(value),
  date_long_pretty: (value) => pretty(value) ?? longDate(value),
  day_divider_pretty: (value) => dayName(value),
  time,
  time_secs: timeWithSeconds,
  ago,
};

/** Slack's date tokens: "{date_short} at {time}". Words inside a sentence start small. */
export function fillTokens(pattern, unixSeconds) {
  const value = new Date(Number(unixSeconds) * 1000);
  if (Number.isNaN(value.getTime())) return null;
  return pattern.replace(/\{(\w+)\}/g, (token, name, position) => {
    const words = TOKENS[name]?.(value);
    if (words === undefined) return token;
    return position > 0 && /^(Today|Yesterday|Tomorrow)$/.test(words) ? words.toLowerCase() : words;
  });
}

/** What a datetime-local input holds, in the viewer's zone. */
export function localInput(date) {
  return `${isoDay(date)}T${format(date, { timeStyle: "short" }, "en-GB")}`;
}

/** The instant that a wall-clock time in the viewer's zone names. */
export function fromLocalInput(text) {
  const asUtc = Date.parse(`${text}Z`);
  if (Number.isNaN(asUtc)) return null;
  const offsetAt = (instant) => Date.parse(`${localInput(new Date(instant))}Z`) - instant;
  const guess = asUtc - offsetAt(asUtc);
  return new Date(asUtc - offsetAt(guess));
}
