"""Every size in facts/slack.md: exactly that much passes, one more is refused by name."""

from typing import Any

import pytest

from bot.playground.blocks import checked_message, checked_view
from bot.playground.manifest import InvalidManifest, check
from bot.playground.shapes import Refused

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def section(text: str = "x", **more: Any) -> Json:
    return {"type": "section", "text": mrkdwn(text), **more}


def button(number: int = 0, **more: Any) -> Json:
    return {"type": "button", "text": plain("Go"), "action_id": f"a{number}", **more}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def option(number: int = 0, **more: Any) -> Json:
    return {"text": plain("One"), "value": f"v{number}", **more}


def options(count: int) -> list[Json]:
    return [option(number) for number in range(count)]


def select(**more: Any) -> Json:
    return {"type": "static_select", "options": options(1), **more}


def text_input(**more: Any) -> Json:
    element = {"type": "plain_text_input", "action_id": "a", **more}
    return {"type": "input", "block_id": "b", "label": plain("Label"), "element": element}


def modal(*blocks: Json, **more: Any) -> Json:
    view = {"type": "modal", "title": plain("T"), "submit": plain("Save"), "blocks": list(blocks)}
    return view | more


def pointer(error: Refused) -> str:
    messages: list[str] = error.extra["response_metadata"]["messages"]
    return messages[0]


IN_MESSAGES = [
    ("50 blocks", 50, lambda n: [section()] * n, "no more than 50 items allowed", "/blocks"),
    (
        "section",
        3000,
        lambda n: [section("x" * n)],
        "must be less than 3001",
        "/blocks/0/text/text",
    ),
    (
        "10 fields",
        10,
        lambda n: [{"type": "section", "fields": [mrkdwn("x")] * n}],
        "no more than 10 items allowed",
        "/blocks/0/fields",
    ),
    (
        "field",
        2000,
        lambda n: [{"type": "section", "fields": [mrkdwn("x" * n)]}],
        "must be less than 2001",
        "/blocks/0/fields/0/text",
    ),
    (
        "header",
        150,
        lambda n: [{"type": "header", "text": plain("x" * n)}],
        "must be less than 151 characters",
        "/blocks/0/text/text",
    ),
    (
        "10 in a context",
        10,
        lambda n: [{"type": "context", "elements": [mrkdwn("x")] * n}],
        "no more than 10 items allowed",
        "/blocks/0/elements",
    ),
    (
        "25 actions",
        25,
        lambda n: [actions(*map(button, range(n)))],
        "no more than 25 items allowed",
        "/blocks/0/elements",
    ),
    (
        "button text",
        75,
        lambda n: [actions(button(text=plain("x" * n)))],
        "must be less than 76",
        "/blocks/0/elements/0/text/text",
    ),
    (
        "button value",
        2000,
        lambda n: [actions(button(value="x" * n))],
        "must be less than 2001",
        "/blocks/0/elements/0/value",
    ),
    (
        "option text",
        75,
        lambda n: [actions(select(options=[option(text=plain("x" * n))]))],
        "must be less than 76",
        "/blocks/0/elements/0/options/0/text/text",
    ),
    (
        "option value",
        150,
        lambda n: [actions(select(options=[option(value="x" * n)]))],
        "must be less than 151",
        "/blocks/0/elements/0/options/0/value",
    ),
    (
        "100 options",
        100,
        lambda n: [actions(select(options=options(n)))],
        "no more than 100 items allowed",
        "/blocks/0/elements/0/options",
    ),
    (
        "5 in an overflow",
        5,
        lambda n: [section(accessory={"type": "overflow", "options": options(n)})],
        "no more than 5 items allowed",
        "/blocks/0/accessory/options",
    ),
    (
        "10 checkboxes",
        10,
        lambda n: [actions({"type": "checkboxes", "options": options(n)})],
        "no more than 10 items allowed",
        "/blocks/0/elements/0/options",
    ),
    (
        "10 radio buttons",
        10,
        lambda n: [actions({"type": "radio_buttons", "options": options(n)})],
        "no more than 10 items allowed",
        "/blocks/0/elements/0/options",
    ),
    (
        "placeholder",
        150,
        lambda n: [actions(select(placeholder=plain("x" * n)))],
        "must be less than 151",
        "/blocks/0/elements/0/placeholder/text",
    ),
    (
        "action_id",
        255,
        lambda n: [actions(button(action_id="x" * n))],
        "must be less than 256",
        "/blocks/0/elements/0/action_id",
    ),
    (
        "block_id",
        255,
        lambda n: [section(block_id="x" * n)],
        "must be less than 256",
        "/blocks/0/block_id",
    ),
]

