"""Forms as Adaptive Cards, and what was typed into them."""

from datetime import date, time
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.speech import ChoiceField, Form, FormErrors, TextField, printable
from bot.teams.form_values import form_values
from bot.teams.limits import size
from bot.teams.render_form import dialog, digest, form_content
from bot.teams.said import Carried, carried
from tests.slack.samples import FORMS
from tests.teams.anything import forms
from tests.teams.goldens import golden
from tests.teams.samples import CHANNEL, TEAMS_FORMS
from tests.teams.test_render_card import MOST, texts, walk


@pytest.mark.parametrize("name", TEAMS_FORMS)
def test_golden(name: str) -> None:
    form = TEAMS_FORMS[name]
    golden(f"form_{name}", dialog(form.title, form_content(form, CHANNEL)))


def inputs(content: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {each["id"]: each for each in content["body"] if "id" in each}


def sent(content: dict[str, Any], **typed: Any) -> dict[str, Any]:
    """What Teams sends when nothing is changed but `typed`, by input id."""
    given = {name: each.get("value", "") for name, each in inputs(content).items()}
    return {**content["body"][-1]["actions"][0]["data"], **given, **typed}


def test_what_stands_in_a_form_comes_back_typed() -> None:
    read = FORMS["series"].read(form_values(sent(form_content(FORMS["series"], CHANNEL))))
    assert read == {
        "first": date(2026, 11, 24),
        "at": time(15, 5),
        "minutes": 45,
        "size": None,
        "day": "tue",
        "skip": ("mon", "wed"),
        "zone": "s3",
        "schools": ("s1", "s101"),
    }


def test_in_a_dialog_it_is_submitted_and_in_a_message_executed() -> None:
    form = FORMS["share"]
    [submit] = form_content(form, CHANNEL)["body"][-1]["actions"]
    [execute] = form_content(form, CHANNEL, inline=True)["body"][-1]["actions"]
    assert submit["type"] == "Action.Submit"
    assert (execute["type"], execute["verb"]) == ("Action.Execute", "send")
    for action in (submit, execute, execute["fallback"]):
        assert carried(action["data"]) == Carried("share", digest(form))
    assert "Share a resource with the network" in texts(form_content(form, CHANNEL, inline=True))


def test_errors_stand_under_their_fields_and_what_was_typed_stays() -> None:
    form = FORMS["series"]
    typed = {
        "minutes": "4",
        "size": "many",
        "skip": ["mon", "gone"],
        "first": "tomorrow",
        "at": "16:00",
        "day": None,
    }
    with pytest.raises(FormErrors) as wrong:
        form.read(typed)
    made = form_content(form, CHANNEL, values=typed, errors=wrong.value.errors)
    kept = {name: each.get("value") for name, each in inputs(made).items()}
    assert kept["typed:minutes"] == 4
    assert kept["choices:skip"] == "mon"
    assert kept["typed:at"] == "16:00"
    assert kept["typed:size"] is kept["typed:first"] is kept["choice:day"] is None
    under = {
        above["id"]: "".join(texts(below))
        for above, below in zip(made["body"], made["body"][1:], strict=False)
        if below["type"] == "RichTextBlock" and "id" in above
    }
    assert under["typed:minutes"] == "Please give a whole number from 5 to 240."
    assert under["choice:day"] == "Please fill this in."


def test_what_belongs_to_no_field_stands_on_top() -> None:
    made = form_content(
        FORMS["share"], CHANNEL, errors={"": ("Not saved.",), "x": ("Gone.",)}, note=("Again?",)
    )
    assert ["".join(texts(each)) for each in made["body"][:3]] == ["Not saved.", "Gone.", "Again?"]


def test_a_dialog_is_as_high_as_its_form() -> None:
    heights = [
        dialog("T", form_content(Form("T", "t", (TextField("a", "A"),) * n), CHANNEL))["task"][
            "value"
        ]["height"]
        for n in (1, 3, 8)
    ]
    assert heights == ["small", "medium", "large"]


def test_the_digest_knows_a_form_again() -> None:
    assert digest(FORMS["share"]) == digest(FORMS["share"]) != digest(FORMS["series"])


@pytest.mark.parametrize(
    ("options", "fault"), [((), "nothing to choose from"), ((("", "None"),), "needs a value")]
)
def test_what_teams_cannot_show_is_our_mistake(options: Any, fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        form_content(Form("Pick", "pick", (ChoiceField("c", "C", options),)), CHANNEL)


@pytest.mark.parametrize("data", [None, "x", [], {}, {"other": 1}, {"homeroom": {}}])
def test_data_without_values(data: Any) -> None:
    assert form_values(data) == {}


@pytest.mark.parametrize(
    ("raw", "read"), [(45, "45"), (45.0, "45"), (4.5, "4.5"), (None, None), ({}, None), ("", None)]
)
def test_any_value_is_read_as_a_text(raw: Any, read: Any) -> None:
    assert form_values({"typed:n": raw}) == {"n": read}


@settings(max_examples=100, deadline=None)
@given(forms, st.booleans(), st.data())
def test_any_form_is_shown_and_what_is_chosen_comes_back(
    form: Form, inline: bool, data: st.DataObject
) -> None:
    field = form.fields[1]
    assert isinstance(field, ChoiceField)
    values = [value for value, _ in field.options]
    chosen = data.draw(st.lists(st.sampled_from(values), unique=True, min_size=1))
    chosen = chosen if field.many else chosen[:1]
    typed = printable(data.draw(st.text(max_size=100))) or None
    first: Any = {"text": typed, "choice": chosen if field.many else chosen[0]}
    made = form_content(form, CHANNEL, values=first, inline=inline)
    assert size(made) < MOST
    assert form_values(sent(made)) == first


@settings(max_examples=50, deadline=None)
@given(forms)
@example(TEAMS_FORMS["nasty"])
def test_nothing_in_a_form_mentions_anybody(form: Form) -> None:
    for each in walk(form_content(form, CHANNEL, inline=True)):
        for name in ("text", "title", "label", "placeholder"):
            assert "<at" not in each.get(name, "").lower()
            assert "</at" not in each.get(name, "").lower()
