"""The app package: the zip that is uploaded to Teams."""

import json
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from bot.errors import ConfigError
from bot.teams.manifest import is_client_id, is_public

HERE = Path(__file__).parent
ICONS = ("color.png", "outline.png")  # 192 × 192, and 32 × 32 in white on nothing


def check(client_id: str, public_url: str) -> None:
    """Whether a package can be made. Raises ConfigError saying all that is missing, and where it
    is found."""
    missing = []
    if not is_client_id(client_id):
        missing.append(
            "TEAMS_CLIENT_ID (like 0f8b0c4e-1a2b-4c3d-8e9f-0a1b2c3d4e5f): the bot's app"
            " registration → Application (client) ID"
        )
    if not is_public(public_url):
        missing.append(
            "PUBLIC_URL (starts with https://): the address where Teams reaches Homeroom"
        )
    if missing:
        listed = "\n".join(f"  · {each}" for each in missing)
        raise ConfigError(f"To make the app package, put this into .env:\n{listed}")


def package(manifest: dict[str, Any]) -> bytes:
    """The zip, the same bytes for the same manifest: without times, not compressed."""
    text = json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"
    files = {"manifest.json": text.encode(), **{name: _icon(name) for name in ICONS}}
    zipped = BytesIO()
    with ZipFile(zipped, "w", ZIP_STORED) as made:
        for name, content in files.items():
            made.writestr(ZipInfo(name), content)
    return zipped.getvalue()


def _icon(name: str) -> bytes:
    return (HERE / name).read_bytes()
