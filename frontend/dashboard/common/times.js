import { findAll } from "./dom.js";

const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto", style: "short" });
const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const day = new Intl.DateTimeFormat(undefined, { month: "short", day: "numeric", hour: "2-digit", minute: "2-digit" });
const dated = new Intl.DateTimeFormat(undefined, { year: "numeric", month: "short", day: "numeric", hour: "2-digit", minute: "2-digit" });

/** Recent times as distance, older ones in the visitor's own zone; UTC stays in the tooltip. */
export function describe(date, now = new Date()) {
  const seconds = Math.round((now - date) / 1000);
  if (seconds >= -5 && seconds < 45) return "just now";
  if (seconds < 0 && seconds > -3600) return seconds > -60 ? relative.format(-seconds, "second") : relative.format(Math.round(-seconds / 60), "minute");
  if (seconds > 0 && seconds < 3600) return relative.format(-Math.max(1, Math.round(seconds / 60)), "minute");
  if (date.toDateString() === now.toDateString()) return clock.format(date);
  return (date.getFullYear() === now.getFullYear() ? day : dated).format(date);
}

export function startTimes() {
  const update = () => {
    for (const time of findAll("time[datetime]")) {
      const date = new Date(time.dateTime);
      if (!Number.isNaN(date.getTime())) time.textContent = describe(date);
    }
  };
  update();
  setInterval(update, 30000);
}

/** `1:05`, `1:02:05`. */
export function clockText(milliseconds) {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const two = (number) => String(number).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  return hours ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}
