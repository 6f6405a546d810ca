"""An app's manifest: its limits, and the questions the world asks of it."""

from typing import Any

from bot.playground.shapes import Json


class InvalidManifest(ValueError):
    """The manifest is refused; one line per fault, with its pointer."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("invalid_manifest: " + "; ".join(faults))
        self.faults = faults


_SIZES = (
    ("display_information", "name", 35),
    ("display_information", "description", 140),
)
_COMMAND = (("command", 32), ("description", 2000), ("usage_hint", 1000))
_SHORTCUT = (("name", 24), ("callback_id", 255), ("description", 150))


def check(manifest: Json) -> None:
    """Raise InvalidManifest when Slack would not take it."""
    faults = [
        f"must be less than {size + 1} characters /{part}/{key}"
        for part, key, size in _SIZES
        if len(manifest.get(part, {}).get(key, "")) > size
    ]
    if not manifest.get("display_information", {}).get("name"):
        faults.append("missing required field: name /display_information")
    faults += _many(manifest, "slash_commands", 50, _COMMAND)
    faults += _many(manifest, "shortcuts", 10, _SHORTCUT)
    faults += [
        f"command must start with / /features/slash_commands/{number}/command"
        for number, each in enumerate(features(manifest).get("slash_commands", []))
        if not each.get("command", "").startswith("/")
    ]
    if faults:
        raise InvalidManifest(faults)


def _many(manifest: Json, key: str, most: int, sizes: tuple[tuple[str, int], ...]) -> list[str]:
    items = features(manifest).get(key, [])
    faults = [f"no more than {most} items allowed /features/{key}"] if len(items) > most else []
    for number, item in enumerate(items):
        faults += [
            f"must be less than {size + 1} characters /features/{key}/{number}/{name}"
            for name, size in sizes
            if len(item.get(name, "")) > size
        ]
    return faults


def features(manifest: Json) -> Json:
    found: Json = manifest.get("features", {})
    return found


def settings(manifest: Json) -> Json:
    found: Json = manifest.get("settings", {})
    return found


def bot_scopes(manifest: Json) -> list[str]:
    return list(manifest.get("oauth_config", {}).get("scopes", {}).get("bot", []))


def bot_events(manifest: Json) -> list[str]:
    return list(settings(manifest).get("event_subscriptions", {}).get("bot_events", []))


def metadata_events(manifest: Json) -> list[Json]:
    subscriptions: Any = settings(manifest).get("event_subscriptions", {})
    return list(subscriptions.get("metadata_subscriptions", []))


def request_url(manifest: Json) -> str:
    url: str = settings(manifest).get("event_subscriptions", {}).get("request_url", "")
    return url
