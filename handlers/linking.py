"""Making two accounts one member: whoever says a code sees whose it is and confirms."""

from dataclasses import dataclass, replace

from bot.compose.phrases import listed, quoted
from bot.errors import Refusal
from bot.speech import (
    Button,
    Buttons,
    Card,
    Element,
    Say,
    Small,
    Strong,
    Text,
    card,
    encode_card,
    line,
)
from handlers.posting import follow
from handlers.problems import name_again
from handlers.standings import standings
from handlers.words import Ask
from storage import audit, codes, merging, networks, outbox, turns
from storage.codes import Account
from storage.merging import Stays
from storage.models import Code, Member, Workspace

AGAIN = (" Say ", Say("me link"), " there for a new one.")


@dataclass(frozen=True)
class Both:
    """The account that made a code and the one that says it, with the names that people know them
    by, and the networks that only one of them hosts."""

    maker: Account
    account: Account
    theirs: str
    own: str
    they_host: list[str]
    i_host: list[str]


def question(ask: Ask, found: Code, code: str, account: Account) -> Card:
    """Whose the account is that made the code, what follows, and a button to confirm it: nothing
    is joined yet."""
    maker = Account(found.workspace_id, found.external)
    _refuse_at_sight(ask, found, maker, account)
    both = _both(ask, maker, account)
    shown: list[Element | str] = [
        Text(
            line(
                "This makes two accounts one member: ",
                Strong(both.theirs),
                ", who made this code, and ",
                Strong(both.own),
                ", from which you speak. Each then has the other’s part in every network, reads"
                " what the other reads, and speaks in the same name.",
            )
        ),
        *(Text((each,)) for each in _of_hosts(both)),
        Small(
            (
                "Only where both are you! If somebody else gave you this code, leave it: they would"
                " read and write as you.",
            )
        ),
        Buttons(
            (
                Button("Both are me: link them", f"me link yes {code}", "main"),
                Button("No, leave it", f"me link no {code}"),
            )
        ),
    ]
    return card(*shown, summary="Are both accounts yours?")


def _of_hosts(both: Both) -> list[str]:
    """What becomes of the role of a host."""
    said = []
    if both.i_host:
        where = listed(both.i_host)
        said.append(f"You host {where}: {both.theirs} would host it as you do.")
    if both.they_host:
        where = listed(both.they_host)
        said.append(f"{both.theirs} hosts {where}: you would host it as they do.")
    return said


def join(ask: Ask, found: Code, account: Account) -> Card:
    """Make two accounts one member, and tell both. What may have changed while others had their
    turn is looked at only afterwards."""
    maker, hashed = Account(found.workspace_id, found.external), found.hash
    _refuse_at_sight(ask, found, maker, account)
    take_turns(ask, [maker, account])
    both = _both(ask, maker, account)
    if not codes.use(ask.session, hash=hashed, now=ask.now):
        raise Refusal("That code was used just now, and each is good once.", *AGAIN)
    stay = merging.link(ask.session, maker=maker, user=account, now=ask.now)
    codes.forgive(ask.session, account=account)
    _name_again(ask, stay)
    _tell_maker(ask, hashed, both)
    for member, _ in stay:
        note(ask, member, f"linked the accounts {both.theirs} and {both.own}")
    return _done(ask, both.theirs, [each.member for each in stay])


def note(ask: Ask, member: Member, words: str) -> None:
    """Keep for a network's hosts who is one with whom, or is no more."""
    audit.note(
        ask.session,
        network_id=member.network_id,
        by=member.id,
        what="role",
        words=words,
        now=ask.now,
        ref=member.id,
    )


def _both(ask: Ask, maker: Account, account: Account) -> Both:
    """Whose the two are. Raises Refusal where they can't be made one."""
    theirs, own = _names(ask, maker, account)
    if merging.are_one(ask.session, one=maker, other=account):
        raise Refusal("These two accounts are one member already; nothing was changed.")
    if merging.were_removed(ask.session, accounts=[maker, account]):
        raise Refusal(
            "A host has removed one of these accounts from a network, so they can’t be made one."
            " Please ask the host; nothing was changed."
        )
    they, i = (merging.hosted(ask.session, account=each) for each in (maker, account))
    return Both(
        maker,
        account,
        f"{quoted(theirs, 80)} in {called(ask, maker)}",
        f"{quoted(own, 80)} in {called(ask, account)}",
        [name for network_id, name in they.items() if network_id not in i],
        [name for network_id, name in i.items() if network_id not in they],
    )


