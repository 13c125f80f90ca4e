import { seal } from "./seal.js";
import { Uses } from "./uses.js";

const INCREMENTAL = 3;
const MEDIA = 7;
const DOCUMENT = 0;
const MOUSE_MOVE = 1;

/** rrweb-player without its controller, and with what it does badly put right. */
export class Player {
  constructor(target, recording, size, assetOrigins = []) {
    this.target = target;
    this.recording = recording;
    this.player = new window.rrwebPlayer({
      target,
      props: {
        events: recording.events,
        width: size.width,
        height: size.height,
        autoPlay: false,
        showController: false,
        skipInactive: true,
        speedOption: [1, 2, 4, 8, 16],
        showWarning: false,
        showDebug: false,
        triggerFocus: false,
        UNSAFE_replayCanvas: false,
        mouseTail: { duration: 600, lineWidth: 2, strokeStyle: "#2563eb" },
      },
    });
    this.replayer = this.player.getReplayer();
    // The player sorted a copy; from now on that one is the truth.
    const context = this.replayer.service?.state?.context;
    if (context) recording.events = context.events;
    this.#applyMutationsDirectly();
    this.#boundUses();
    this.#goOnAfterFailures();
    this.#keepSandboxShut();
    seal(this.replayer, assetOrigins);
  }

  /** Milliseconds since the window began. */
  get time() {
    return Math.max(0, this.replayer.getCurrentTime());
  }

  get isPlaying() {
    return this.replayer.service.state.matches("playing");
  }

  on(name, handler) {
    this.replayer.on(name, handler);
  }

  goto(offset, isPlaying) {
    this.player.goto(offset, isPlaying);
  }

  play() {
    this.player.goto(this.time, true);
  }

  pause() {
    this.player.pause();
  }

  setSpeed(speed) {
    this.player.setSpeed(speed);
  }

  setSkipIdle(skip) {
    if (this.replayer.config.skipInactive !== skip) this.player.toggleSkipInactive();
  }

  resize({ width, height }) {
    this.player.$set({ width, height });
    requestAnimationFrame(() => this.player.triggerResize());
  }

  /** Tells a running playback of events that were put into the list ahead of it. */
  schedule(events) {
    const { timer, baselineTime } = this.replayer.service.state.context;
    if (!timer.isActive()) return;
    const now = this.recording.events[0].timestamp + this.time;
    for (const event of events) {
      if (event.timestamp < now) continue;
      const isMove = event.type === INCREMENTAL && event.data.source === MOUSE_MOVE && event.data.positions?.length;
      event.delay = event.timestamp - baselineTime + (isMove ? event.data.positions[0].timeOffset : 0);
      const cast = this.replayer.getCastFn(event, false);
      timer.addAction({ doAction: () => cast(), delay: event.delay });
    }
  }

  /** The window grew: its length has to be read again. */
  lengthen() {
    const { events } = this.recording;
    const last = events.at(-1);
    // A silent event more; the player learns of length only through one.
    this.player.addEvent({ type: 1, data: {}, timestamp: last.timestamp });
  }

  /**
   * When seeking, 1.1.x builds changed parts outside the page and moves them back in: content of shadow roots gets lost on that way
   * ("attachShadow is not a function"). Changes made to the page itself are slower and right.
   */
  #applyMutationsDirectly() {
    const { replayer } = this;
    const original = replayer.applyMutation;
    if (typeof original !== "function") return;
    replayer.applyMutation = (mutation) => {
      try {
        // Anywhere but in a frame, a document would replace the page.
        mutation.adds = mutation.adds.filter((add) => add.node.type !== DOCUMENT || isFrame(replayer.getMirror().getNode(add.parentId)));
        const { documentElement } = replayer.iframe.contentDocument;
        // The player cannot do without a root; a new one replaces it anyway.
        mutation.removes = mutation.removes.filter((removal) => replayer.getMirror().getNode(removal.id) !== documentElement);
        original.call(replayer, mutation, false);
      } catch (error) {
        console.warn("a change of the page could not be shown", error);
      }
    };
  }

  /** Before anything is laid out, and whether or not all of the event could be shown. */
  #boundUses() {
    const { replayer } = this;
    const uses = new Uses();
    for (const [name, check] of [["rebuildFullSnapshot", "afterSnapshot"], ["applyMutation", "afterMutation"]]) {
      const original = replayer[name];
      if (typeof original !== "function") continue;
      replayer[name] = (...parameters) => {
        try {
          return original.apply(replayer, parameters);
        } finally {
          uses[check](replayer.iframe.contentDocument, parameters[0]);
        }
      };
    }
  }

  /** One event that cannot be shown must not end the playback of all others. */
  #goOnAfterFailures() {
    for (const name of ["applyIncremental", "rebuildFullSnapshot"]) {
      const original = this.replayer[name];
      if (typeof original !== "function") continue;
      this.replayer[name] = (...parameters) => {
        try {
          return original.call(this.replayer, this.#withoutPlay(parameters[0]), ...parameters.slice(1));
        } catch (error) {
          console.warn("a part of the recording could not be shown", error);
          return undefined;
        }
      };
    }
  }

  /** rrweb leaves it unhandled when a medium cannot play, and here hardly any can. */
  #withoutPlay(event) {
    const { data } = event;
    if (event.type !== INCREMENTAL || data.source !== MEDIA || data.type !== 0) return event;
    this.replayer.getMirror().getNode(data.id)?.play?.()?.catch(() => {});
    return { ...event, data: { ...data, type: -1 } };
  }

  /** A recording is hostile input: whatever a player of the operator's own does, scripts stay off. */
  #keepSandboxShut() {
    const frame = this.target.querySelector("iframe");
    if (!frame || !frame.sandbox.contains("allow-scripts")) return;
    frame.sandbox.remove("allow-scripts");
    frame.src = "about:blank";
  }
}

/** Unknown ones may yet come. */
const isFrame = (node) => !node || node.localName === "iframe" || node.localName === "frame";

/** Largest size that fits, in the proportions of the recorded viewport. */
export function fit(stage, viewport) {
  const width = Math.min(2048, stage.clientWidth || 640);
  const room = document.fullscreenElement ? stage.clientHeight : Math.max(260, Math.round(window.innerHeight * 0.68));
  const [, w, h] = /^(\d+)\s*[x×]\s*(\d+)$/.exec(viewport || "") || [null, 1280, 800];
  return { width, height: Math.round(Math.min(room, (width * Number(h)) / Number(w))) };
}
