"""Forms as modals, and back."""

import json
from datetime import date, time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.playground.blocks import checked_view
from bot.slack.form_values import form_values
from bot.slack.render_form import form_modal
from bot.speech import ChoiceField, Form, Place, TextField
from tests.slack.goldens import golden
from tests.slack.samples import FORMS

PLACE = Place("slack", "T1", "C1", "1.2")


@pytest.mark.parametrize("name", FORMS)
def test_golden(name: str) -> None:
    view = form_modal(FORMS[name], PLACE)
    checked_view(view, "modal")
    golden(f"form_{name}", view)


def test_a_modal_remembers_its_words_and_its_place() -> None:
    remembered = json.loads(form_modal(FORMS["share"], PLACE)["private_metadata"])
    title = "Share a resource with the network"
    assert remembered == {"says": "share", "title": title, "channel": "C1", "thread": "1.2"}


@pytest.mark.parametrize(
    ("form", "fault"),
    [
        (Form("Share", "x" * 3000, ()), "says more than Slack remembers"),
        (Form("Pick", "pick", (ChoiceField("c", "C", ()),)), "nothing to choose from"),
        (Form("Pick", "pick", (ChoiceField("c", "C", (("v" * 151, "V"),)),)), "value of 1 to 150"),
    ],
)
def test_our_own_mistakes_are_named(form: Form, fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        form_modal(form, PLACE)


def untouched(view: dict[str, Any]) -> dict[str, Any]:
    """The state Slack sends when a modal is sent as it was opened."""
    values = {}
    for block in (each for each in view["blocks"] if each["type"] == "input"):
        element = block["element"]
        initial = {
            key.replace("initial_", "" if key.endswith("value") else "selected_"): value
            for key, value in element.items()
            if key.startswith("initial_")
        }
        entry = {"type": element["type"], **initial}
        values[block["block_id"]] = {element["action_id"]: entry}
    return {"values": values}


def test_initial_values_come_back_as_they_were() -> None:
    form = FORMS["series"]
    assert form.read(form_values(untouched(form_modal(form, PLACE)))) == {
        "first": date(2026, 11, 24),
        "at": time(15, 5),
        "minutes": 45,
        "size": None,
        "day": "tue",
        "skip": ("mon", "wed"),
        "zone": "s3",
        "schools": ("s1", "s101"),
    }


@settings(max_examples=100, deadline=None)
@given(st.text(), st.text(max_size=4000), st.integers(1, 9999), st.booleans())
def test_slack_takes_any_form(text: str, long: str, most: int, many: bool) -> None:
    options = tuple((f"v{n}", text) for n in range(len(long) % 250 + 1))
    fields = (
        TextField("a", text, long, False, True, most, text, long),
        ChoiceField("b", long, options, ("v0",), many, hint=long),
    )
    form = Form(text, "say", fields, submit=text, intro=(long,))
    checked_view(form_modal(form, PLACE), "modal")
