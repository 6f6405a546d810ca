"""The small rules that the Block Kit table is made of.

A rule looks at a value and says what is wrong with it, in the form Slack uses:
`[ERROR] must be less than 151 characters [json-pointer:/blocks/0/text/text]`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.playground.shapes import Json


@dataclass
class Check:
    """What was found wrong so far, on this surface: message, modal or home."""

    surface: str
    errors: list[str] = field(default_factory=list)

    def say(self, wrong: str, at: str) -> None:
        self.errors.append(f"[ERROR] {wrong} [json-pointer:{at}]")


Rule = Callable[[Any, str, Check], None]
Table = Mapping[str, Rule]


def string(most: int, least: int = 1) -> Rule:
    def rule(value: Any, at: str, check: Check) -> None:
        if not isinstance(value, str):
            check.say("must provide a string", at)
        elif len(value) > most:
            check.say(f"must be less than {most + 1} characters", at)
        elif len(value) < least:
            check.say(f"must be more than {least - 1} characters", at)

    return rule


def number(least: int, most: int) -> Rule:
    def rule(value: Any, at: str, check: Check) -> None:
        if not isinstance(value, int) or isinstance(value, bool):
            check.say("must provide an integer", at)
        elif value < least:
            check.say(f"must be greater than or equal to {least}", at)
        elif value > most:
            check.say(f"must be less than {most + 1}", at)

    return rule


def flag(value: Any, at: str, check: Check) -> None:
    if not isinstance(value, bool):
        check.say("must provide a boolean", at)


def one_of(*names: str) -> Rule:
    def rule(value: Any, at: str, check: Check) -> None:
        if value not in names:
            check.say(f"value must be one of: {', '.join(names)}", at)

    return rule


def array(item: Rule, most: int, least: int = 1) -> Rule:
    def rule(value: Any, at: str, check: Check) -> None:
        if not isinstance(value, list):
            check.say("must provide an array", at)
            return
        if len(value) > most:
            check.say(f"no more than {most} items allowed", at)
        if len(value) < least:
            check.say(f"no fewer than {least} items allowed", at)
        for number_, each in enumerate(value[:most]):
            item(each, f"{at}/{number_}", check)

    return rule


def shape(**fields: Rule) -> Rule:
    """An object with these keys and no others. A name ending in `_` is required."""
    required = {name[:-1] for name in fields if name.endswith("_")}
    rules = {name.removesuffix("_"): rule for name, rule in fields.items()}

    def rule(value: Any, at: str, check: Check) -> None:
        if not isinstance(value, dict):
            check.say("must provide an object", at)
            return
        for name in sorted(required - value.keys()):
            check.say(f"missing required field: {name}", at)
        for name, part in value.items():
            if name in rules:
                rules[name](part, f"{at}/{name}", check)
            else:
                check.say(f"invalid additional property: {name}", at)

    return rule


def any_of_types(table: Table, *names: str) -> Rule:
    """An object whose `type` is one of `names` (all of the table's, when none are given)."""
    allowed = names or tuple(table)

    def rule(value: Any, at: str, check: Check) -> None:
        if not isinstance(value, dict):
            check.say("must provide an object", at)
        elif "type" not in value:
            check.say("missing required field: type", at)
        elif value["type"] not in allowed:
            check.say(f"unsupported type: {value['type']}", f"{at}/type")
        else:
            table[value["type"]](value, at, check)

    return rule


def only_on(surfaces: str, rule: Rule) -> Rule:
    """A part that Slack takes on these surfaces only."""

    def guarded(value: Json, at: str, check: Check) -> None:
        if check.surface not in surfaces.split():
            check.say(f"unsupported type: {value['type']}", f"{at}/type")
        else:
            rule(value, at, check)

    return guarded


def both(*rules: Rule) -> Rule:
    def rule(value: Any, at: str, check: Check) -> None:
        for each in rules:
            each(value, at, check)

    return rule


def needs_any(*names: str) -> Rule:
    def rule(value: Json, at: str, check: Check) -> None:
        if not any(value.get(name) for name in names):
            check.say(f"missing required field: {names[0]}", at)

    return rule


def not_both(one: str, other: str) -> Rule:
    def rule(value: Json, at: str, check: Check) -> None:
        if one in value and other in value:
            check.say(f"cannot have both {one} and {other}", at)

    return rule
