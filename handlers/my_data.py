"""What is kept of one: told whole, and erased whole."""

from collections.abc import Iterator, Sequence

from bot.compose.phrases import listed
from bot.errors import Refusal
from bot.joining import forget_asker
from bot.mine import make_link, told
from bot.publish import to_member
from bot.speech import (
    Button,
    Buttons,
    ChoiceField,
    Form,
    FormErrors,
    Heading,
    Reply,
    Small,
    Text,
    TextField,
    card,
    line,
)
from handlers.identities import account_of
from handlers.words import Ask, word
from storage import chores, erasing, merging, networks, people, theirs
from storage.models import Member

PIECE = 2500  # characters of what is told in one paragraph
ONLY_HOST = " You are the only host of a network: hand it over first, or it has none."


@word("me export", example="me export", who="person")
def export(ask: Ask) -> Reply:
    """Get everything that is kept of you."""
    if ask.said.how == "mention":
        raise Refusal("Say it to me directly, where nobody else reads it.")
    account, mine = account_of(ask), ask.me
    if ask.web:
        link = make_link(ask.session, account=account, web=ask.web, now=ask.now)
        return card(
            "Here is everything that I keep of you, as a file. The link is for you alone: it is"
            " good once, and for an hour.",
            Buttons((Button("Download it", url=link),)),
            summary="What I keep of you",
        )
    said = told(ask.session, account=account, now=ask.now).decode()
    pieces = [said[at : at + PIECE] for at in range(0, len(said), PIECE)]
    to_member(
        ask.session,
        mine.member_id,
        card(
            Heading("What I keep of you"),
            *(Text((each,)) for each in pieces),
            summary="What I keep of you",
        ),
        network_id=mine.network_id,
        of=f"export {mine.member_id} {ask.now.isoformat()}",
        kind="export",
        now=ask.now,
    )
    return card("I send it to you directly, in as many messages as it takes.")


def _afterwards(ask: Ask, members: Sequence[Member]) -> Iterator[str]:
    """How they come back; not where a host has removed them, or they left, which erasing does not
    undo."""
    ids = [each.network_id for each in members if each.removed_at]
    left = [each.network_id for each in members if each.left_at and not each.removed_at]
    if len(ids) + len(left) < len(members):
        yield (
            "If you speak to me in a network’s channel again, you join it anew. Until then I keep a"
            " hash of your account, so that I don’t take you in again by myself."
        )
    if left:
        where = listed([each.name for each in networks.load(ask.session, left)])
        yield (
            f"You left {where}, and that stays so: no stray message makes you a member again. For"
            " that I keep a hash of your account, until you join again by saying “rejoin” there."
        )
    if ids:
        where = listed([each.name for each in networks.load(ask.session, ids)])
        yield (
            f"A host of {where} has removed you, and that stays so. For that I keep a hash of your"
            " account, until they bring you back. Please ask them if it is a mistake."
        )


@word("me erase", example="me erase", who="person", opens=True)
def erase(ask: Ask) -> Reply:
    """Have what is kept of you erased, everywhere or in one network."""
    accounts = merging.accounts_of(ask.session, account=account_of(ask))
    members = merging.members_of(ask.session, accounts=accounts)
    if not members and not theirs.rows_of_accounts(ask.session, accounts=accounts):
        raise Refusal("I keep nothing of you, so there is nothing to erase.")
    names = {each.id: each.name for each in networks.load(ask.session, _networks(members))}
    form = _erase_form(names, alone=any(_hosts_alone(ask, each) for each in members))
    if ask.said.values is None:
        return form
    read = form.read(ask.said.values)
    if read["sure"].strip().casefold().strip("“”\"'") != "erase":
        raise FormErrors({"sure": "Nothing was erased. Type the word erase, or close this."})
    where = {int(each) for each in read["networks"]} if len(names) > 1 else set(names)
    chosen = [each for each in members if each.network_id in where]
    for member in chosen:
        chores.put(
            ask.session,
            network_id=member.network_id,
            kind="erase",
            ref=member.id,
            due_at=ask.now,
        )
    if not members:
        for account in accounts:
            forget_asker(ask.session, account, ask.now)
        erasing.erase_accounts(ask.session, accounts=accounts)
    stays = [name for each, name in names.items() if each not in where]
    return card(
        "It is being erased now, and what was posted is corrected within minutes. Thank you for"
        " what you gave.",
        *([f"You stay in {listed(stays)}, with what you gave there."] if stays else []),
        *(Small((each,)) for each in _afterwards(ask, chosen)),
        summary="Your data is being erased",
    )


def _networks(members: Sequence[Member]) -> list[int]:
    return sorted({each.network_id for each in members})


def _hosts_alone(ask: Ask, member: Member) -> bool:
    hosts = people.hosts(ask.session, network_id=member.network_id)
    return [host.id for host in hosts] == [member.id]


def _erase_form(names: dict[int, str], *, alone: bool) -> Form:
    """Asks to be sure; and in which networks, of whoever is in several."""
    options = tuple((str(each), name) for each, name in names.items())
    where = ChoiceField(
        "networks",
        "In which networks?",
        options,
        tuple(value for value, _ in options),
        many=True,
        hint="To leave one alone, choose that one. You stay in the others.",
    )
    return Form(
        "Erase my data",
        "me erase",
        (
            *([where] if len(options) > 1 else []),
            TextField("sure", "Type “erase” to be sure", most=20),
        ),
        submit="Erase it all",
        intro=line(
            "Everything you gave is erased: check-ins, resources, problems and the offers for them,"
            " commitments, answers, and your name. What was posted is corrected. What others wrote"
            " stays, also where they speak of you, and so does what you decided as a host. It"
            " can’t be undone; backups are kept as long as whoever runs me says.",
            ONLY_HOST if alone else "",
        ),
    )
