"""What was found, for a network's host."""

from collections.abc import Sequence

from bot.compose.phrases import listed
from bot.findings import Finding
from bot.speech import Card, Element, Small, Strong, Text, card, line

MOST = 12  # things to mend that are shown


def examined(network: str, findings: Sequence[Finding], when: str = "", *, more: str = "") -> Card:
    """What is to be mended, in full, then what is well. `when` it was found; `more` is said at
    the end."""
    ill = [each for each in findings if not each.well]
    well = list(dict.fromkeys(each.about for each in findings if each.well))
    title = (
        f"All is well with {network}." if not ill else f"Something is to be mended for {network}."
    )
    elements: list[Element | str] = [Text(line(Strong(title), f" ({when})" if when else ""))]
    for each in ill[:MOST]:
        elements.append(Text(line(Strong(each.about), f": {each.said}\n→ {each.mend}")))
    if len(ill) > MOST:
        elements.append(f"… and {len(ill) - MOST} more; mend these first.")
    if well:
        elements.append(Small((f"Looked at, and well: {listed(well, 20)}.",)))
    if more:
        elements.append(more)
    return card(*elements, summary=title)