IN_VIEWS = [
    ("100 blocks", 100, lambda n: modal(*[section()] * n), "no more than 100", "/view/blocks"),
    ("title", 24, lambda n: modal(title=plain("x" * n)), "less than 25", "/view/title/text"),
    ("submit", 24, lambda n: modal(submit=plain("x" * n)), "less than 25", "/view/submit/text"),
    ("close", 24, lambda n: modal(close=plain("x" * n)), "less than 25", "/view/close/text"),
    (
        "private_metadata",
        3000,
        lambda n: modal(private_metadata="x" * n),
        "less than 3001",
        "/view/private_metadata",
    ),
    (
        "callback_id",
        255,
        lambda n: modal(callback_id="x" * n),
        "less than 256",
        "/view/callback_id",
    ),
    (
        "text input",
        3000,
        lambda n: modal(text_input(initial_value="x" * n)),
        "less than 3001",
        "/view/blocks/0/element/initial_value",
    ),
    (
        "text input's own limit",
        3000,
        lambda n: modal(text_input(max_length=n)),
        "less than 3001",
        "/view/blocks/0/element/max_length",
    ),
]


@pytest.mark.parametrize(
    ("most", "make", "wrong", "at"),
    [case[1:] for case in IN_MESSAGES],
    ids=[case[0] for case in IN_MESSAGES],
)
def test_a_message_takes_just_so_much(most: int, make: Any, wrong: str, at: str) -> None:
    checked_message(make(most))
    with pytest.raises(Refused) as refused:
        checked_message(make(most + 1))
    assert refused.value.error == "invalid_blocks"
    assert pointer(refused.value).startswith(f"[ERROR] {wrong}")
    assert pointer(refused.value).endswith(f"[json-pointer:{at}]")


@pytest.mark.parametrize(
    ("most", "make", "wrong", "at"),
    [case[1:] for case in IN_VIEWS],
    ids=[case[0] for case in IN_VIEWS],
)
def test_a_view_takes_just_so_much(most: int, make: Any, wrong: str, at: str) -> None:
    checked_view(make(most), "modal")
    with pytest.raises(Refused) as refused:
        checked_view(make(most + 1), "modal")
    assert refused.value.error == "invalid_arguments"
    assert wrong in pointer(refused.value)
    assert pointer(refused.value).endswith(f"[json-pointer:{at}]")


def test_the_form_of_an_error_is_slacks() -> None:
    with pytest.raises(Refused) as refused:
        checked_message([{"type": "header", "text": plain("x" * 151)}])
    assert refused.value.extra["response_metadata"]["messages"] == [
        "[ERROR] must be less than 151 characters [json-pointer:/blocks/0/text/text]"
    ]


def test_thirteen_thousand_characters_of_blocks_are_too_many() -> None:
    checked_message([section("x" * 2640)] * 5)
    with pytest.raises(Refused, match="msg_blocks_too_long"):
        checked_message([section("x" * 2641)] * 5)


WRONG = [
    ("a mrkdwn header", [{"type": "header", "text": mrkdwn("x")}], "unsupported type: mrkdwn"),
    ("an unknown key", [section(colour="red")], "invalid additional property: colour"),
    ("an unknown block", [{"type": "carousel"}], "unsupported type: carousel"),
    ("no type", [{"text": "x"}], "missing required field: type"),
    ("a section of nothing", [{"type": "section"}], "missing required field: text"),
    ("empty text", [section("")], "must be more than 0 characters"),
    ("a number for words", [section(block_id=5)], "must provide a string"),
    ("blocks that are no list", {"type": "section"}, "must provide an array"),
    ("a block that is no object", ["x"], "must provide an object"),
    ("the same block_id twice", [section(block_id="b")] * 2, "block_id must be unique"),
    ("the same action_id twice", [actions(button(), button())], "action_id already exists: a0"),
    ("a colour of button", [actions(button(style="blue"))], "value must be one of"),
    (
        "verbatim in plain text",
        [actions(button(text=plain("x") | {"verbatim": True}))],
        "invalid additional",
    ),
    ("a text input among actions", [actions(text_input()["element"])], "unsupported type"),
    ("an image without alt text", [{"type": "image", "image_url": "u"}], "field: alt_text"),
    ("no actions", [actions()], "no fewer than 1 items allowed"),
    ("a select of nothing", [actions({"type": "static_select"})], "missing required field"),
    (
        "a rich_text piece unknown",
        [{"type": "rich_text", "elements": [{"type": "rich_text_poem", "elements": []}]}],
        "unsupported type: rich_text_poem",
    ),
    (
        "a user in preformatted text",
        [
            {
                "type": "rich_text",
                "elements": [
                    {
                        "type": "rich_text_preformatted",
                        "elements": [{"type": "user", "user_id": "U1"}],
                    }
                ],
            }
        ],
        "unsupported type: user",
    ),
    ("a true number", modal(text_input(max_length=True)), "must provide an integer"),
    ("a word for a flag", modal(text_input(multiline="yes")), "must provide a boolean"),
    ("max_length 0", modal(text_input(max_length=0)), "must be greater than or equal to 1"),
    ("an input without submit", modal(text_input(), submit=None), "must provide an object"),
    ("a modal without a title", {"type": "modal", "blocks": []}, "missing required field: title"),
    ("a home with a title", {"type": "home", "blocks": [], "title": plain("x")}, "additional"),
    (
        "two focused fields",
        modal(text_input(focus_on_load=True), {**text_input(focus_on_load=True), "block_id": "c"}),
        "only one element",
    ),
    (
        "an url input at home",
        {
            "type": "home",
            "blocks": [
                {"type": "input", "label": plain("x"), "element": {"type": "url_text_input"}}
            ],
        },
        "unsupported type: url_text_input",
    ),
]


