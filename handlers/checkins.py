"""Checking in for the call, and saying that one can't come."""

from bot import newcomers
from bot.errors import Refusal
from bot.speech import (
    Button,
    Buttons,
    Card,
    ChoiceField,
    Field,
    Form,
    Reply,
    Say,
    Small,
    Text,
    TextField,
    When,
    card,
    clean,
    line,
)
from handlers.noting import note
from handlers.posting import follow
from handlers.words import Ask, number, word
from storage import calls, checkins, networks, people
from storage.models import Call

CHECKED_IN = {
    "new": "Thank you, you have checked in for ",
    "changed": "Changed: your check-in for ",
    "same": "That is already saved, in these words: your check-in for ",
}
AWAY = " away"  # ends the words of who checks in though they can't come
SHOWS_THE_NEXT = (Say("agenda"), " shows the next one.")


@word("checkin", example="checkin", opens=True)
def checkin(ask: Ask) -> Reply:
    """Check in for the next call: a few questions, under a minute."""
    call = _call(ask)
    form = _form(ask, call)
    if ask.said.values is None:
        return form if not _over(call, ask) else _closed(call)
    if _over(call, ask):
        raise Refusal(
            "This call has ended, so check-ins are closed. Copy your words if you need them: after"
            " you close this, ",
            Say("checkin"),
            " opens the next call’s.",
        )
    read = form.read(ask.said.values)
    _remember_organisation(ask, read.get("organisation"))
    done = checkins.put(
        ask.session,
        call=call,
        member_id=ask.me.member_id,
        answers=[read[f"answer{place}"] for place in range(len(call.series.questions))],
        now=ask.now,
    )
    away = checkins.is_absent(ask.session, call_id=call.id, member_id=ask.me.member_id)
    comes = away and not _stays_away(ask)
    if comes:
        checkins.can_come(ask.session, call_id=call.id, member_id=ask.me.member_id)
    calls.touch(ask.session, call_id=call.id)
    kept = checkins.of_member(ask.session, call_id=call.id, member_id=ask.me.member_id)
    if kept:
        follow(ask, "checkin", kept.id)
    return _checked_in(call, CHECKED_IN[done], away=away and not comes, comes=comes)


def _closed(call: Call) -> Card:
    return card(
        Text(line("The check-in for ", *_named(call), " is closed: the call has ended.")),
        Buttons((Button("Check in for the next call", "checkin", "main"),)),
        summary="That check-in is closed",
    )


def _checked_in(call: Call, thanks: str, *, away: bool, comes: bool) -> Card:
    """The receipt. The later word counts: who said that they can't come, and checks in, `comes`,
    unless they chose to be heard though they stay `away`."""
    come = (
        Button("I can come after all", f"present {call.id}")
        if away
        else Button("I can’t come", f"absent {call.id}")
    )
    still = "You are still noted as one who can’t come. " if away else ""
    if comes:
        still = "You had said that you can’t come; now you are expected. "
    return card(
        Text(line(thanks, *_named(call), ".")),
        Small((f"{still}You can change it until the call ends.",)),
        Buttons((Button("Change it", f"checkin {call.id}{AWAY if away else ''}"), come)),
        summary="You have checked in",
    )


@word("absent", example="absent")
def absent(ask: Ask) -> Reply:
    """Say that you can’t come to the next call."""
    call = _open(_call(ask), ask)
    checkins.cannot_come(ask.session, call_id=call.id, member_id=ask.me.member_id, now=ask.now)
    calls.touch(ask.session, call_id=call.id)
    return card(
        Text(line("Noted: you can’t come to ", *_named(call), ". The agenda says so too.")),
        Small(("You may still check in, so that the others hear from you.",)),
        Buttons(
            (
                Button("I can come after all", f"present {call.id}"),
                Button("Check in anyway", f"checkin {call.id}{AWAY}"),
            )
        ),
        summary="Noted that you can’t come",
        instead=True,
    )


@word("present", who="nobody")
def present(ask: Ask) -> Reply:
    """Say that you can come after all."""
    call = _open(_call(ask), ask)
    checkins.can_come(ask.session, call_id=call.id, member_id=ask.me.member_id)
    calls.touch(ask.session, call_id=call.id)
    return card(
        Text(line("Good to hear! You are expected at ", *_named(call), ".")),
        Buttons((Button("Check in", f"checkin {call.id}", "main"),)),
        summary="You are expected",
        instead=True,
    )


def _call(ask: Ask) -> Call:
    """The call that a button names, else the next one."""
    if _named_by_button(ask):
        call = calls.get(ask.session, network_id=ask.me.network_id, call_id=number(ask.rest))
        if call is None:
            raise Refusal(f"That call is not one of {ask.me.network}’s. ", *SHOWS_THE_NEXT)
    else:
        call = calls.next_call(
            ask.session,
            network_id=ask.me.network_id,
            now=ask.now,
            channel_id=ask.me.channel_id,
        )
        if call is None:
            raise Refusal(
                "No call is planned yet. A host can plan one with ",
                Say("call"),
                "; ",
                Say("ask"),
                " and ",
                Say("share"),
                " work meanwhile.",
            )
    if call.off:
        raise Refusal("That call will not take place. ", *SHOWS_THE_NEXT)
    return call


def _named_by_button(ask: Ask) -> bool:
    return ask.rest.removesuffix(AWAY).isdigit()


def _stays_away(ask: Ask) -> bool:
    """Whether they check in so as to be heard, though they can't come."""
    return _named_by_button(ask) and ask.rest.endswith(AWAY)


def _over(call: Call, ask: Ask) -> bool:
    return call.state == "ended" or ask.now >= calls.end_of(call)


def _open(call: Call, ask: Ask) -> Call:
    if _over(call, ask):
        raise Refusal("That call has ended. ", *SHOWS_THE_NEXT)
    return call


def _form(ask: Ask, call: Call) -> Form:
    known = checkins.of_member(ask.session, call_id=call.id, member_id=ask.me.member_id)
    typed = "" if _named_by_button(ask) else clean(ask.rest)
    said = known.answers if known else [typed]
    fields: list[Field] = [
        TextField(
            f"answer{place}",
            question,
            said[place] if place < len(said) else "",
            required=place == 0,
            long=True,
        )
        for place, question in enumerate(call.series.questions)
    ]
    return Form(
        "Check in",
        f"checkin {call.id}{AWAY if _stays_away(ask) else ''}",
        (*fields, *organisation_field(ask)),
        submit="Check in",
        intro=line(*_named(call), f" · {call.minutes} minutes"),
    )


def organisation_field(ask: Ask) -> tuple[ChoiceField, ...]:
    """Asks once where someone is from, when the network does not know."""
    known = networks.organisations(ask.session, network_id=ask.me.network_id)
    if ask.me.organisation_id or not known:
        return ()
    options = tuple((str(each.id), each.name) for each in known)
    return (
        ChoiceField(
            "organisation",
            "Which organisation are you with?",
            options,
            required=False,
            hint="Asked once.",
        ),
    )


def _remember_organisation(ask: Ask, chosen: str | None) -> None:
    member = people.get(ask.session, network_id=ask.me.network_id, member_id=ask.me.member_id)
    if chosen and member:
        member.organisation_id = int(chosen)
        ask.session.flush()
        ask.session.refresh(member)
        newcomers.said(ask.session, member, ask.now)
        assert member.organisation
        note(ask, "role", f"says they are with {member.organisation.name}", member.id)


def _named(call: Call) -> tuple[str, When]:
    return (f"{call.series.name}, ", When(call.starts_at, call.series.zone))
