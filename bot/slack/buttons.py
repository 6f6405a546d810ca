"""Rows of buttons as Slack's actions blocks."""

from typing import Any

from bot.slack.limits import Block, plain_text
from bot.slack.small_print import small_print
from bot.speech import Button, is_web_address

MOST_SAID = 2000  # characters of a button's value


def button_rows(buttons: tuple[Button, ...]) -> list[Block]:
    """Actions blocks of at most 25 buttons; an address that is no web address is spelt out."""
    odd = [each for each in buttons if each.url and not is_web_address(each.url)]
    pressed = [_button(each) for each in buttons if each not in odd]
    rows = [pressed[start : start + 25] for start in range(0, len(pressed), 25)]
    spelt = [block for each in odd for block in small_print((f"{each.label}: {each.url}",))]
    return [*({"type": "actions", "elements": row} for row in rows), *spelt]


def _button(button: Button) -> dict[str, Any]:
    if len(button.says) > MOST_SAID:
        raise ValueError(f"the button {button.label!r} says more than {MOST_SAID} characters")
    made: dict[str, Any] = {"type": "button", "text": plain_text(button.label, 75)}
    if button.url:
        made["url"] = button.url
    elif button.says:
        made["value"] = button.says
    if button.style:
        made["style"] = {"main": "primary", "danger": "danger"}[button.style]
    if button.confirm:
        made["confirm"] = {
            "title": plain_text("Are you sure?", 100),
            "text": plain_text(button.confirm, 300),
            "confirm": plain_text(button.label, 30),
            "deny": plain_text("Not now", 30),
        }
    return made
