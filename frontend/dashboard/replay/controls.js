import { clockText } from "../common/times.js";
import { find } from "../common/dom.js";

const marks = {
  navigation: "--success-text", click: "--text", form: "--accent-text", error: "--danger", console: "--warning-text", network: "--info-text",
  custom: "--violet-text", note: "--warning-text", server: "--server-event",
};
const big = new Set(["navigation", "note", "server"]);

/** The bar below the recording: plain form controls, so that keyboard and screen readers need nothing special. */
export class Controls {
  constructor({ onPlay, onSeek, onSpeed, onSkip }) {
    this.bar = find("[data-controls]");
    this.seek = find("[data-seek]");
    this.map = find("[data-seek-map]");
    this.play = find("[data-play]");
    this.length = 0;
    this.isSeeking = false;
    this.play.addEventListener("click", onPlay);
    this.seek.addEventListener("input", () => {
      this.isSeeking = true;
      this.#show(Number(this.seek.value));
    });
    this.seek.addEventListener("change", () => {
      this.isSeeking = false;
      onSeek(Number(this.seek.value));
    });
    find("[data-speed]").addEventListener("change", (event) => onSpeed(Number(event.target.value)));
    find("[data-skip]").addEventListener("change", (event) => onSkip(event.target.checked));
    find("[data-fullscreen]").addEventListener("click", () => {
      if (document.fullscreenElement) document.exitFullscreen();
      else find(".stage").requestFullscreen?.();
    });
    document.addEventListener("keydown", (event) => {
      if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || this.bar.hidden) return;
      if (event.target.closest("input, textarea, select, button, a, summary, dialog, [contenteditable]")) return;
      const step = { ArrowLeft: -5000, ArrowRight: 5000 }[event.key];
      if (event.key === " ") onPlay();
      else if (step) onSeek(Math.min(this.length, Math.max(0, Number(this.seek.value) + step)));
      else return;
      event.preventDefault();
    });
  }

  setLength(length) {
    this.length = length;
    this.seek.max = String(Math.max(1, Math.round(length)));
    find("[data-total]").textContent = clockText(length);
  }

  show(time, isPlaying) {
    this.play.classList.toggle("is-playing", isPlaying);
    this.play.setAttribute("aria-label", isPlaying ? "Pause" : "Play");
    if (this.isSeeking) return;
    this.seek.value = String(Math.round(time));
    this.#show(time);
  }

  #show(time) {
    const text = clockText(time);
    find("[data-current]").textContent = text;
    this.seek.setAttribute("aria-valuetext", `${text} of ${clockText(this.length)}`);
  }

  /** Paints what is loaded, and where something happened: pages, errors and gaps stand out. */
  paint(recording, entries) {
    const { map } = this;
    const width = map.clientWidth * (window.devicePixelRatio || 1);
    if (!width) return;
    map.width = width;
    map.height = 12;
    const style = getComputedStyle(document.documentElement);
    const color = (name) => style.getPropertyValue(name).trim();
    const context = map.getContext("2d");
    const x = (time) => ((Math.min(time, recording.end) - recording.start) / Math.max(1, recording.end - recording.start)) * width;
    context.fillStyle = color("--accent");
    context.globalAlpha = 0.45;
    let from = recording.start;
    for (const gap of recording.gaps) {
      context.fillRect(x(from), 0, x(gap.start) - x(from), 12);
      from = gap.end;
    }
    if (from < recording.end) context.fillRect(x(from), 0, width - x(from), 12);
    context.globalAlpha = 1;
    const mark = (entry, name, top, thickness) => {
      context.fillStyle = name;
      context.fillRect(Math.min(width - thickness, Math.max(0, x(entry.timestamp))), top, thickness, 12 - top);
    };
    const colors = Object.fromEntries(Object.entries(marks).map(([kind, name]) => [kind, color(name)]));
    const isBig = (entry) => entry.isProblem || big.has(entry.kind);
    for (const entry of entries) if (!isBig(entry)) mark(entry, colors[entry.kind], 7, 2);
    for (const entry of entries) if (isBig(entry)) mark(entry, entry.mark ? color(entry.mark) : colors[entry.isProblem ? "error" : entry.kind], 0, 3);
  }
}
