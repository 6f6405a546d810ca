"""What was found, for a network's host."""

from collections.abc import Sequence

from bot.compose.phrases import listed
from bot.compose.places import at_first
from bot.findings import Finding
from bot.speech import Card, Element, Small, Strong, Text, When, card, line

MOST = 12  # things to mend that are shown


def examined(
    network: str, findings: Sequence[Finding], zone: str, when: str = "", *, more: str = ""
) -> Card:
    """What is to be mended, in full, then what is well. `zone` is the reader's; `when` it was
    found; `more` is said at the end."""
    ill = [each for each in findings if not each.well]
    not_well = {each.about for each in ill}
    well = list(
        dict.fromkeys(each.about for each in findings if each.well and each.about not in not_well)
    )
    title = (
        f"All is well with {network}." if not ill else f"Something is to be mended for {network}."
    )
    elements: list[Element | str] = [Text(line(Strong(title), f" ({when})" if when else ""))]
    for each in ill[:MOST]:
        since = (" Since ", When(each.since, zone), ".") if each.since else ()
        about = line(Strong(at_first(each.about)), f": {each.said}", *since, f"\n→ {each.mend}")
        elements.append(Text(about))
    if len(ill) > MOST:
        elements.append(f"… and {len(ill) - MOST} more; mend these first.")
    if well:
        elements.append(Small((f"Looked at, and well: {listed(well, 20)}.",)))
    if more:
        elements.append(more)
    return card(*elements, summary=title)
