"""A network ends: everything stops, and its past stays to be read."""

from bot import plan
from bot.errors import Refusal
from bot.publish import to_channels
from bot.speech import Form, FormErrors, Heading, Reply, Say, Small, Text, TextField, card
from handlers.noting import note
from handlers.words import Ask, word
from storage import networks, series


@word("network end", example="network end", who="host", opens=True)
def end(ask: Ask) -> Reply:
    """End your network for good: nothing more is posted; what was shared can still be found."""
    network = networks.get(ask.session, network_id=ask.me.network_id)
    if network.ended_at:
        raise Refusal(f"{network.name} has ended already.")
    form = Form(
        "End the network",
        "network end",
        (TextField("sure", f"Type its name, {network.name}, to be sure", most=200),),
        submit="End it",
        intro=(
            "Its calls, prompts and reminders stop, and its channels are told. What was shared can"
            " still be found and exported. It can’t be undone.",
        ),
    )
    if ask.said.values is None:
        return form
    typed = " ".join(form.read(ask.said.values)["sure"].split()).casefold()
    if typed != " ".join(network.name.split()).casefold():
        raise FormErrors({"sure": f"Nothing was ended. Type {network.name}, or close this."})
    where = list(networks.meeting_channels(ask.session, network_id=network.id))
    for each in series.of_network(ask.session, network_id=network.id):
        plan.end(ask.session, each, ask.now)
    networks.end(ask.session, network=network, now=ask.now)
    to_channels(
        ask.session,
        where,
        card(
            Heading(f"{network.name} has ended"),
            Text(("Thank you, everyone. No call is planned any more, and nobody is reminded.",)),
            Small(("What was shared can still be found with ", Say("find"))),
            summary=f"{network.name} has ended",
        ),
        of=f"network {network.id} ended",
        kind="notice",
        now=ask.now,
    )
    note(ask, "network", f"ended {network.name}", network.id)
    return card(f"{network.name} has ended, and its channels are told. Thank you for hosting it.")
