import "./page.js";
import { clockText } from "./common/times.js";
import { find } from "./common/dom.js";
import { Activity } from "./replay/activity.js";
import { Blocked } from "./replay/blocked.js";
import { Controls } from "./replay/controls.js";
import { linkTo, requestedOffset } from "./replay/deep-link.js";
import { watchArrivals } from "./replay/live.js";
import { Loader } from "./replay/loader.js";
import { fit, Player } from "./replay/player.js";
import { Recording } from "./replay/recording.js";
import { Sanitizer } from "./replay/sanitize/sanitize.js";
import { reported } from "./replay/server.js";
import { Source } from "./replay/source.js";
import { Vitals } from "./replay/vitals.js";

const config = JSON.parse(find("#sentiero-player-config").textContent);
const stage = find("[data-stage]");
const cover = find("[data-cover]");
const coverText = find("[data-cover-text]", cover);
const coverProgress = find("[data-cover-progress]", cover);
const status = find("[data-status]");
const failure = find("[data-failure]");
const copy = find("#copy-link-btn");

let player = null;
let recording = null;
let loader = null;
let viewport = config.viewport;
// Seeks overtake each other; only the last one counts.
let seekNumber = 0;
let isWaiting = false;

const activity = new Activity(config.start, (offset) => seek(offset, false), paint);
const vitals = new Vitals();
const controls = new Controls({
  onPlay: togglePlay,
  onSeek: (offset) => seek(offset, player?.isPlaying),
  onSpeed: (speed) => player?.setSpeed(speed),
  onSkip: (skip) => player?.setSkipIdle(skip),
});

function paint() {
  if (recording) controls.paint(recording, activity.shown);
}

function showCover(text, isLight = true) {
  cover.hidden = false;
  cover.classList.toggle("is-light", isLight);
  coverText.textContent = text;
}

function showProgress() {
  const total = Math.max(config.total, recording.loaded);
  coverProgress.max = Math.max(1, total);
  coverProgress.value = recording.loaded;
  coverProgress.hidden = false;
  const number = new Intl.NumberFormat("en");
  status.textContent = recording.isComplete ? "" : `Loading ${number.format(recording.loaded)} of ${number.format(total)} events…`;
}

function sentence(text) {
  return `${text[0].toUpperCase()}${text.slice(1)}.`;
}

function onEvents(events, page) {
  if (page?.locked_chunks && failure.hidden) {
    find("[data-failure-text]", failure).textContent = "A part of this recording cannot be decrypted: its key is gone, or is not known here.";
    find("[data-retry]", failure).hidden = true;
    failure.hidden = false;
  }
  const meta = events.find((event) => event.type === 4 && event.data?.width);
  if (meta && (!viewport || !player)) viewport = `${meta.data.width}x${meta.data.height}`;
  activity.add(events);
  vitals.add(events);
  player?.schedule(events);
  showProgress();
  paint();
}

function onFailure(error) {
  console.warn("loading failed", error);
  const part = recording && recording.loaded ? `Only ${recording.loaded} of ${config.total} events are here.` : "Nothing of it is here yet.";
  // A reason is final: another try would not help.
  const text = error.reason ? sentence(error.reason) : `The recording could not be loaded completely (${error.message}).`;
  find("[data-failure-text]", failure).textContent = `${text} ${part}`;
  find("[data-retry]", failure).hidden = Boolean(error.reason);
  failure.hidden = false;
  status.textContent = "";
  if (!player) showCover(error.reason ? text : "The recording could not be loaded.", false);
  coverProgress.hidden = true;
}

find("[data-retry]", failure).addEventListener("click", () => {
  failure.hidden = true;
  if (loader) loader.retry();
  else begin();
});

async function seek(wanted, isPlaying) {
  if (!player) return;
  // What servers reported may lie beyond the recording.
  const offset = Math.min(Math.max(0, wanted), recording.end - recording.start);
  seekNumber += 1;
  const mine = seekNumber;
  const time = config.start + offset;
  if (!recording.isReady(time)) {
    isWaiting = true;
    player.pause();
    controls.show(offset, false);
    showCover(`Loading ${clockText(offset)}…`);
    await loader.want(time);
    if (mine !== seekNumber) return;
    isWaiting = false;
    cover.hidden = true;
  }
  loader.position = time;
  player.goto(recording.settle(time) - config.start, Boolean(isPlaying));
  show();
  if (!isPlaying) announce(offset);
}

