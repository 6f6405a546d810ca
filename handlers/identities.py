"""One person, several accounts: a one-time code makes them one member."""

from dataclasses import replace

from bot.compose.phrases import listed, quoted
from bot.errors import Refusal
from bot.speech import Card, Reply, Say, Small, Strong, Text, When, card, encode_card, line
from handlers.posting import follow
from handlers.problems import name_again
from handlers.words import Ask, word
from storage import codes, merging, networks, outbox, people, turns
from storage.codes import Account
from storage.merging import Stays
from storage.models import Code, Member, Workspace

AGAIN = (" Say ", Say("me link"), " there for a new one.")


@word("me link", hint="<code>", example="me link", who="person")
def link(ask: Ask) -> Reply:
    """Be one member in two workspaces: get a code here, say it there."""
    if not ask.rest.strip():
        return _make(ask)
    try:
        return _use(ask)
    except Refusal as no:
        if not _aloud(ask):
            raise
        return _spoilt(ask, no)


@word("me unlink", example="me unlink", who="person")
def unlink(ask: Ask) -> Reply:
    """Part two accounts that a code made one member."""
    account = account_of(ask)
    _take_turns(ask, [account])
    everyone = merging.accounts_of(ask.session, account=account)
    if not merging.part(ask.session, account=account):
        raise Refusal("This account is linked to no other, so nothing was changed.")
    _tell_parted(ask, everyone - {account})
    stays = "the account that made the code keeps what was shared, asked and answered"
    return card(
        "Done: this account and the others are not one member any more. Where both were members,"
        f" {stays}; whoever left a network joins it afresh by speaking in its channel.",
        Small(("If that is the wrong way round, please ask the host of your network.",)),
    )


def _make(ask: Ask) -> Card:
    if _aloud(ask):
        # Not with Say, which would name us as one does here.
        raise Refusal(
            "Say it to me directly, where nobody else reads it: ",
            Strong("me link"),
            ". A code is only for your own eyes.",
        )
    me, account = ask.me, account_of(ask)
    if not merging.is_active(ask.session, account=account):
        raise Refusal("Your account was deactivated here, so I can’t make a code for it.")
    everyone = merging.accounts_of(ask.session, account=account)
    code = codes.make(ask.session, account=account, also=everyone, now=ask.now)
    until = When(ask.now + codes.GOOD_FOR, me.zone, "time")
    return card(
        Text(line("Your code is ", Strong(code), ".")),
        Text(line("Now say ", Say(f"me link {code}"), " to me in your other workspace.")),
        Small(
            line(
                "It is good once, until ",
                until,
                ". Whoever says it becomes one member with you, so please show it to nobody. Where"
                f" one talks to me in another way than here, the words are: me link {code}",
            )
        ),
        summary="Your code to link another account",
    )


def _use(ask: Ask) -> Card:
    code = codes.read(ask.rest)
    if code is None:
        raise Refusal(
            "A code has eight letters and digits, such as K7QP-2M4X. Say ",
            Say("me link"),
            " in your other workspace to get one.",
        )
    account = account_of(ask)
    closed = codes.closed_until(ask.session, account=account, now=ask.now)
    if closed:
        return _closed(ask, When(closed, ask.standing.zone if ask.standing else "UTC", "time"))
    found = codes.find(ask.session, code=code)
    if found is None:
        # Not a refusal, which would undo the counting.
        codes.count_wrong(ask.session, account=account, now=ask.now)
        return card(Text(line("That code is none that I can use; nothing was changed.", *AGAIN)))
    return _linked(ask, found, account)


def _aloud(ask: Ask) -> bool:
    """Whether others read what was said, and perhaps what is answered."""
    return ask.said.how == "mention"


def _spoilt(ask: Ask, no: Refusal) -> Card:
    """A code that others could read, and that was not used up, is good no more."""
    code = codes.read(ask.rest)
    found = codes.find(ask.session, code=code) if code else None
    if not found or found.used_at or found.good_until <= ask.now:
        raise no
    codes.use(ask.session, hash=found.hash, now=ask.now)
    return card(
        Text(line(*no.said)),
        "But others could read that code here, so it is good no more. Please get another, and say"
        " it to me directly.",
    )


def _closed(ask: Ask, until: When) -> Card:
    return card(
        Text(
            line(
                "There were too many wrong codes. I try none until ",
                until,
                ", so nothing was changed. Please say it again then.",
            )
        )
    )


def _linked(ask: Ask, found: Code, account: Account) -> Card:
    """Make two accounts one member, and tell both. What may have changed while others had their
    turn is looked at only afterwards."""
    maker, hashed = Account(found.workspace_id, found.external), found.hash
    _refuse_at_sight(ask, found, maker, account)
    _take_turns(ask, [maker, account])
    name, own = _names(ask, maker, account)
    if merging.are_one(ask.session, one=maker, other=account):
        raise Refusal("These two accounts are one member already; nothing was changed.")
    if not codes.use(ask.session, hash=hashed, now=ask.now):
        raise Refusal("That code was used just now, and each is good once.", *AGAIN)
    home = ask.session.get_one(Workspace, maker.workspace_id)
    stay = merging.link(ask.session, maker=maker, user=account, now=ask.now)
    codes.forgive(ask.session, account=account)
    _name_again(ask, stay)
    _tell_maker(ask, hashed, maker, own)
    merged = [each.member for each in stay]
    return _done(ask, f"{quoted(name, 80)} in {_called(home)}", merged)


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


def _take_turns(ask: Ask, accounts: list[Account]) -> None:
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
    who = ask.said.who
    asked = people.asking(
        ask.session,
        platform=who.platform,
        here="",
        channel="",
        home=who.workspace,
        person=who.person,
    )
    standings = {each.network_id: each for each in asked.standings}
    for member, said in stay:
        there = replace(ask, standing=standings[member.network_id])
        for problem_id in sorted(said.problems):
            name_again(there, problem_id)
        for kind, refs in (("resource", said.resources), ("checkin", said.checkins)):
            for ref in sorted(refs):
                follow(there, kind, ref)


def _tell_maker(ask: Ask, hashed: str, maker: Account, own: str) -> None:
    who = ask.said.who
    here = people.workspace_at(ask.session, platform=who.platform, external=who.workspace)
    name = quoted(own, 80) if own else "somebody"
    _tell(
        ask,
        maker,
        card(
            Text(line(f"The account of {name} in {_called(here)} and you are one member now.")),
            Text(("It has your part in every network, and you have its.",)),
            Text(line("Not you? Say ", Say("me unlink"), ", and tell your network’s host.")),
            summary="Another account is linked to yours",
        ),
        of=f"code {hashed}",
    )


def _tell_parted(ask: Ask, others: set[Account]) -> None:
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


def account_of(ask: Ask) -> Account:
    """The account that somebody speaks from."""
    who = ask.said.who
    if not who.person:
        raise Refusal("I can’t tell who you are here, so nothing was changed.")
    space = people.workspace_at(ask.session, platform=who.platform, external=who.workspace)
    return Account(space.id, who.person)


def _called(space: Workspace) -> str:
    """A workspace by its name and its platform."""
    platform = space.platform.capitalize()
    return f"{space.name} ({platform})" if space.name else f"another workspace on {platform}"
