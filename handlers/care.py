"""What a network takes care of: quiet hours, free days, and how long things are kept."""

from datetime import time

from bot.speech import (
    Card,
    ChoiceField,
    Form,
    FormErrors,
    Reply,
    Small,
    Text,
    TimeField,
    card,
)
from handlers.words import Ask, word
from storage import audit, care, chores

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
KEPT = (
    ("0", "For as long as the network lasts"),
    ("6", "6 months"),
    ("12", "1 year"),
    ("24", "2 years"),
    ("36", "3 years"),
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
    months = int(read["kept"]) or None
    new = care.put(
        ask.session,
        network_id=network_id,
        quiet_from=read["quiet_from"],
        quiet_until=read["quiet_until"],
        free_days=free,
        keep_months=months,
    )
    if months:
        chores.put(
            ask.session, network_id=network_id, kind="retention", ref=network_id, due_at=ask.now
        )
    else:
        chores.cancel(ask.session, kind="retention", ref=network_id)
    if new:
        _note(ask, free, months)
    return _told(read["quiet_from"], read["quiet_until"], free, months)


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
                " answers, recaps.",
            ),
        ),
    )


def _told(begins: time, ends: time, free: list[int], months: int | None) -> Card:
    quiet = (
        "There are no quiet hours."
        if begins == ends
        else f"Nobody is nudged from {begins:%H:%M} to {ends:%H:%M} in their own time zone"
        + (f", nor on {', '.join(DAYS[each] for each in free)}." if free else ".")
    )
    return card(
        Text((quiet,)),
        Text((f"{_kept(months)} Everyone who joins is told so.",)),
        Small(("A nudge that would come in a quiet hour waits for its end, if that is in time.",)),
        summary="Care is set",
    )


def _kept(months: int | None) -> str:
    label = dict(KEPT)[str(months or 0)]
    return f"What people gave is kept: {label[0].lower()}{label[1:]}."


def _note(ask: Ask, free: list[int], months: int | None) -> None:
    days = ", ".join(DAYS[each] for each in free) or "no days"
    audit.note(
        ask.session,
        network_id=ask.me.network_id,
        by=ask.me.member_id,
        what="network",
        ref=ask.me.network_id,
        words=f"set care: without nudges on {days}; {_kept(months)}",
        now=ask.now,
    )