def _refuse_at_sight(ask: Ask, found: Code, maker: Account, account: Account) -> None:
    if maker == account:
        raise Refusal(
            "That is your own code, made right here: say it in your other workspace. Nothing was"
            " changed."
        )
    if found.used_at:
        raise Refusal("That code was used already, and each is good once.", *AGAIN)
    if found.good_until <= ask.now:
        raise Refusal("That code is too old: each is good for 15 minutes.", *AGAIN)
    if maker.workspace_id == account.workspace_id:
        raise Refusal(
            "That code was made in this same workspace. It joins accounts of different workspaces:"
            " say it in the other one. Nothing was changed."
        )


def _names(ask: Ask, maker: Account, account: Account) -> tuple[str, str]:
    """What the maker of the code and whoever says it are called. Raises Refusal when either is
    active no more."""
    makers = merging.members_of(ask.session, accounts=[maker])
    if not makers or not merging.is_active(ask.session, account=maker):
        raise Refusal("The account that made this code is active no more. Nothing was changed.")
    own = merging.members_of(ask.session, accounts=[account])
    if not merging.is_active(ask.session, account=account):
        raise Refusal("Your account was deactivated here, so nothing was changed.")
    return makers[0].name, own[0].name if own else ask.said.who.name


def take_turns(ask: Ask, accounts: list[Account]) -> None:
    """Be the only one who changes any network of these accounts.

    The lower ids come first, for everyone who takes several. Only the network one speaks in was
    taken before that; two people who cross so are a deadlock, which the database sees, and one of
    them is answered from the start.
    """
    taken = {ask.standing.network_id} if ask.standing else set()
    while more := merging.networks_of(ask.session, accounts=accounts) - taken:
        for network_id in sorted(more):
            turns.take(ask.session, network_id=network_id)
        taken |= more
        ask.session.expire_all()  # what was read before may have changed meanwhile


def _name_again(ask: Ask, stay: list[Stays]) -> None:
    """Let what was posted in a name that is no more say the one that is kept."""
    known = {each.network_id: each for each in standings(ask)}
    for member, said in stay:
        there = replace(ask, standing=known[member.network_id])
        for problem_id in sorted(said.problems):
            name_again(there, problem_id)
        for kind, refs in (("resource", said.resources), ("checkin", said.checkins)):
            for ref in sorted(refs):
                follow(there, kind, ref)


def _tell_maker(ask: Ask, hashed: str, both: Both) -> None:
    _tell(
        ask,
        both.maker,
        card(
            Text(line(f"The account {both.own} and you are one member now.")),
            Text(("It has your part in every network, and you have its.",)),
            *(Text((f"You host {each}: so does that account now.",)) for each in both.they_host),
            *(Text((f"That account hosts {each}: so do you now.",)) for each in both.i_host),
            Text(line("Not you? Say ", Say("me unlink"), ", and tell your network’s host.")),
            summary="Another account is linked to yours",
        ),
        of=f"code {hashed}",
    )


def tell_parted(ask: Ask, others: set[Account]) -> None:
    """Tell those who are still in a network; nobody else can be written to."""
    for each in sorted(others):
        _tell(
            ask,
            each,
            card("Another account was one member with yours. Just now it was unlinked again."),
            of=f"unlinked {ask.said.delivery}",
        )


def _tell(ask: Ask, account: Account, shown: Card, *, of: str) -> None:
    """Write to this very account, which need not be the first of its member's."""
    space = ask.session.get_one(Workspace, account.workspace_id)
    members = merging.members_of(ask.session, accounts=[account])
    if not members:
        return
    outbox.put(
        ask.session,
        key=outbox.key_of(
            of=of, platform=space.platform, workspace=space.external, channel=account.external
        ),
        network_id=members[0].network_id,
        kind="notice",
        platform=space.platform,
        workspace=space.external,
        channel=account.external,
        card=encode_card(shown),
        now=ask.now,
        member_id=members[0].id,
    )


def _done(ask: Ask, other: str, merged: list[Member]) -> Card:
    known = networks.load(ask.session, [each.network_id for each in merged])
    where = listed([each.name for each in known])
    return card(
        f"Done: this account and {other} are one member now, in {where}.",
        "What you shared, asked and answered from either is together.",
        Small(line("Not your account? Say ", Say("me unlink"), ", and tell your network’s host.")),
        summary="Your accounts are linked",
    )


def called(ask: Ask, account: Account) -> str:
    """An account's workspace by its name and its platform."""
    space = ask.session.get_one(Workspace, account.workspace_id)
    platform = space.platform.capitalize()
    return f"{space.name} ({platform})" if space.name else f"another workspace on {platform}"
