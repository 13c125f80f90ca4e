"""06-6: a minified bundle throws in a browser; the issue page shows where that was written."""

import functools
import pathlib
import subprocess
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

from dashboard_fixtures import BINARY, free_port, installation, until

RELEASE = "2026.11 rc/3"
SOURCES = {
    "src/cart.js": """// Adds up what is in the cart.
export function cartTotal(items) {
  return items.map(priceOf).reduce((sum, price) => sum + price, 0) + shipping(items);
}

function priceOf(item) {
  return item.price * item.count;
}

function shipping(parcel) {
  if (parcel.length > 1) {
    throw new RangeError(`no shipping for ${parcel.length} parcels`);
  }
  return 4;
}
""",
    "src/shop.js": """import { cartTotal } from "./cart.js";

document.querySelector("#pay").addEventListener("click", () => {
  const cart = [{ price: 3, count: 2 }, { price: 1, count: 1 }];
  document.title = String(cartTotal(cart));
});
""",
}
PAGE = """<!doctype html><html lang="en"><title>Shop</title><body><button id="pay">Pay</button>
<script type="application/json" id="sentiero-config">{"eventsUrl":"%(web)s/events","captureErrors":true,"appVersion":"%(release)s","flushIntervalMs":50}</script>
<script src="%(web)s/recorder.js"></script><script src="/assets/shop.js"></script></body></html>"""


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *arguments):
        pass


def build(folder):
    """A bundle as a shop deploys it, its map beside the sources and not beside the bundle."""
    for name, text in SOURCES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    subprocess.run(
        ["esbuild", "src/shop.js", "--bundle", "--minify", "--sourcemap=external", "--outfile=build/shop.js"], cwd=folder, check=True,
        capture_output=True)
    (folder / "site/assets").mkdir(parents=True)
    (folder / "build/shop.js").rename(folder / "site/assets/shop.js")


def test_06_6_from_a_minified_bundle_to_its_source(built_frontend, browser, viewer, tmp_path):
    """06-6"""
    build(tmp_path)
    port = free_port()
    site = f"http://127.0.0.1:{port}"
    server = ThreadingHTTPServer(("127.0.0.1", port), functools.partial(Quiet, directory=tmp_path / "site"))
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    for running in installation(SENTIERO_CAPTURE_ERRORS="true", SENTIERO_CORS_ORIGINS=site):
        (tmp_path / "site/index.html").write_text(PAGE % {"web": running.url, "release": RELEASE})
        context = browser.new_context()
        visitor = context.new_page()
        visitor.goto(site)
        visitor.wait_for_function("window.Sentiero && Sentiero.state() === 'recording'")
        visitor.click("#pay")
        page = viewer()

        def listed():
            page.goto(running.url + "/issues")
            return page.locator("text=no shipping for 2 parcels").count()

        until(listed, "the issue")
        context.close()
        page.locator("a", has_text="no shipping for 2 parcels").first.click()
        top = page.locator(".frame").first
        assert f"{site}/assets/shop.js" in top.inner_text() and "cart.js" not in top.inner_text()
        assert page.locator(".frame-context").count() == 0

        uploaded = subprocess.run(
            [BINARY, "sourcemaps", "upload", "--release", RELEASE, "--url-prefix", f"{site}/assets", tmp_path / "build"], env=running.environment,
            capture_output=True, text=True)
        assert (uploaded.returncode, uploaded.stdout) == (0, f"1 source maps stored for release {RELEASE}.\n"), uploaded.stderr
        page.reload()
        assert "src/cart.js:12:11" in top.locator(".frame-place").inner_text()
        # Its minified name stands in the line below, the written one is what the caller calls.
        assert top.locator(".frame-function").inner_text() == "shipping"
        assert f"{site}/assets/shop.js" in top.locator(".frame-reported").inner_text()
        lines = top.locator(".source-line").all_inner_texts()
        assert len(lines) == 5 and "return 4" not in "".join(lines[:3])
        assert "throw new RangeError(" in top.locator(".source-hit").inner_text()
        frames = page.locator(".frame").all_inner_texts()
        assert len(frames) >= 3 and "cart.js:3:" in frames[1] and "cartTotal" in frames[1] and "shop.js:5:" in frames[2]
        page.locator("summary", has_text="Raw stack").click()
        raw = page.locator("pre.raw").inner_text()
        assert "/assets/shop.js" in raw and "cart.js" not in raw
    server.shutdown()
