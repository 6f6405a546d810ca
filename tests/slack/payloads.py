"""The payloads that other projects have recorded from Slack (`../shared/data`)."""

import json
import os
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "data" / "slack-payloads"

INTERACTIVE = ("block_", "view_", "shortcut", "message_action", "interactive_message")

needs_payloads = pytest.mark.skipif(
    not FOLDER.is_dir() and os.environ.get("CI") != "true",
    reason=f"the recorded payloads are not here: {FOLDER}",
)


def names() -> list[str]:
    return sorted(each.stem for each in FOLDER.glob("[0-9]*.json"))


def recorded(name: str) -> dict[str, Any]:
    """The payload whose file name starts with `name`."""
    found = next(FOLDER.glob(f"{name}*.json"))
    payload: dict[str, Any] = json.loads(found.read_text())["payload"]
    return payload


def envelope(payload: Any) -> bool:
    return isinstance(payload, dict) and "envelope_id" in payload


def body_of(payload: dict[str, Any]) -> str:
    """The HTTP body that Slack would send it in."""
    if "command" in payload:
        return urlencode(payload)
    if str(payload.get("type")).startswith(INTERACTIVE):
        return urlencode({"payload": json.dumps(payload)})
    return json.dumps(payload)
