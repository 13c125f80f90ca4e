// One id per tab. Duplicating a tab copies sessionStorage, so a marker says whether its owner is still on a page:
// it is set while a page is shown and taken away on pagehide. A copy that carries the marker is not ours.

import { isValidId, uuid } from "./identifiers.js";

const ID_KEY = "sentiero_window_id";
const OPEN_KEY = "sentiero_window_open";
export const WINDOW_KEYS = [ID_KEY, OPEN_KEY];

/** This page's mark; a marker of another page means that the id is in use there (or that page crashed: no harm). */
let mark = null;

/** The id of this tab. With `own` given, takes the tab's id back after the page was in the back/forward cache. */
export function claimWindow(store, own = null) {
  const open = store.get(OPEN_KEY);
  const stored = store.get(ID_KEY);
  const taken = open !== null && open !== mark;
  const id = own || (isValidId(stored) && !taken ? stored : uuid());
  mark = mark || uuid();
  if (id !== stored) store.set(ID_KEY, id);
  store.set(OPEN_KEY, mark);
  return id;
}

export function releaseWindow(store) {
  if (mark !== null && store.get(OPEN_KEY) === mark) store.remove(OPEN_KEY);
}

export function forgetWindow() {
  mark = null;
}
