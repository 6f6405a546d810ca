"""Block Kit as a table: every block and element, its keys, and Slack's sizes for each."""

from bot.playground.block_rules import (
    Rule,
    any_of_types,
    array,
    both,
    flag,
    needs_any,
    not_both,
    number,
    one_of,
    only_on,
    shape,
    string,
)
from bot.playground.rich_text_table import RICH_TEXT

TYPE = string(50)
ID = string(255)
URL = string(3000)
DATE = string(10, least=10)
TIME = string(5, least=5)


def plain(most: int) -> Rule:
    return any_of_types(
        {"plain_text": shape(type_=TYPE, text_=string(most), emoji=flag)}, "plain_text"
    )


def words(most: int) -> Rule:
    return any_of_types(
        {
            "plain_text": shape(type_=TYPE, text_=string(most), emoji=flag),
            "mrkdwn": shape(type_=TYPE, text_=string(most), verbatim=flag),
        }
    )


CONFIRM = shape(
    title_=plain(100),
    text_=words(300),
    confirm_=plain(30),
    deny_=plain(30),
    style=one_of("primary", "danger"),
)
DISPATCH = shape(
    trigger_actions_on=array(one_of("on_enter_pressed", "on_character_entered"), 2),
)
OPTION = shape(text_=plain(75), value_=string(150), description=plain(75))
LINK_OPTION = shape(text_=plain(75), value_=string(150), description=plain(75), url=URL)
RICH_OPTION = shape(text_=words(75), value_=string(150), description=words(75))
GROUP = shape(label_=plain(75), options_=array(OPTION, 100))

_COMMON: dict[str, Rule] = {"type_": TYPE, "action_id": ID}
_PICK: dict[str, Rule] = _COMMON | {
    "placeholder": plain(150),
    "confirm": CONFIRM,
    "focus_on_load": flag,
}
_MULTI: dict[str, Rule] = _PICK | {"max_selected_items": number(1, 10_000)}
_TYPED: dict[str, Rule] = _COMMON | {
    "placeholder": plain(150),
    "dispatch_action_config": DISPATCH,
    "focus_on_load": flag,
}
_CHECKS: dict[str, Rule] = _COMMON | {
    "options_": array(RICH_OPTION, 10),
    "confirm": CONFIRM,
    "focus_on_load": flag,
}
_FILTER = shape(
    include=array(one_of("im", "mpim", "private", "public"), 4),
    exclude_external_shared_channels=flag,
    exclude_bot_users=flag,
)
_LISTED: dict[str, Rule] = {"options": array(OPTION, 100), "option_groups": array(GROUP, 100)}
_ONE_LIST = both(needs_any("options", "option_groups"), not_both("options", "option_groups"))
_IDS = array(ID, 1000, least=0)

IMAGE_PARTS: dict[str, Rule] = {"type_": TYPE, "image_url_": URL, "alt_text_": string(2000)}

ELEMENTS: dict[str, Rule] = {
    "button": shape(
        **_COMMON,
        text_=plain(75),
        url=URL,
        value=string(2000),
        style=one_of("primary", "danger"),
        confirm=CONFIRM,
        accessibility_label=string(75),
    ),
    "image": shape(**IMAGE_PARTS),
    "overflow": shape(**_COMMON, options_=array(LINK_OPTION, 5), confirm=CONFIRM),
    "static_select": both(shape(**_PICK, **_LISTED, initial_option=OPTION), _ONE_LIST),
    "multi_static_select": both(
        shape(**_MULTI, **_LISTED, initial_options=array(OPTION, 100)), _ONE_LIST
    ),
    "external_select": shape(**_PICK, initial_option=OPTION, min_query_length=number(0, 3000)),
    "multi_external_select": shape(
        **_MULTI, initial_options=array(OPTION, 100), min_query_length=number(0, 3000)
    ),
    "users_select": shape(**_PICK, initial_user=ID),
    "multi_users_select": shape(**_MULTI, initial_users=_IDS),
    "conversations_select": shape(
        **_PICK,
        initial_conversation=ID,
        default_to_current_conversation=flag,
        response_url_enabled=flag,
        filter=_FILTER,
    ),
    "multi_conversations_select": shape(
        **_MULTI,
        initial_conversations=_IDS,
        default_to_current_conversation=flag,
        filter=_FILTER,
    ),
    "channels_select": shape(**_PICK, initial_channel=ID, response_url_enabled=flag),
    "multi_channels_select": shape(**_MULTI, initial_channels=_IDS),
    "datepicker": shape(**_PICK, initial_date=DATE),
    "timepicker": shape(**_PICK, initial_time=TIME, timezone=string(100)),
    "datetimepicker": only_on(
        "message modal",
        shape(
            **_COMMON,
            initial_date_time=number(1_000_000_000, 9_999_999_999),
            confirm=CONFIRM,
            focus_on_load=flag,
        ),
    ),
    "checkboxes": shape(**_CHECKS, initial_options=array(RICH_OPTION, 10)),
    "radio_buttons": shape(**_CHECKS, initial_option=RICH_OPTION),
    "plain_text_input": shape(
        **_TYPED,
        initial_value=string(3000, least=0),
        multiline=flag,
        min_length=number(0, 3000),
        max_length=number(1, 3000),
    ),
    "number_input": only_on(
        "modal",
        shape(
            **_TYPED,
            is_decimal_allowed_=flag,
            initial_value=string(100),
            min_value=string(100),
            max_value=string(100),
        ),
    ),
    "email_text_input": only_on("modal", shape(**_TYPED, initial_value=string(3000))),
    "url_text_input": only_on("modal", shape(**_TYPED, initial_value=string(3000))),
}

PICKS = (
    *(name for name in ELEMENTS if name.endswith("select")),
    "datepicker",
    "timepicker",
    "checkboxes",
    "radio_buttons",
)
IN_SECTION = any_of_types(ELEMENTS, "button", "image", "overflow", *PICKS)
IN_ACTIONS = any_of_types(ELEMENTS, "button", "overflow", "datetimepicker", *PICKS)
IN_INPUT = any_of_types(
    ELEMENTS,
    "datetimepicker",
    "plain_text_input",
    "number_input",
    "email_text_input",
    "url_text_input",
    *PICKS,
)
IN_CONTEXT = any_of_types(
    {
        "image": ELEMENTS["image"],
        "plain_text": plain(3000),
        "mrkdwn": words(3000),
    }
)

_BLOCK: dict[str, Rule] = {"type_": TYPE, "block_id": ID}

BLOCKS: dict[str, Rule] = {
    "section": both(
        shape(
            **_BLOCK,
            text=words(3000),
            fields=array(words(2000), 10),
            accessory=IN_SECTION,
            expand=flag,
        ),
        needs_any("text", "fields"),
    ),
    "header": shape(**_BLOCK, text_=plain(150)),
    "divider": shape(**_BLOCK),
    "context": shape(**_BLOCK, elements_=array(IN_CONTEXT, 10)),
    "actions": shape(**_BLOCK, elements_=array(IN_ACTIONS, 25)),
    "image": shape(**IMAGE_PARTS, block_id=ID, title=plain(2000)),
    "input": shape(
        **_BLOCK,
        label_=plain(2000),
        element_=IN_INPUT,
        dispatch_action=flag,
        hint=plain(2000),
        optional=flag,
    ),
    "rich_text": shape(**_BLOCK, elements_=array(RICH_TEXT, 1000)),
}
