/** The events API of one window. What it gives is harmless already. */
export class Source {
  constructor(config, sanitizer) {
    this.sanitizer = sanitizer;
    this.start = config.start;
    this.eventsUrl = config.eventsUrl;
    this.chunksUrl = config.chunksUrl;
    this.pageSize = config.pageSize;
  }

  chunks() {
    return this.#get(this.chunksUrl, {});
  }

  /** Events after `cursor` and before `until`; both opaque, `until` may be missing. */
  page(cursor, until) {
    return this.#events({ cursor, limit: this.pageSize, ...(until ? { until } : {}) });
  }

  /** Events of what arrived after a chunk. */
  arrived(chunk) {
    return this.#events({ since_chunk: chunk || "" });
  }

  async #events(parameters) {
    const page = await this.#get(this.eventsUrl, parameters);
    return { ...page, events: this.sanitizer.events(page.events, this.start) };
  }

  async #get(address, parameters) {
    const url = new URL(address, location.href);
    for (const [key, value] of Object.entries(parameters)) url.searchParams.set(key, value);
    for (let attempt = 0; ; attempt += 1) {
      try {
        const reply = await fetch(url, { headers: { Accept: "application/json" }, credentials: "same-origin" });
        if (reply.ok) return await reply.json();
        const error = new Error(`the server answered ${reply.status}`);
        if (reply.status === 410) error.reason = (await reply.json().catch(() => ({}))).error;
        error.isFinal = reply.status < 500 && reply.status !== 429;
        throw error;
      } catch (error) {
        // One more try on its own; after that the viewer decides.
        if (attempt > 0 || error.isFinal) throw error;
        await new Promise((resolve) => setTimeout(resolve, 600));
      }
    }
  }
}