function announce(offset) {
  if (recording.isComplete) status.textContent = `Paused at ${clockText(offset)}`;
}

function togglePlay() {
  if (!player || isWaiting) return;
  if (player.isPlaying) {
    player.pause();
    announce(player.time);
  } else {
    if (recording.isComplete) status.textContent = "";
    const atEnd = player.time >= controls.length - 50;
    seek(atEnd ? 0 : player.time, true);
  }
  show();
}

function show() {
  if (!player || isWaiting) return;
  const time = player.time;
  controls.show(time, player.isPlaying);
  activity.mark(config.start + time);
  find("[data-page-url]").textContent = activity.pageAt(config.start + time) || "—";
}

/** Playback that runs into a part that is not here waits for it, wherever it came from. */
function watchGaps() {
  if (!player || isWaiting || !player.isPlaying) return;
  const time = config.start + player.time;
  loader.position = time;
  if (recording.gapAt(time)) seek(player.time, true);
}

function createPlayer() {
  player = new Player(find("#replayer"), recording, fit(stage, viewport), config.assetOrigins);
  player.on("state-change", show);
  player.on("resize", (size) => {
    viewport = `${size.width}x${size.height}`;
    player.resize(fit(stage, viewport));
  });
  controls.setLength(recording.end - recording.start);
  find("[data-controls]").hidden = false;
  paint();
}

function startCopy() {
  copy.hidden = false;
  copy.addEventListener("click", async () => {
    const link = linkTo(player ? player.time : 0);
    try {
      await navigator.clipboard.writeText(link);
      copy.textContent = "Copied!";
    } catch {
      // No clipboard without a secure context: the address bar is the next best place.
      history.replaceState(null, "", link);
      copy.textContent = "In the address bar";
    }
    setTimeout(() => (copy.textContent = "Copy link"), 2000);
  });
}

async function begin() {
  if (!config.total) return;
  const blocked = new Blocked();
  const source = new Source(config, new Sanitizer(config.assetOrigins, (address) => blocked.note(address)));
  let index;
  try {
    index = await source.chunks();
  } catch (error) {
    onFailure(error);
    return;
  }
  if (!index.chunks.length) {
    showCover("The events of this tab are gone: they have expired or were dropped.", false);
    coverProgress.hidden = true;
    return;
  }
  config.total = index.total;
  config.start = index.chunks[0].start;
  const end = Math.max(...index.chunks.map((chunk) => chunk.end));
  activity.start = config.start;
  activity.put(reported(config.start));
  recording = new Recording({ start: config.start, end, chunks: index.chunks });
  loader = new Loader(source, recording, {
    onEvents,
    onFailure,
    onComplete: () => {
      showProgress();
      coverProgress.hidden = true;
      paint();
      if (player && !player.isPlaying) announce(player.time);
    },
  });
  const offset = requestedOffset(location.search, config.start, end);
  await loader.want(config.start + (offset || 0));
  createPlayer();
  player.goto(recording.settle(config.start + (offset || 0)) - config.start, false);
  cover.hidden = true;
  show();
  if (offset !== undefined) announce(offset);
  setInterval(() => {
    show();
    watchGaps();
  }, 200);
  watchArrivals({
    source,
    newest: index.newest,
    received: config.received,
    skew: config.now - Date.now(),
    onEvents: (events) => {
      const added = events.filter((event) => recording.add(event));
      if (!added.length) return;
      config.total += added.length;
      onEvents(added);
      player.lengthen();
      controls.setLength(recording.end - recording.start);
      paint();
    },
  });
}

/** A link to a moment of this very page seeks, and stays. */
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-moment]");
  if (!link || !player || link.pathname !== location.pathname || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  seek(requestedOffset(link.search, config.start, recording.end), false);
  stage.scrollIntoView({ block: "nearest" });
});

addEventListener("resize", () => {
  player?.resize(fit(stage, viewport));
  paint();
});
document.addEventListener("fullscreenchange", () => setTimeout(() => player?.resize(fit(stage, viewport)), 50));
document.addEventListener("sentiero:theme", paint);

startCopy();
begin();