@pytest.mark.parametrize(("given", "wrong"), [c[1:] for c in WRONG], ids=[c[0] for c in WRONG])
def test_slack_refuses(given: Any, wrong: str) -> None:
    with pytest.raises(Refused) as refused:
        if isinstance(given, dict) and given["type"] != "section":
            checked_view(given, "modal", "home")
        else:
            checked_message(given)
    assert wrong in pointer(refused.value)


def test_a_form_needs_its_submit_button() -> None:
    view = modal(text_input())
    del view["submit"]
    with pytest.raises(Refused) as refused:
        checked_view(view, "modal")
    assert "missing required field: submit" in pointer(refused.value)


def test_every_input_is_taken_and_gets_its_ids() -> None:
    kinds: list[Json] = [
        {"type": "number_input", "is_decimal_allowed": False},
        {"type": "url_text_input"},
        {"type": "email_text_input"},
        {"type": "datetimepicker"},
        {"type": "datepicker", "initial_date": "2026-09-01"},
        {"type": "timepicker", "initial_time": "16:00"},
        {"type": "external_select", "min_query_length": 1},
        {"type": "multi_external_select"},
        {"type": "multi_static_select", "options": options(2)},
        {"type": "static_select", "option_groups": [{"label": plain("G"), "options": options(2)}]},
        {"type": "users_select"},
        {"type": "multi_users_select"},
        {"type": "conversations_select"},
        {"type": "multi_conversations_select"},
        {"type": "channels_select"},
        {"type": "multi_channels_select", "max_selected_items": 3},
        {"type": "checkboxes", "options": [option(text=mrkdwn("*x*"))]},
        {"type": "radio_buttons", "options": options(2)},
    ]
    blocks = [{"type": "input", "label": plain("L"), "element": kind} for kind in kinds]
    view = checked_view(modal(*blocks), "modal")
    assert all(block["block_id"] and block["element"]["action_id"] for block in view["blocks"])


def test_rich_text_with_everything_in_it() -> None:
    inside: list[Json] = [
        {"type": "text", "text": "x", "style": {"bold": True}},
        {"type": "link", "url": "https://a.example", "text": "a"},
        {"type": "user", "user_id": "U1"},
        {"type": "channel", "channel_id": "C1"},
        {"type": "emoji", "name": "wave"},
        {"type": "broadcast", "range": "here"},
        {"type": "date", "timestamp": 1788285600, "format": "{date_long}", "fallback": "1 Sep"},
    ]
    line = {"type": "rich_text_section", "elements": inside}
    parts = [
        line,
        {"type": "rich_text_list", "style": "bullet", "indent": 1, "elements": [line]},
        {"type": "rich_text_quote", "elements": inside},
        {"type": "rich_text_preformatted", "elements": inside[:2]},
    ]
    assert checked_message([{"type": "rich_text", "elements": parts}])[0]["block_id"]


MANIFEST_SIZES = [
    (35, lambda n: {"display_information": {"name": "x" * n}}),
    (140, lambda n: {"display_information": {"name": "x", "description": "x" * n}}),
    (32, lambda n: _features(slash_commands=[{"command": "/" + "x" * (n - 1)}])),
    (50, lambda n: _features(slash_commands=[{"command": "/x"}] * n)),
    (10, lambda n: _features(shortcuts=[{"name": "x"}] * n)),
    (150, lambda n: _features(shortcuts=[{"description": "x" * n}])),
]


def _features(**features: Any) -> Json:
    return {"display_information": {"name": "x"}, "features": features}


@pytest.mark.parametrize(("most", "make"), MANIFEST_SIZES)
def test_a_manifest_takes_just_so_much(most: int, make: Any) -> None:
    check(make(most))
    with pytest.raises(InvalidManifest):
        check(make(most + 1))
