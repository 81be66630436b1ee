import { timestampDate, type Timestamp } from "@bufbuild/protobuf/wkt";

const RELATIVE = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
const SHORT = new Intl.DateTimeFormat("en", { day: "numeric", month: "short" });
const LONG = new Intl.DateTimeFormat("en", { dateStyle: "long", timeStyle: "short" });

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How long ago something was, in words: `just now`, `5 minutes ago`, `yesterday`, `3 May`. */
export function timeAgo(time: Timestamp | undefined): string {
  if (!time) return "";
  const date = timestampDate(time);
  const age = Date.now() - date.getTime();
  if (age < MINUTE) return "just now";
  if (age < HOUR) return RELATIVE.format(-Math.floor(age / MINUTE), "minute");
  if (age < DAY) return RELATIVE.format(-Math.floor(age / HOUR), "hour");
  if (age < 7 * DAY) return RELATIVE.format(-Math.floor(age / DAY), "day");
  return SHORT.format(date);
}

/** A point in time, in full. */
export function fullTime(time: Timestamp | undefined): string {
  return time ? LONG.format(timestampDate(time)) : "";
}
