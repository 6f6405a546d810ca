"""What a person does to an app: commands, buttons, shortcuts, the Home tab.

Each sends the payload Slack sends, waits for the ack, and says what the person sees of it.
Forms are in `submissions`.
"""

import copy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.playground import events, messages, modals, payloads, response_urls, typed
from bot.playground.apps import App
from bot.playground.blocks import checked_options
from bot.playground.elements import VALUE_KEY
from bot.playground.membership import direct, may_see
from bot.playground.shapes import Channel, Installation, Json, Opened, Person, Refused
from bot.playground.touching import find_element, seen_message, touch

if TYPE_CHECKING:
    from bot.playground.world import World

TROUBLE = "We had some trouble connecting. Try again?"
NO_COMMAND = (
    '`{}` is not a valid command. In Slack, all messages that start with the "/" character are'
    " interpreted as commands. If you are trying to send a message and not run a command, try"
    ' preceding the "/" with an empty space.'
)


@dataclass
class Result:
    """What came of it: Slack's own `failure` text, or errors beside fields, or an answer."""

    failure: str = ""
    errors: dict[str, str] = field(default_factory=dict)
    response: str = ""


async def command(world: "World", person: Person, channel: Channel, name: str, text: str) -> Result:
    """A slash command. What the app answers in its ack is shown to the person."""
    _must_see(world, channel, person)
    known = [
        (app, found, each)
        for app, found in world.installed(person.team)
        for each in app.commands
        if each["command"] == name
    ]
    if not known:
        return _slackbot(world, channel, person, NO_COMMAND.format(name))
    app, found, described = known[-1]
    payload = payloads.command(world, person, channel, app, found) | {
        "command": name,
        "text": typed.command_text(
            world,
            channel,
            person.team,
            text.strip(),
            should_escape=bool(described.get("should_escape")),
        ),
    }
    outcome = await world.deliveries.ask(app, "slash_commands", payload)
    failure = outcome.failure
    if outcome.payload and not failure:
        try:
            response_urls.answer_command(world, found, channel, person, outcome.payload)
        except Refused:
            failure = "invalid_command_response"
    if failure:
        return _slackbot(world, channel, person, f'{name} failed with the error "{failure}"')
    return Result()


async def action(
    world: "World",
    person: Person,
    container: Json,
    *,
    block_id: str,
    action_id: str,
    chosen: Json,
    state: Json | None = None,
) -> Result:
    """A press or a pick. `chosen` is the part that depends on the element's type."""
    touched = touch(world, person, container)
    element = find_element(touched.blocks, block_id, action_id)
    done = {
        "action_id": action_id,
        "block_id": block_id,
        "type": element["type"],
        "action_ts": world.next_ts(),
        **_done(element, chosen),
    }
    if touched.opened:
        _remember(touched.opened, block_id, action_id, element, chosen, state)
    payload = (
        payloads.basic(world, person, touched.app)
        | {"type": "block_actions", "container": touched.container, "actions": [done]}
        | payloads.trigger(world, person, touched)
        | payloads.where(world, person, touched)
    )
    if state and touched.message:
        payload["state"] = state
    outcome = await world.deliveries.ask(touched.app, "interactive", payload)
    return Result(failure="" if outcome.ok else TROUBLE)


async def suggest(
    world: "World", person: Person, container: Json, *, block_id: str, action_id: str, value: str
) -> list[Json]:
    """The options of an external select for what is typed so far. Refused: no_options."""
    touched = touch(world, person, container)
    find_element(touched.blocks, block_id, action_id)
    payload = (
        payloads.basic(world, person, touched.app)
        | {"type": "block_suggestion", "container": touched.container, "value": value}
        | {"action_id": action_id, "block_id": block_id}
        | payloads.where(world, person, touched)
    )
    payload.pop("response_url", None)
    outcome = await world.deliveries.ask(touched.app, "interactive", payload)
    if not outcome.ok or outcome.payload is None:
        raise Refused("no_options")
    return checked_options(outcome.payload)


async def message_shortcut(
    world: "World", person: Person, callback_id: str, channel: Channel, ts: str
) -> Result:
    _must_see(world, channel, person)
    app, found = _with_shortcut(world, person, callback_id, "message")
    message = seen_message(world, person, channel.id, ts)
    payload = payloads.basic(world, person, app) | {
        "type": "message_action",
        "callback_id": callback_id,
        "action_ts": world.next_ts(),
        "trigger_id": modals.new_trigger(world, found, person.id, person.team),
        "channel": {"id": channel.id, "name": payloads.channel_name(channel, person)},
        "message_ts": ts,
        "message": copy.deepcopy(message),
        "response_url": response_urls.new(world, "app", found, channel.id, person.id),
    }
    outcome = await world.deliveries.ask(app, "interactive", payload)
    return Result(failure="" if outcome.ok else TROUBLE)


async def global_shortcut(world: "World", person: Person, callback_id: str) -> Result:
    app, found = _with_shortcut(world, person, callback_id, "global")
    payload = payloads.basic(world, person, app) | {
        "type": "shortcut",
        "callback_id": callback_id,
        "action_ts": world.next_ts(),
        "trigger_id": modals.new_trigger(world, found, person.id, person.team),
    }
    outcome = await world.deliveries.ask(app, "interactive", payload)
    return Result(failure="" if outcome.ok else TROUBLE)


def opens_home(world: "World", person: Person, app: App, tab: str = "home") -> events.Told:
    """`app_home_opened`, with the view when one is published."""
    found = world.installation(app, person.team)
    if found is None or found.revoked:
        raise Refused("not_found")
    event: Json = {
        "type": "app_home_opened",
        "user": person.id,
        "channel": direct(world, person.id, found.bot_user_id).id,
        "tab": tab,
        "event_ts": world.next_ts(),
    }
    view = world.homes.get((app.id, person.id))
    if view and tab == "home":
        event["view"] = copy.deepcopy(view)
        opened = Opened(view, app.id, person.team, person.id)
        world.feeds.show(person.id, {"type": "home", "view": modals.as_shown(world, opened)})
    return events.app_event(world, app, found, event)


def _done(element: Json, chosen: Json) -> Json:
    """A button's own value counts, whatever the page says; of a pick, what was picked."""
    if element["type"] == "button":
        own = {"text": element["text"]}
        return own | {key: element[key] for key in ("value", "url") if key in element}
    key = VALUE_KEY.get(element["type"], "selected_option")
    return {key: chosen.get(key)}


def _remember(
    opened: Opened, block_id: str, action_id: str, element: Json, chosen: Json, state: Json | None
) -> None:
    """What is on the screen now: the page's `state`, with what was just picked."""
    if state:
        opened.view["state"] = copy.deepcopy(state)
    if element["type"] in VALUE_KEY:
        entry = {"type": element["type"], **_done(element, chosen)}
        opened.view["state"]["values"].setdefault(block_id, {})[action_id] = entry


def _with_shortcut(
    world: "World", person: Person, callback_id: str, kind: str
) -> tuple[App, Installation]:
    for app, found in world.installed(person.team):
        for each in app.shortcuts:
            if (each["callback_id"], each["type"]) == (callback_id, kind):
                return app, found
    raise Refused("not_found")


def _slackbot(world: "World", channel: Channel, person: Person, text: str) -> Result:
    messages.whisper(world, channel.id, person.id, user="USLACKBOT", text=text, team=person.team)
    return Result(failure=text)


def _must_see(world: "World", channel: Channel, person: Person) -> None:
    if person.deactivated:
        raise Refused("account_inactive")
    if not may_see(world, channel, person.id):
        raise Refused("channel_not_found")
