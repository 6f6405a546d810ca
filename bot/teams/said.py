"""What a button or a sent form carries: the words that it says.

Teams sends an action's `data` back as it was; cards stay in a conversation for years, so it has a
version, and what another version wrote is told from what is not ours.
"""

from typing import Any

from msgspec import Struct

VERSION = 1


class Carried(Struct, frozen=True):
    """The words that an action says. `form` is the digest of the form that it sends, "" for a
    button."""

    says: str
    form: str = ""


def carry(carried: Carried) -> dict[str, Any]:
    """An action's `data`."""
    return {"homeroom": {"v": VERSION, "says": carried.says, "form": carried.form}}


def carried(data: Any) -> Carried | None:
    """What an action's `data` carries; None for what is not ours, of another version, or of a
    wrong shape. Never raises."""
    found = data.get("homeroom") if isinstance(data, dict) else None
    if not isinstance(found, dict) or found.get("v") != VERSION:
        return None
    says, form = found.get("says"), found.get("form", "")
    if not isinstance(says, str) or not isinstance(form, str):
        return None
    return Carried(says, form)
