import { find, findAll } from "../common/dom.js";

/** Arrow keys walk over the rows; Enter is the link's own. */
export function startRows() {
  const table = find("[data-sessions], [data-rows]");
  if (!table) return;
  const links = () => findAll("a.session-id", table);
  table.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const row = event.target.closest("tr.row");
    if (!step && !["Home", "End"].includes(event.key)) return;
    if (!row) return;
    const all = links();
    const current = all.indexOf(find("a.session-id", row));
    const next = event.key === "Home" ? 0 : event.key === "End" ? all.length - 1 : current + step;
    if (!all[next]) return;
    event.preventDefault();
    all[next].focus();
  });
}
