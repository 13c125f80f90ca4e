// What records more than the page itself. A tracker is {option, takesList, attach(context, setting)}: it is
// attached when the configuration sets `option` to true (or to a list), and returns a list of functions that detach it.
// context: {emit(tag, payload), emitEvent(event), redactor, config, isPaused()}; trackers get emitPlugin(plugin, payload,
// age in ms) in place of emitEvent, and flags().

import { LiveFlags } from "../masking/tree.js";
import { maskingSettings } from "../masking/settings.js";
import { quietly } from "../quiet.js";
import { attributes } from "./attributes.js";
import { clicks } from "./clicks.js";
import { consoles } from "./console.js";
import { errors } from "./errors.js";
import { forms } from "./forms.js";
import { navigation } from "./navigation.js";
import { network } from "./network.js";
import { vitals } from "./vitals.js";

export const trackers = [errors, navigation, attributes, vitals, clicks, forms, consoles, network];

/** Attaches what is switched on; returns a function that detaches all of it. */
export function attachTrackers(context) {
  const { config, isPaused } = context;
  // Like the page's own events, none while nobody is there.
  const unlessPaused = (emit) => quietly("a tracker", (...values) => (isPaused && isPaused()) || emit(...values));
  let settings;
  const seam = {
    ...context,
    emit: unlessPaused(context.emit),
    emitPlugin: unlessPaused((plugin, payload, age = 0) =>
      context.emitEvent({ type: 6, data: { plugin, payload }, timestamp: Math.round(Date.now() - age) }),
    ),
    // What may be said of the page: by the rules its recording is masked with.
    flags: () => new LiveFlags((settings = settings || maskingSettings(config.recorderOptions, config.strictMasking))),
  };
  const detach = [];
  for (const { option, takesList, attach } of trackers) {
    const setting = config[option] === undefined ? config.given[option] : config[option];
    if (takesList ? !Array.isArray(setting) : setting !== true) continue;
    const stops = quietly(option, attach)(seam, setting);
    for (const stop of stops || []) detach.push(quietly(option, stop));
  }
  return () => detach.forEach((stop) => stop());
}
