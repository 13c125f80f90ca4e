import { find, findAll } from "../common/dom.js";

/** What servers reported, as entries of the list of what happened. */
export function reported(start) {
  return JSON.parse(find("#server-activity-markers")?.textContent || "[]").map(({ offset_ms: offset, kind, label, level, href }) => {
    const isException = kind === "exception";
    return {
      kind: "server",
      isProblem: isException,
      mark: isException ? "--server-exception" : "--server-event",
      look: `is-server-${kind}`,
      level,
      tag: isException ? "exception" : level,
      label,
      timestamp: start + offset,
      details: [],
      link: { href, text: isException ? "Open the issue" : "Open the event" },
    };
  });
}

/** The filters of the card that lists them. An exception is of level error. */
export function startServerActivity() {
  const card = find("[data-server-activity]");
  if (!card) return;
  const buttons = findAll("[data-server-show]", card);
  const level = find("[data-server-level]", card);
  const rows = findAll(".server-row", card);
  const summary = find("[data-server-summary]", card);
  const all = summary.textContent;
  let kind = "all";
  const show = () => {
    for (const row of rows) {
      row.hidden = (kind !== "all" && row.dataset.serverKind !== kind) || (level.value !== "" && row.dataset.level !== level.value);
    }
    const shown = rows.filter((row) => !row.hidden).length;
    summary.textContent = shown === rows.length ? all : `${shown} of ${rows.length}`;
    find("[data-server-none]", card).hidden = shown > 0;
  };
  for (const button of buttons) {
    button.addEventListener("click", () => {
      kind = button.dataset.serverShow;
      for (const other of buttons) other.setAttribute("aria-pressed", String(other === button));
      show();
    });
  }
  level.addEventListener("change", show);
  find("[data-server-filters]", card).hidden = false;
  // A page that comes back keeps the choice in its select only.
  addEventListener("pageshow", show);
  show();
}
