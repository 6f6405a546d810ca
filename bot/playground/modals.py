"""Views: modals in a person's stack, and each app's Home."""

import secrets
from typing import TYPE_CHECKING, Any

from bot.playground.blocks import checked_view
from bot.playground.elements import initial_state
from bot.playground.shapes import Installation, Json, Opened, Refused, Trigger

if TYPE_CHECKING:
    from bot.playground.world import World

MOST_STACKED = 3
TRIGGER_SECONDS = 3.0
FORGOTTEN_SECONDS = 60.0
"""Until then an old trigger is "expired", after that "invalid"."""


def new_trigger(
    world: "World", found: Installation, user: str, team: str, view_id: str = ""
) -> str:
    """A trigger_id for what the person just did."""
    now = world.watch()
    while world.triggers and now - next(iter(world.triggers.values())).at > FORGOTTEN_SECONDS:
        del world.triggers[next(iter(world.triggers))]
    trigger_id = f"{secrets.randbelow(10**13)}.{secrets.randbelow(10**10)}.{secrets.token_hex(16)}"
    world.triggers[trigger_id] = Trigger(found.app_id, user, team, now, view_id)
    return trigger_id


def use_trigger(world: "World", found: Installation, trigger_id: object) -> Trigger:
    """Refused: invalid_trigger_id, exchanged_trigger_id, expired_trigger_id."""
    trigger = world.triggers.get(str(trigger_id))
    if trigger is None or trigger.app_id != found.app_id:
        raise Refused("invalid_trigger_id")
    if trigger.used:
        raise Refused("exchanged_trigger_id")
    if world.watch() - trigger.at > TRIGGER_SECONDS:
        raise Refused("expired_trigger_id")
    trigger.used = True
    return trigger


def open_view(world: "World", found: Installation, trigger_id: object, view: Any) -> Json:
    """views.open: a new modal on top of what the person has open."""
    modal = checked_view(view, "modal")
    _check_external_id(world, modal, "")
    trigger = use_trigger(world, found, trigger_id)
    return _stack(world, found, trigger, modal)


def push_view(world: "World", found: Installation, trigger_id: object, view: Any) -> Json:
    """views.push: only from inside a modal. Refused: push_limit_reached, not_found."""
    modal = checked_view(view, "modal")
    _check_external_id(world, modal, "")
    trigger = use_trigger(world, found, trigger_id)
    if not world.stacks[trigger.user]:
        raise Refused("not_found")
    return push_on(world, found, trigger.user, trigger.team, modal)


def push_on(world: "World", found: Installation, user: str, team: str, modal: Json) -> Json:
    if len(world.stacks[user]) >= MOST_STACKED:
        raise Refused("push_limit_reached")
    return _stack(world, found, Trigger(found.app_id, user, team, world.watch()), modal)


def update_view(
    world: "World", found: Installation, view: Any, *, view_id: str, external_id: str, hash_: str
) -> Json:
    """views.update. Refused: not_found, hash_conflict."""
    modal = checked_view(view, "modal", "home")
    opened = _find(world, found, view_id, external_id)
    if opened is None:
        raise Refused("not_found")
    if hash_ and hash_ != opened.view["hash"]:
        raise Refused("hash_conflict")
    if modal["type"] != opened.view["type"]:
        raise Refused("invalid_arguments")
    _check_external_id(world, modal, opened.view["id"])
    return replace(world, opened, modal)


def replace(world: "World", opened: Opened, modal: Json) -> Json:
    """Put `modal` where `opened` is, keeping what is typed where the ids are the same."""
    before = opened.view
    opened.view = before | {
        "title": modal.get("title"),
        "submit": modal.get("submit"),
        "close": modal.get("close"),
        "blocks": modal["blocks"],
        "private_metadata": modal.get("private_metadata", ""),
        "callback_id": modal.get("callback_id", ""),
        "external_id": modal.get("external_id", ""),
        "clear_on_close": modal.get("clear_on_close", False),
        "notify_on_close": modal.get("notify_on_close", False),
        "state": {"values": initial_state(modal["blocks"], before["state"]["values"])},
        "hash": _hash(world),
    }
    if opened.view["type"] == "home":
        _publish(world, opened.app_id, opened.user, opened.view)
    else:
        show(world, opened)
    return opened.view


