"""The rich_text block's own table: sections, lists, quotes and what is in them."""

from bot.playground.block_rules import (
    Rule,
    any_of_types,
    array,
    flag,
    number,
    one_of,
    shape,
    string,
)

_TYPE = string(50)
_STYLE = shape(bold=flag, italic=flag, strike=flag, code=flag, underline=flag)
_LONG = string(40_000)

_INSIDE: dict[str, Rule] = {
    "text": shape(type_=_TYPE, text_=_LONG, style=_STYLE),
    "link": shape(type_=_TYPE, url_=string(3000), text=_LONG, unsafe=flag, style=_STYLE),
    "user": shape(type_=_TYPE, user_id_=string(255), style=_STYLE),
    "usergroup": shape(type_=_TYPE, usergroup_id_=string(255), style=_STYLE),
    "channel": shape(type_=_TYPE, channel_id_=string(255), style=_STYLE),
    "emoji": shape(
        type_=_TYPE, name_=string(255), unicode=string(255), skin_tone=number(1, 6), style=_STYLE
    ),
    "broadcast": shape(type_=_TYPE, range_=one_of("here", "channel", "everyone"), style=_STYLE),
    "date": shape(
        type_=_TYPE,
        timestamp_=number(0, 99_999_999_999),
        format_=string(1000),
        url=string(3000),
        fallback=string(3000),
        style=_STYLE,
    ),
    "color": shape(type_=_TYPE, value_=string(20)),
}
_ANY = any_of_types(_INSIDE)
_CODE = any_of_types(_INSIDE, "text", "link")
_SECTION = shape(type_=_TYPE, elements_=array(_ANY, 10_000, least=0))

RICH_TEXT = any_of_types(
    {
        "rich_text_section": _SECTION,
        "rich_text_list": shape(
            type_=_TYPE,
            style_=one_of("bullet", "ordered"),
            elements_=array(any_of_types({"rich_text_section": _SECTION}), 1000),
            indent=number(0, 8),
            offset=number(0, 100_000),
            border=number(0, 1),
        ),
        "rich_text_preformatted": shape(
            type_=_TYPE,
            elements_=array(_CODE, 10_000),
            border=number(0, 1),
            language=string(100),
        ),
        "rich_text_quote": shape(type_=_TYPE, elements_=array(_ANY, 10_000), border=number(0, 1)),
    }
)
