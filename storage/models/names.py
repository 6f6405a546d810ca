"""What people and places are called, as platforms tell it: anything may stand in it."""

import re

LONGEST = 120
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff]"
)


def tidy(name: str) -> str:
    """A name in one line, without what cannot be kept or would turn the words around it about;
    one that is too long is visibly cut."""
    shown = " ".join(_UNPRINTABLE.sub("", name).split())
    return shown if len(shown) <= LONGEST else f"{shown[: LONGEST - 1].rstrip()}…"
