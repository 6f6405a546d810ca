"""What a network takes care of: quiet hours, free days, and how long things are kept."""

from datetime import time, timedelta
from typing import NamedTuple

from dateutil.relativedelta import relativedelta

from bot.compose.phrases import count, listed
from bot.publish import to_member
from bot.speech import (
    Button,
    Buttons,
    Card,
    ChoiceField,
    Form,
    FormErrors,
    Line,
    Reply,
    Say,
    Small,
    Strong,
    Text,
    TimeField,
    When,
    card,
    line,
)
from handlers.words import Ask, word
from storage import audit, care, chores, old_posts, people, retention

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
KEPT = (
    ("0", "For as long as the network lasts"),
    ("6", "6 months"),
    ("12", "1 year"),
    ("24", "2 years"),
    ("36", "3 years"),
)
THINK = timedelta(days=3)
LEAST_AWAKE = 4 * 60  # minutes


class Begins(NamedTuple):
    """When deleting begins, of how many things and posts of ours at the moment, and how long they
    are kept."""

    at: When
    older: int
    posts: int
    months: int

    def words(self) -> Line:
        """Says so, and how to stop it."""
        found = [
            *([count(self.older, "thing", "things")] if self.older else []),
            *([count(self.posts, "post of mine", "posts of mine")] if self.posts else []),
        ]
        be = "is" if self.older + self.posts == 1 else "are"
        return line(
            f"{listed(found)} {be} older than {dict(KEPT)[str(self.months)]} at the moment. They"
            " are deleted from ",
            self.at,
            " on, the posts in their channels and direct messages, too, and can’t be brought back."
            " What people typed there themselves stays theirs. To stop that, choose a longer time"
            " before: ",
            Say("care"),
        )


@word("care", example="care", who="host", opens=True)
def set_care(ask: Ask) -> Reply:
    """Set quiet hours, days without nudges, and how long things are kept."""
    network_id = ask.me.network_id
    form = _form(ask)
    if ask.said.values is None:
        return form
    read = form.read(ask.said.values)
    free = sorted(int(each) for each in read["free"])
    if len(free) == len(DAYS):
        raise FormErrors({"free": "One day at least must be left, or nobody is ever nudged."})
    if _awake(read["quiet_from"], read["quiet_until"]) < LEAST_AWAKE:
        raise FormErrors(
            {"quiet_until": "Four hours a day at least must be left, or nobody is ever nudged."}
        )
    months = int(read["kept"]) or None
    before = care.of_network(ask.session, network_id=network_id).keep_months
    new = care.put(
        ask.session,
        network_id=network_id,
        quiet_from=read["quiet_from"],
        quiet_until=read["quiet_until"],
        free_days=free,
        keep_months=months,
    )
    begins = _begin_deleting(ask, months) if months != before else None
    if new:
        _note(ask, read["quiet_from"], read["quiet_until"], free, months)
    return _told(read["quiet_from"], read["quiet_until"], free, months, begins)


def _begin_deleting(ask: Ask, months: int | None) -> Begins | None:
    """Let what is older be deleted, but not at once where that is more than before: there is time
    to think better of it, for the other hosts too. When that is, and of how much."""
    network_id = ask.me.network_id
    if months is None:
        chores.cancel(ask.session, kind="retention", ref=network_id)
        return None
    before = ask.now - relativedelta(months=months)
    older = retention.count_before(ask.session, network_id=network_id, before=before)
    posts = old_posts.count_before(ask.session, network_id=network_id, before=before)
    at = ask.now + THINK if older or posts else ask.now
    chores.put(ask.session, network_id=network_id, kind="retention", ref=network_id, due_at=at)
    if not older and not posts:
        return None
    begins = Begins(When(at, ask.me.own_zone or ask.me.zone, "day"), older, posts, months)
    for host in people.hosts(ask.session, network_id=network_id):
        if host.id != ask.me.member_id:
            to_member(
                ask.session,
                host.id,
                _warning(ask, begins),
                network_id=network_id,
                of=f"care {network_id} {ask.now:%Y-%m-%dT%H:%M:%S}",
                kind="notice",
                now=ask.now,
            )
    return begins


def _warning(ask: Ask, begins: Begins) -> Card:
    return card(
        Text(line(Strong(ask.me.name), f" set how long {ask.me.network} keeps what people gave.")),
        Text(begins.words()),
        Buttons((Button("Care", "care"),)),
        summary=f"{ask.me.network} is to keep less",
    )


def _awake(quiet_from: time, quiet_until: time) -> int:
    """The minutes of a day in which people may be nudged."""
    quiet = quiet_until.hour * 60 + quiet_until.minute - quiet_from.hour * 60 - quiet_from.minute
    return 24 * 60 - quiet % (24 * 60)


def _form(ask: Ask) -> Form:
    known = care.of_network(ask.session, network_id=ask.me.network_id)
    return Form(
        "Care",
        "care",
        (
            TimeField("quiet_from", "Nobody is nudged from …", known.quiet_from),
            TimeField(
                "quiet_until",
                "… until",
                known.quiet_until,
                hint="In each one’s own time zone. The same time twice: no quiet hours.",
            ),
            ChoiceField(
                "free",
                "Days without nudges",
                tuple((str(number), name) for number, name in enumerate(DAYS)),
                tuple(str(each) for each in known.free_days),
                many=True,
                required=False,
            ),
            ChoiceField(
                "kept",
                "How long is kept what people gave?",
                KEPT,
                (str(known.keep_months or 0),),
                hint="What is older is really deleted, day by day: check-ins, resources, problems,"
                " answers, recaps, and what I posted in channels and direct messages. What people"
                " typed there themselves stays.",
            ),
        ),
    )


def _told(
    quiet_from: time, ends: time, free: list[int], months: int | None, begins: Begins | None
) -> Card:
    days = listed([DAYS[each] for each in free])
    if quiet_from != ends:
        hours = f"from {quiet_from:%H:%M} to {ends:%H:%M} in their own time zone"
        quiet = f"Nobody is nudged {hours}" + (f", nor on {days}." if days else ".")
    elif days:
        quiet = f"Nobody is nudged on {days}, in their own time zone. There are no quiet hours."
    else:
        quiet = "There are no quiet hours, and no days without nudges."
    waits = Small(
        ("A nudge that would come then waits until that is over, if it is still in time.",)
    )
    return card(
        Text((quiet,)),
        Text((f"{_kept(months)} Everyone who joins is told so.",)),
        *([Text(begins.words())] if begins else []),
        *([waits] if quiet_from != ends or free else []),
        summary="Care is set",
    )


def _kept(months: int | None) -> str:
    label = dict(KEPT)[str(months or 0)]
    return f"What people gave is kept: {label[0].lower()}{label[1:]}."


def _note(
    ask: Ask, quiet_from: time, quiet_until: time, free: list[int], months: int | None
) -> None:
    days = listed([DAYS[each] for each in free]) or "no days"
    hours = f"{quiet_from:%H:%M} to {quiet_until:%H:%M}"
    quiet = "no quiet hours" if quiet_from == quiet_until else f"quiet from {hours}"
    audit.note(
        ask.session,
        network_id=ask.me.network_id,
        by=ask.me.member_id,
        what="network",
        ref=ask.me.network_id,
        words=f"set care: {quiet}; without nudges on {days}; {_kept(months)}",
        now=ask.now,
    )
