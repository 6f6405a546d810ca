"""views.*: opening, pushing, updating, and publishing a Home."""

from bot.playground import modals
from bot.playground.asking import Ask, Method
from bot.playground.shapes import Json


def open_(ask: Ask) -> Json:
    view = ask.json("view", "invalid_arguments")
    return {"view": modals.open_view(ask.world, ask.installation, ask.text("trigger_id"), view)}


def push(ask: Ask) -> Json:
    view = ask.json("view", "invalid_arguments")
    return {"view": modals.push_view(ask.world, ask.installation, ask.text("trigger_id"), view)}


def update(ask: Ask) -> Json:
    view = modals.update_view(
        ask.world,
        ask.installation,
        ask.json("view", "invalid_arguments"),
        view_id=ask.maybe("view_id"),
        external_id=ask.maybe("external_id"),
        hash_=ask.maybe("hash"),
    )
    return {"view": view}


def publish(ask: Ask) -> Json:
    user = ask.text("user_id")
    view = ask.json("view", "invalid_arguments")
    found = modals.publish_home(ask.world, ask.installation, user, view, ask.maybe("hash"))
    return {"view": found}


METHODS = {
    "views.open": Method(open_, tier=4),
    "views.push": Method(push, tier=4),
    "views.update": Method(update, tier=4),
    "views.publish": Method(publish, tier=4),
}