def publish_home(world: "World", found: Installation, user: object, view: Any, hash_: str) -> Json:
    """views.publish. Refused: user_not_found, hash_conflict, not_enabled."""
    person = world.people.get(str(user))
    if person is None or person.bot:
        raise Refused("user_not_found")
    if not world.apps[found.app_id].home_tab:
        raise Refused("not_enabled")
    home = checked_view(view, "home")
    before = world.homes.get((found.app_id, person.id))
    if hash_ and before and hash_ != before["hash"]:
        raise Refused("hash_conflict")
    made = _made(world, found, person.team, home, before["id"] if before else world.mint("V"))
    world.views[made["id"]] = Opened(made, found.app_id, person.team, person.id)
    _publish(world, found.app_id, person.id, made)
    return made


def pop(world: "World", opened: Opened, *, clear: bool) -> None:
    """Take the view (or the whole stack) off the person's screen."""
    stack = world.stacks[opened.user]
    gone = list(stack) if clear else [opened.view["id"]]
    for view_id in gone:
        if view_id in stack:
            stack.remove(view_id)
        world.views.pop(view_id, None)
    frame = {"type": "view_closed", "view_id": opened.view["id"], "all": clear}
    world.feeds.show(opened.user, frame)
    world.changed()


def show(world: "World", opened: Opened) -> None:
    frame = {"type": "view", "view": as_shown(world, opened)}
    world.feeds.show(opened.user, frame)
    world.changed()


def as_shown(world: "World", opened: Opened) -> Json:
    """The page's View: Slack's, with its place in the stack and its app."""
    stack = world.stacks[opened.user]
    app = world.apps[opened.app_id]
    found = world.installation(app, opened.view["app_installed_team_id"])
    shown = {"name": app.name, "user_id": found.bot_user_id if found else ""}
    place = stack.index(opened.view["id"]) if opened.view["id"] in stack else 0
    return opened.view | {"stack": place, "app": shown}


def _stack(world: "World", found: Installation, trigger: Trigger, modal: Json) -> Json:
    view = _made(world, found, trigger.team, modal, world.mint("V"))
    stack = world.stacks[trigger.user]
    if stack:
        view["previous_view_id"], view["root_view_id"] = stack[-1], stack[0]
    stack.append(view["id"])
    opened = Opened(view, found.app_id, trigger.team, trigger.user)
    world.views[view["id"]] = opened
    show(world, opened)
    return view


def _made(world: "World", found: Installation, team: str, view: Json, view_id: str) -> Json:
    return {
        "id": view_id,
        "team_id": team,
        "type": view["type"],
        "blocks": view["blocks"],
        "private_metadata": view.get("private_metadata", ""),
        "callback_id": view.get("callback_id", ""),
        "state": {"values": initial_state(view["blocks"])},
        "hash": _hash(world),
        "title": view.get("title", {"type": "plain_text", "text": "View Title", "emoji": True}),
        "clear_on_close": view.get("clear_on_close", False),
        "notify_on_close": view.get("notify_on_close", False),
        "close": view.get("close"),
        "submit": view.get("submit"),
        "previous_view_id": None,
        "root_view_id": view_id,
        "app_id": found.app_id,
        "external_id": view.get("external_id", ""),
        "app_installed_team_id": found.team,
        "bot_id": found.bot_id,
    }


def _hash(world: "World") -> str:
    return f"{int(world.clock.now().timestamp())}.{secrets.token_hex(4)}"


def _find(world: "World", found: Installation, view_id: str, external_id: str) -> Opened | None:
    for opened in world.views.values():
        if opened.app_id == found.app_id and (
            opened.view["id"] == view_id
            or (external_id and opened.view["external_id"] == external_id)
        ):
            return opened
    return None


def _check_external_id(world: "World", modal: Json, own: str) -> None:
    wanted = modal.get("external_id")
    for opened in world.views.values() if wanted else ():
        if opened.view["external_id"] == wanted and opened.view["id"] != own:
            raise Refused("duplicate_external_id")


def _publish(world: "World", app_id: str, user: str, view: Json) -> None:
    world.homes[app_id, user] = view
    world.keep("home", f"{app_id} {user}", view)
    opened = Opened(view, app_id, view["team_id"], user)
    world.feeds.show(user, {"type": "home", "view": as_shown(world, opened)})
    world.changed()
