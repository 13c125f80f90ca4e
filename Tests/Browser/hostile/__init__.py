"""Crafted recordings by subject: each table maps a name to a recording that tries one thing."""

from . import addresses, drawings, frames, handlers, pages, player, requests, scripts, shapes, shown, styles

SUBJECTS = {module.__name__.rpartition(".")[2]: module.RECORDINGS for module in (scripts, handlers, addresses, frames, pages, requests, styles, player, shapes, shown, drawings)}
RECORDINGS = {name: recording for recordings in SUBJECTS.values() for name, recording in recordings.items()}
assert len(RECORDINGS) == sum(map(len, SUBJECTS.values())), "two recordings have the same name"
