"""One person, several accounts: a one-time code makes them one member."""

from bot.errors import Refusal
from bot.speech import Card, Reply, Say, Small, Strong, Text, When, card, line
from handlers.linking import AGAIN, called, join, note, question, take_turns, tell_parted
from handlers.words import Ask, word
from storage import codes, merging, people
from storage.codes import Account
from storage.models import Member


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
    take_turns(ask, [account])
    everyone = merging.accounts_of(ask.session, account=account)
    members = merging.members_of(ask.session, accounts=[account])
    before = {each: _accounts(ask, each) for each in members}
    if not merging.part(ask.session, account=account):
        raise Refusal("This account is linked to no other, so nothing was changed.")
    for member, accounts in before.items():
        for each in sorted(accounts - _accounts(ask, member)):
            note(ask, member, f"unlinked the account in {called(ask, each)}")
    tell_parted(ask, everyone - {account})
    stays = "the account that hosts, or else the one that made the code, keeps"
    return card(
        "Done: this account and the others are not one member any more. Where both were members,"
        f" {stays} what was shared, asked and answered; whoever left a network joins it afresh by"
        " speaking in its channel.",
        Small(("If that is the wrong way round, please ask the host of your network.",)),
    )


def _accounts(ask: Ask, member: Member) -> set[Account]:
    every = people.identities(ask.session, member_id=member.id)
    return {Account(each.workspace_id, each.external) for each in every}


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
        *(
            Text((f"You host {each}: whoever says this code hosts it as you do.",))
            for each in merging.hosted(ask.session, account=account).values()
        ),
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
    answer, typed = _answered(ask)
    code = codes.read(typed, codes.LINK)
    if code is None:
        raise Refusal(
            "A code that links two accounts begins with LINK and has eight letters and digits, such"
            " as LINK-K7QP-2M4X. Without LINK it is for a channel that joins a network, or an old"
            " one. Say ",
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
    if _aloud(ask):
        # Not with Say, which would name us as one does here.
        raise Refusal("Say it to me directly, where nobody else reads it: ", Strong("me link"))
    if answer == "no":
        codes.use(ask.session, hash=found.hash, now=ask.now)
        return card("Nothing was linked, and that code is good no more.", instead=True)
    return join(ask, found, account) if answer else question(ask, found, code, account)


def _answered(ask: Ask) -> tuple[str, str]:
    """What was pressed, "yes" or "no", and the code. Whoever was talked into typing it all is
    asked first: only a button, which says whose the account is, answers."""
    first, _, rest = ask.rest.strip().partition(" ")
    pressed = ask.said.how == "button" and first in ("yes", "no")
    return (first, rest) if pressed else ("", ask.rest)


def _aloud(ask: Ask) -> bool:
    """Whether others read what was said, and perhaps what is answered."""
    return ask.said.how == "mention"


def _spoilt(ask: Ask, no: Refusal) -> Card:
    """A code that others could read, and that was not used up, is good no more."""
    code = codes.read(ask.rest, codes.LINK)
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


def account_of(ask: Ask) -> Account:
    """The account that somebody speaks from."""
    who = ask.said.who
    if not who.person:
        raise Refusal("I can’t tell who you are here, so nothing was changed.")
    space = people.workspace_at(ask.session, platform=who.platform, external=who.workspace)
    return Account(space.id, who.person)
