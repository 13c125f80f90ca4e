import { find } from "../common/dom.js";

const quietAfter = 30 * 60 * 1000;
const liveWithin = 90 * 1000;

/** Looks for what still arrives, while the session is young enough to go on. */
export function watchArrivals({ source, newest, received, skew, onEvents }) {
  const pill = find("[data-live]");
  let last = received;
  let chunk = newest;
  const now = () => Date.now() + skew;
  const show = () => (pill.hidden = now() - last > liveWithin);
  const look = async () => {
    let more = false;
    try {
      const page = await source.arrived(chunk);
      if (page.newest_chunk && page.newest_chunk !== chunk) {
        chunk = page.newest_chunk;
        last = Number(chunk.split("-")[0]) || now();
        onEvents(page.events);
        more = page.events.length > 0;
      }
    } catch {
      // A failed look is no news; the next one tells.
    }
    show();
    if (now() - last < quietAfter) setTimeout(look, more ? 1000 : document.hidden ? 15000 : 4000);
  };
  show();
  if (now() - last < quietAfter) setTimeout(look, 3000);
}
