"""The organisations of a network: adding, renaming, and making two that are the same one."""

from bot.compose.phrases import count, quoted
from bot.errors import Refusal
from bot.speech import (
    Button,
    Buttons,
    Element,
    Form,
    FormErrors,
    Heading,
    Reply,
    Say,
    Strong,
    Text,
    TextField,
    card,
    line,
)
from handlers.network_people import compose_again, one_organisation, page_of
from handlers.noting import note
from handlers.words import Ask, number, word
from storage import organisations
from storage.models import Organisation

SHOWN = 8
LONGEST = 120
MOST = 500


@word("network organisations", example="network organisations", who="host", reads=True)
def show(ask: Ask) -> Reply:
    """See the organisations and how many people each has; rename and merge them."""
    words, first = page_of(ask.rest)
    every = organisations.counted(ask.session, network_id=ask.me.network_id)
    found = [each for each in every if words.casefold() in each.name.casefold()]
    shown: list[Element | str] = [Heading(f"{ask.me.network}’s organisations")]
    if words:
        shown.append(f"{count(len(found), 'is', 'are')} found for {quoted(words, 80)}.")
    for each in found[first : first + SHOWN]:
        many = count(each.people, "person", "people")
        shown.append(Text(line(Strong(each.name), f" – {many}")))
        shown.append(
            Buttons(
                (
                    Button("Rename", f"organisation rename {each.id}"),
                    Button("Merge into another", f"organisation merge {each.id}"),
                )
            )
        )
    if not every:
        shown.append("None yet. People choose theirs when they first check in.")
    buttons = [Button("Add", "organisation add", "main")]
    rest = len(found) - first - SHOWN
    if rest > 0:
        more = f"network organisations {words} from {first + SHOWN}".replace("  ", " ")
        buttons.insert(0, Button(f"Show {rest} more", more))
    shown.append(Buttons(tuple(buttons)))
    return card(*shown, summary="The network’s organisations")


@word("organisation add", who="host", opens=True)
def add(ask: Ask) -> Reply:
    """Add organisations, one a line."""
    form = Form(
        "Add organisations",
        "organisation add",
        (TextField("names", "Their names, one a line", long=True),),
        submit="Add",
    )
    if ask.said.values is None:
        return form
    typed = form.read(ask.said.values)["names"]
    names = [name for raw in typed.split("\n") if (name := " ".join(raw.strip(" -•\t").split()))]
    if any(len(name) > LONGEST for name in names):
        raise FormErrors({"names": f"Please keep each name under {LONGEST} characters."})
    known = organisations.counted(ask.session, network_id=ask.me.network_id)
    there = {each.name.casefold() for each in known}
    new = list({each.casefold(): each for each in names if each.casefold() not in there}.values())
    if len(known) + len(new) > MOST:
        raise FormErrors({"names": f"At most {MOST} organisations fit into a network."})
    for name in new:
        organisations.add(ask.session, network_id=ask.me.network_id, name=name)
    if not new:
        return card("All of these are there already; nothing was changed.")
    for name in new[:20]:
        note(ask, "network", f"added the organisation {name}")
    if len(new) > 20:
        note(ask, "network", f"added {len(new) - 20} more organisations")
    already = len(names) - len(new)
    also = f" {already} of the lines were there already." if already else ""
    return card(f"Added {count(len(new), 'organisation')}.{also}")


@word("organisation rename", who="host", opens=True)
def rename(ask: Ask) -> Reply:
    """Give an organisation another name."""
    known = _organisation(ask)
    form = Form(
        "Rename it",
        f"organisation rename {known.id}",
        (TextField("name", "Its name", known.name, most=LONGEST),),
    )
    if ask.said.values is None:
        return form
    name = " ".join(form.read(ask.said.values)["name"].split())
    if name == known.name:
        return card("It has that name already; nothing was changed.")
    other = organisations.named(ask.session, network_id=ask.me.network_id, name=name)
    if other and other.id != known.id:
        raise FormErrors(
            {"name": f"There is one called {other.name} already. Merge this one into it instead."}
        )
    note(ask, "network", f"renamed the organisation {known.name} to {name}", known.id)
    organisations.rename(ask.session, organisation=known, name=name, now=ask.now)
    compose_again(ask)
    return card(
        f"It is called {name} now, in what is posted from now on. What is found says so in a"
        " few minutes."
    )


@word("organisation merge", who="host", opens=True)
def merge(ask: Ask) -> Reply:
    """Make two organisations that are the same one."""
    gone = _organisation(ask)
    form = Form(
        "Merge it into another",
        f"organisation merge {gone.id}",
        (
            TextField(
                "into",
                "Into which organisation?",
                most=LONGEST,
                hint="Its name. It stays; the other one goes.",
            ),
        ),
        submit="Merge",
        intro=(f"All people and problems of {gone.name} go to the one that you name.",),
    )
    if ask.said.values is None:
        return form
    into = one_organisation(ask, "into", form.read(ask.said.values)["into"])
    if into.id == gone.id:
        raise FormErrors({"into": "That is the same one. Please name the one that stays."})
    kept = organisations.get(ask.session, network_id=ask.me.network_id, organisation_id=into.id)
    assert kept
    name, stays = gone.name, kept.name
    moved = organisations.merge(ask.session, kept=kept, gone=gone, now=ask.now)
    note(ask, "network", f"merged the organisation {name} into {stays}", into.id)
    compose_again(ask)
    return card(f"{name} is {stays} now. {count(moved, 'person', 'people')} moved.")


def _organisation(ask: Ask) -> Organisation:
    found = organisations.get(
        ask.session, network_id=ask.me.network_id, organisation_id=number(ask.rest)
    )
    if found is None:
        raise Refusal(
            f"That is none of {ask.me.network}’s organisations. ",
            Say("network organisations"),
            " shows them.",
        )
    return found
