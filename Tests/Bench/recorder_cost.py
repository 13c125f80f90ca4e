#!/usr/bin/env python3
"""What the recorder costs a page, in Chromium: `.venv/bin/python Tests/Bench/recorder_cost.py [--runs N]`.

Prints milliseconds of processor time of the main thread at 1x and at 4x CPU throttling: the first snapshot of pages of several sizes
and a storm of changes, each without a recorder, with rrweb alone and with the whole recorder; and, by the clock, the longest time our
own code ran at one go. The best of all runs counts: whatever else the machine does only adds to it.
"""

import argparse
import os
import pathlib
import shutil
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "Browser"))

from playwright.sync_api import sync_playwright  # noqa: E402

from recorder_fixtures import DIST, ROOT, CaptureServer, json, subprocess  # noqa: E402

SIZES = (5_000, 20_000)
# rrweb apart from ours, so that what ours does inside rrweb's callback can be timed.
SPLIT = """(mode) => {
    window.held = [];
    const real = window.rrwebRecord;
    if (mode === 'rrweb') { window.stopIt = () => {}; window.startIt = () => { window.stopIt = real({emit() {}}); }; return; }
    window.startIt = () => Sentiero.start();
    window.stopIt = () => Sentiero.stop();
}"""
TIMED = """(() => {
    window.held = [];
    const timed = (work) => (...args) => {
        const begun = performance.now();
        const result = work(...args);
        window.held.push(performance.now() - begun);
        return result;
    };
    const real = window.rrwebRecord;
    window.rrwebRecord = Object.assign((options) => real({...options, emit: timed(options.emit)}), real);
    // Slices, and the hand-over of a batch. rrweb asks for idle callbacks through us alone: those are its snapshots.
    const later = window.setTimeout;
    window.setTimeout = (work, ...args) => later(timed(work), ...args);
})();"""
FILL = """(count) => {
    const rows = [];
    // A row is five elements: as mixed as pages are.
    for (let row = 0; row < count / 5; row++) rows.push(`<div class="row r${row % 7}" id="row${row}"><span title="row ${row}">Some text of row ${row}</span>`
        + `<a href="/item/${row}">link</a><input name="n${row}" value="v${row}"><b>bold</b></div>`);
    document.getElementById('page').innerHTML = rows.join('');
}"""
# Each round changes texts and attributes and replaces rows; the time includes what observers do afterwards.
STORM = """async () => {
    const page = document.getElementById('page');
    for (let round = 0; round < 10; round++) {
        for (let i = 0; i < 100; i++) {
            const row = page.children[(round * 37 + i * 7) % page.children.length];
            row.firstChild.textContent = `round ${round} ${i}`;
            row.className = `row c${round}`;
            if (i % 4 === 0) row.replaceWith(row.cloneNode(true));
        }
        page.offsetHeight;
        await Promise.resolve();
        await new Promise((resolve) => { const channel = new MessageChannel(); channel.port1.onmessage = resolve; channel.port2.postMessage(0); });
    }
}"""


def page_of(mode):
    scripts = ""
    if mode != "none":
        scripts += '<script src="/rrweb.js"></script>'
    if mode == "recorder":
        scripts += '<script src="/timed.js"></script><script src="/core.js" data-events-url="/events" data-flush-interval-ms="600000" data-flush-event-threshold="4999"></script>'
    return f'<!doctype html><html><head><title>Bench</title>{scripts}</head><body><div id="page"></div></body></html>'


class BenchServer(CaptureServer):
    def get(self, handler):
        manifest = json.loads((DIST / "manifest.json").read_text())
        files = {"/rrweb.js": (ROOT / "frontend/vendor/rrweb-record.js").read_bytes(), "/timed.js": TIMED.encode(),
                 "/core.js": (DIST / manifest["recorder-core"]).read_bytes()}
        if handler.path in files:
            return self.answer(handler, 200, files[handler.path], "text/javascript")
        return super().get(handler)


def measure(browser, server, mode, rate, size):
    """Snapshot, longest of ours then, storm, longest and sum of ours in it; ms."""
    context = browser.new_context()
    page = context.new_page()
    server.pages["/"] = page_of(mode)
    page.goto(server.origin + "/")
    if mode == "recorder":
        page.wait_for_function("Sentiero.state() === 'recording'")
        page.evaluate("Sentiero.stop()")
    page.evaluate(FILL, size)
    if mode != "none":
        page.evaluate(SPLIT, mode)
    session = context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": rate})
    # Processor time of the main thread: other load on the machine does not count.
    session.send("Performance.enable", {"timeDomain": "threadTicks"})

    def spent():
        return next(m["value"] * 1000 for m in session.send("Performance.getMetrics")["metrics"] if m["name"] == "TaskDuration")

    begun = spent()
    if mode != "none":
        page.evaluate("window.startIt()")
    page.wait_for_timeout(1500)
    first = spent() - begun
    at_snapshot = page.evaluate("Math.max(0, ...(window.held || []))")
    page.evaluate("window.held = []")
    begun = spent()
    page.evaluate(STORM)
    storm = spent() - begun
    in_storm = page.evaluate("window.held.length ? [Math.max(...window.held), window.held.reduce((a, b) => a + b)] : [0, 0]")
    context.close()
    return [first, at_snapshot, storm, *in_storm]


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--runs", type=int, default=5)
    runs = arguments.parse_args().runs
    subprocess.run([str(ROOT / "bin/frontend")], check=True, cwd=ROOT)
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    server = BenchServer()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        print(f"{browser.version}, best of {runs}, ms")
        print("cpu  elements  with       snapshot  ours at most  storm   ours at most  ours in all")
        for rate in (1, 4):
            for size in SIZES:
                for mode in ("none", "rrweb", "recorder"):
                    results = [measure(browser, server, mode, rate, size) for _ in range(runs)]
                    first, held, storm, longest, total = (min(column) for column in zip(*results))
                    print(f"{rate}x   {size:8}  {mode:9}  {first:8.1f}  {held:12.1f}  {storm:6.0f}  {longest:12.1f}  {total:11.1f}")
        browser.close()
    server.close()


if __name__ == "__main__":
    main()
