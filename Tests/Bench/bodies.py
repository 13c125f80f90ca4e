"""Recorder batches for load: 50 events, about 20 KB raw and 2.4 KB gzip, each of its own session, window and batch id."""
import json
import random
import struct
import zlib

SESSIONS_SHARE = 10  # batches per session


def tail(rng):
    """`…]}` of a body as raw deflate, its plain bytes, and the events."""
    now = 1_795_248_584_000
    events = []
    x, y = rng.randrange(1000), rng.randrange(700)
    for _ in range(50):
        now += rng.randrange(20, 400)
        kind = rng.random()
        if kind < 0.45:
            positions = []
            for step in range(6):
                x, y = max(0, x + rng.randrange(-9, 10)), max(0, y + rng.randrange(-9, 10))
                positions.append({"x": x, "y": y, "id": 40 + step % 3, "timeOffset": -500 + step * 83})
            data = {"source": 1, "positions": positions}
        elif kind < 0.8:
            data = {"source": 0, "texts": [], "attributes": [
                {"id": 60 + rng.randrange(9), "attributes": {"class": f"product-card is-visible fade-{rng.randrange(10**6)}", "style": {"opacity": "1"}}}
                for _ in range(4)], "removes": [], "adds": [{"parentId": 51, "nextId": None, "node": {
                    "type": 2, "tagName": "li", "attributes": {"class": "list-item list-item--compact"}, "childNodes": [], "id": 900 + rng.randrange(99)}}]}
        else:
            data = {"source": 3, "id": 1, "x": 0, "y": rng.randrange(3000), "note": "scroll position of the document element"}
        events.append({"type": 3, "data": data, "timestamp": now})
    plain = (json.dumps(events, separators=(",", ":"))[1:] + "}").encode()
    deflate = zlib.compressobj(6, zlib.DEFLATED, -15)
    return deflate.compress(plain) + deflate.flush(), plain, events


def bodies(count, seed, tails=200):
    """Yields (session id, gzip body). The unique head is a stored block before a tail that was compressed once."""
    rng = random.Random(seed)
    ready = [tail(rng) for _ in range(tails)]
    for number in range(count):
        compressed, plain, _ = ready[number % tails]
        session = f"bench-{seed}-{number // SESSIONS_SHARE}"
        head = (f'{{"sessionId":"{session}","windowId":"w1","batchId":"{seed:04x}{number:08x}",'
                f'"sequence":{number % SESSIONS_SHARE},"events":[').encode()
        crc = zlib.crc32(plain, zlib.crc32(head))
        stored = b"\x00" + struct.pack("<HH", len(head), len(head) ^ 0xFFFF) + head
        yield session, (b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03" + stored + compressed
                        + struct.pack("<II", crc, len(head) + len(plain)))


def write(path, count, seed):
    """A file of bodies for wrk: an index of lengths, then the bodies."""
    lengths, raw = [], 0
    with open(path, "wb") as out:
        for _, body in bodies(count, seed):
            lengths.append(len(body))
            out.write(body)
            raw += struct.unpack("<I", body[-4:])[0]
    with open(f"{path}.index", "w") as out:
        out.write("\n".join(map(str, lengths)))
    return sum(lengths) / count, raw / count
