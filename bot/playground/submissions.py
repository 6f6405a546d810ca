"""Submitting and closing modals, and what an app may answer to a submission."""

import copy
from typing import TYPE_CHECKING

from bot.playground import modals, payloads
from bot.playground.blocks import checked_view
from bot.playground.elements import faults_in
from bot.playground.interactions import TROUBLE, Result
from bot.playground.shapes import Installation, Json, Opened, Person, Refused

if TYPE_CHECKING:
    from bot.playground.world import World


async def submit(world: "World", person: Person, view_id: str, values: Json) -> Result:
    """Send what is typed; the app's answer closes, marks, updates or stacks the modal."""
    opened = _mine(world, person, view_id)
    state = opened.view["state"]["values"]
    for block_id, entries in values.items():
        state.setdefault(block_id, {}).update(copy.deepcopy(entries))
    faults = faults_in(opened.view)
    if faults:
        return Result(errors=faults)
    app = world.apps[opened.app_id]
    found = _installation(world, opened)
    payload = _payload(world, person, opened) | {
        "type": "view_submission",
        "trigger_id": modals.new_trigger(world, found, person.id, person.team, view_id),
        "response_urls": [],
    }
    outcome = await world.deliveries.ask(app, "interactive", payload)
    if not outcome.ok:
        return Result(failure=TROUBLE)
    try:
        return _answered(world, found, opened, outcome.payload or {})
    except Refused:
        return Result(failure=TROUBLE)


async def close(world: "World", person: Person, view_id: str, *, everything: bool = False) -> None:
    """The person's ✕ or Cancel; the app hears of it when the view asked for that."""
    opened = _mine(world, person, view_id)
    clear = everything or opened.view["clear_on_close"]
    modals.pop(world, opened, clear=clear)
    if opened.view["notify_on_close"]:
        payload = _payload(world, person, opened)
        payload |= {"type": "view_closed", "is_cleared": clear}
        await world.deliveries.ask(world.apps[opened.app_id], "interactive", payload)


def _mine(world: "World", person: Person, view_id: str) -> Opened:
    opened = world.views.get(view_id)
    if opened is None or opened.user != person.id or view_id not in world.stacks[person.id]:
        raise Refused("not_found")
    return opened


def _installation(world: "World", opened: Opened) -> Installation:
    app = world.apps[opened.app_id]
    found = world.installation(app, opened.view["app_installed_team_id"])
    if found is None:
        raise Refused("not_found")
    return found


def _payload(world: "World", person: Person, opened: Opened) -> Json:
    app = world.apps[opened.app_id]
    return payloads.basic(world, person, app) | {"view": copy.deepcopy(opened.view)}


def _answered(world: "World", found: Installation, opened: Opened, answer: Json) -> Result:
    """Refused when the answer is not one Slack takes."""
    kind = answer.get("response_action", "")
    if kind == "errors":
        return Result(errors=_errors(opened, answer.get("errors")))
    if kind == "update":
        modals.replace(world, opened, checked_view(answer.get("view"), "modal"))
    elif kind == "push":
        modal = checked_view(answer.get("view"), "modal")
        modals.push_on(world, found, opened.user, opened.team, modal)
    elif kind in {"", "clear"}:
        modals.pop(world, opened, clear=kind == "clear")
    else:
        raise Refused("invalid_arguments")
    return Result(response=kind or "close")


def _errors(opened: Opened, errors: object) -> dict[str, str]:
    inputs = {each["block_id"] for each in opened.view["blocks"] if each["type"] == "input"}
    if not isinstance(errors, dict) or not errors or not errors.keys() <= inputs:
        raise Refused("invalid_arguments")
    if not all(isinstance(text, str) and text for text in errors.values()):
        raise Refused("invalid_arguments")
    return errors
