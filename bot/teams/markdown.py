"""Text where Teams parses markdown: a TextBlock. Typed text there is escaped, never parsed."""

import re

from bot.speech import When

_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")


def escape(text: str) -> str:
    """`text` so that a TextBlock shows it as it is."""
    return _PUNCTUATION.sub(r"\\\1", " ".join(text.split("\n")))


def local(when: When) -> str:
    """An instant that each reader's Teams writes in their own zone and language."""
    at = f"{when.at:%Y-%m-%dT%H:%M:%SZ}"
    day, hour = f"{{{{DATE({at},SHORT)}}}}", f"{{{{TIME({at})}}}}"
    return {"day": day, "time": hour, "both": f"{day} {hour}"}[when.show]
