"""The exit ticket, and what became of what was shared."""

from datetime import timedelta

from bot.errors import Refusal
from bot.speech import (
    Button,
    Buttons,
    Card,
    ChoiceField,
    Form,
    Reply,
    Say,
    Text,
    TextField,
    When,
    card,
    line,
)
from handlers.words import Ask, number, word
from storage import calls, resources, tickets
from storage.models import Call

OPEN_FOR = timedelta(days=7)
USEFUL = (
    ("5", "5 – very useful"),
    ("4", "4"),
    ("3", "3"),
    ("2", "2"),
    ("1", "1 – not useful"),
)
YES_NO = {True: "yes", False: "no"}
OUTCOMES = {
    "helped": "Good to know that it helped.",
    "adapted": "Good to know that you adapted it.",
    "no": "Thank you; not yet is an answer too.",
}

NOTED = {
    "helped": "It helped you; the others see the count.",
    "adapted": "You adapted it; the others see the count.",
    "no": "You have not tried it yet; the others see the count.",
}


@word("exit", example="exit", opens=True)
def exit_ticket(ask: Ask) -> Reply:
    """Say how the call was: half a minute."""
    call = _call(ask)
    form = _form(ask, call)
    if ask.said.values is None:
        return form
    read = form.read(ask.said.values)
    told = tickets.put(
        ask.session,
        call_id=call.id,
        member_id=ask.me.member_id,
        useful=int(read["useful"]),
        recommend={"yes": True, "no": False}.get(read["recommend"] or ""),
        takeaway=read["takeaway"],
        now=ask.now,
    )
    promised = tickets.commit_to(
        ask.session,
        network_id=ask.me.network_id,
        call_id=call.id,
        member_id=ask.me.member_id,
        words=read["commitment"],
        now=ask.now,
    )
    _bring_up_to_date(ask, call)
    return _thanks(call, new=told or promised, commitment=read["commitment"])


def _bring_up_to_date(ask: Ask, call: Call) -> None:
    """The call's own posts tell of it, and the next agenda asks after the commitment."""
    calls.touch(ask.session, call_id=call.id)
    following = calls.following(ask.session, call=call)
    if following:
        calls.touch(ask.session, call_id=following.id)


def _thanks(call: Call, *, new: bool, commitment: str) -> Card:
    said = "Thank you, that is saved for " if new else "That is already saved, in these words, for "
    later = " The next agenda asks how your commitment went." if commitment else ""
    return card(
        Text(line(said, *_named(call), ".", later)),
        Buttons((Button("Change it", f"exit {call.id}"),)),
        summary="Your exit ticket is saved",
    )


def _call(ask: Ask) -> Call:
    if ask.rest.isdigit():
        call = calls.get(ask.session, network_id=ask.me.network_id, call_id=number(ask.rest))
    else:
        call = calls.last(
            ask.session,
            network_id=ask.me.network_id,
            now=ask.now,
            channel_id=ask.me.channel_id,
        )
    if call is None or call.off:
        raise Refusal("There is no call to say that of. ", Say("agenda"), " shows the next one.")
    if call.state != "ended" and ask.now < calls.end_of(call):
        raise Refusal("That call has not ended yet. Its exit ticket opens when it does.")
    if ask.now > calls.end_of(call) + OPEN_FOR:
        raise Refusal("That exit ticket closed a week after its call. The next call brings one.")
    return call


def _form(ask: Ask, call: Call) -> Form:
    known = tickets.of_member(ask.session, call_id=call.id, member_id=ask.me.member_id)
    promised = tickets.commitment_of(ask.session, call_id=call.id, member_id=ask.me.member_id)
    recommend = () if known is None or known.recommend is None else (YES_NO[known.recommend],)
    return Form(
        "Exit ticket",
        f"exit {call.id}",
        (
            ChoiceField(
                "useful", "How useful was the call?", USEFUL, (str(known.useful),) if known else ()
            ),
            ChoiceField(
                "recommend",
                "Would you recommend it to a colleague?",
                (("yes", "Yes"), ("no", "No")),
                recommend,
                required=False,
            ),
            TextField(
                "takeaway",
                "One thing you take away",
                known.takeaway if known else "",
                required=False,
                most=500,
            ),
            TextField(
                "commitment",
                "One thing you will do",
                promised.words if promised else "",
                required=False,
                most=500,
            ),
        ),
        submit="Send",
        intro=line(*_named(call), ": half a minute."),
    )


def _named(call: Call) -> tuple[str, When]:
    return (f"{call.series.name}, ", When(call.starts_at, call.series.zone, "day"))


@word("tried", who="nobody")
def tried(ask: Ask) -> Reply:
    """Say what became of something that was shared."""
    _, outcome, call_id = (*ask.rest.split(), "", "", "")[:3]
    resource = resources.get(
        ask.session, network_id=ask.me.network_id, resource_id=number(ask.rest)
    )
    spoken = resource and any(each.withdrawn_at is None for each in resource.voices)
    if not resource or not spoken or outcome not in OUTCOMES:
        raise Refusal("That resource is not here any more. ", Say("find"), " shows what is.")
    new = tickets.tried(
        ask.session,
        resource_id=resource.id,
        member_id=ask.me.member_id,
        outcome=outcome,
        now=ask.now,
    )
    call = (
        calls.get(ask.session, network_id=ask.me.network_id, call_id=number(call_id))
        if call_id
        else None
    )
    if call:
        calls.touch(ask.session, call_id=call.id)
    if not new:
        return card("That is noted already, once. " + NOTED[outcome])
    return card(OUTCOMES[outcome] + " The others see the count, not your name.")
