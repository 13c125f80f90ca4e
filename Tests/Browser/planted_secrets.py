"""Secrets to plant, each of its own kind and place, and where to look for them afterwards."""

import dataclasses
import gzip
import itertools
import random
import re
import urllib.parse
import zlib

MODES = ("default", "strict", "open")
ALWAYS = frozenset(MODES)
MASKED = frozenset({"default", "strict"})
STRICT = frozenset({"strict"})


@dataclasses.dataclass(frozen=True)
class Secret:
    """`text` is what is planted, `core` the part that must be nowhere, `modes` those that promise to keep it out."""

    place: str
    text: str
    core: str
    modes: frozenset


def luhn(digits):
    total = 0
    for position, digit in enumerate(reversed(digits + "0")):
        value = int(digit) * (2 if position % 2 else 1)
        total += value - 9 if value > 9 else value
    return digits + str(-total % 10)


class Plot:
    """Makes secrets and remembers them: one plot per visit."""

    def __init__(self, seed=4):
        self.random = random.Random(seed)
        self.numbers = itertools.count(1)
        self.secrets = []
        self.controls = {}

    def _unique(self):
        return f"zq{next(self.numbers):04d}" + "".join(self.random.choices("bcdfghjkmnpr", k=6))

    def _keep(self, place, text, core, modes):
        self.secrets.append(Secret(place, text, core, modes))
        return text

    def word(self, place, modes=MASKED):
        """No pattern knows it: only masking keeps it out."""
        word = self._unique()
        return self._keep(place, word, word, modes)

    def mail(self, place, modes=ALWAYS):
        word = self._unique()
        return self._keep(place, f"{word}@planted.test", word, modes)

    def card(self, place, modes=ALWAYS):
        number = luhn("4" + "".join(self.random.choices("0123456789", k=14)))
        return self._keep(place, number, number, modes)

    def hexadecimal(self, place, modes=ALWAYS):
        value = "".join(self.random.choices("0123456789abcdef", k=40))
        return self._keep(place, value, value, modes)

    def token(self, place, modes=ALWAYS):
        word = self._unique()
        return self._keep(place, f"eyJhbGciOiJIUzI1NiJ9.eyJzdWIi{word}.sig{word}x", word, modes)

    def url(self, place, modes=ALWAYS, base="https://elsewhere.test/p"):
        word = self._unique()
        return self._keep(place, f"{base}?token={word}&next=/home", word, modes)

    def patterns(self, place, modes=ALWAYS):
        """One of each kind the built-in patterns know."""
        makers = {"mail": self.mail, "card": self.card, "hex": self.hexadecimal, "jwt": self.token, "url": self.url}
        return {name: make(f"{place} ({name})", modes) for name, make in makers.items()}

    def sentence(self, place, modes=ALWAYS):
        return " and ".join(self.patterns(place, modes).values()) + " end"

    def address(self, place):
        value = ".".join(str(self.random.randint(11, 250)) for _ in range(4))
        return self._keep(place, value, value, ALWAYS)

    def control(self, place):
        """Public text that must be found, or the search finds nothing at all."""
        word = f"public{next(self.numbers):04d}" + "".join(self.random.choices("bcdfghjkmnpr", k=4))
        self.controls[place] = word
        return word

    def leaks(self, haystack, mode):
        """`haystack`: {name: bytes}. Secrets that `mode` promised to keep out, and where they are."""
        found = []
        for secret in self.secrets:
            if mode not in secret.modes:
                continue
            needles = {secret.core, urllib.parse.quote(secret.core, safe=""), secret.core[::-1] if len(secret.core) > 30 else secret.core}
            for name, content in haystack.items():
                if any(needle.encode() in content for needle in needles):
                    found.append(f"{secret.place}: {secret.core} in {name}")
        return found


# --- Where to look ------------------------------------------------------------------------------------------------------


def unpacked(content):
    """`content` and what every gzip member in it holds."""
    parts = [content]
    for match in re.finditer(rb"\x1f\x8b\x08", content):
        try:
            parts.append(zlib.decompressobj(31).decompress(content[match.start():]))
        except zlib.error:
            continue
    return b"\n".join(parts)


def redis_contents(client):
    """Every key of every type, decompressed. `client` must not decode."""
    contents = {}
    for key in client.scan_iter(count=1000):
        kind = client.type(key)
        if kind == b"string":
            value = [client.get(key)]
        elif kind == b"hash":
            value = [part for pair in client.hgetall(key).items() for part in pair]
        elif kind == b"set":
            value = list(client.smembers(key))
        elif kind == b"zset":
            value = [member for member, _ in client.zrange(key, 0, -1, withscores=True)]
        elif kind == b"list":
            value = client.lrange(key, 0, -1)
        elif kind == b"stream":
            value = [part for _, fields in client.xrange(key) for pair in fields.items() for part in pair]
        else:
            raise AssertionError(f"a key of the unknown type {kind}: {key}")
        contents[f"key {key.decode()}"] = b"\n".join([key, *(unpacked(part) for part in value)])
    return contents


def file_contents(folder, pattern="**/*"):
    return {f"file {path.relative_to(folder)}": unpacked(path.read_bytes()) for path in sorted(folder.glob(pattern)) if path.is_file()}


def compressed(text, *, name=None, comment=None, trailing=b""):
    """A gzip member whose header and end can hold more than the body."""
    flags = (8 if name else 0) | (16 if comment else 0)
    head = bytes([0x1F, 0x8B, 8, flags, 0, 0, 0, 0, 0, 255])
    head += name.encode() + b"\0" if name else b""
    head += comment.encode() + b"\0" if comment else b""
    return head + gzip.compress(text.encode())[10:] + trailing
