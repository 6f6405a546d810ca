"""Roles in a call: swapped by a tap, passed on, and given by a host."""

from collections.abc import Collection, Iterator

from bot.compose.roles import DOES, ROLES, at_home
from bot.errors import Refusal
from bot.roles import settle, who_comes
from bot.speech import Element, Form, FormErrors, Reply, Say, TextField, card
from handlers.home_parts import part
from handlers.words import Ask, number, word
from storage import audit, calls, people, roles
from storage.models import Call, Member, RoleTaken

MOST_NAME, MOST_QUESTION = 80, 300


@part(10)
def in_home(ask: Ask) -> Iterator[Element]:
    """What you do in the next call."""
    call = calls.next_call(
        ask.session, network_id=ask.me.network_id, now=ask.now, channel_id=ask.me.channel_id
    )
    if call is not None and call.state == "planned":
        held = roles.of_call(ask.session, call_id=call.id)
        mine = [role for role, each in held.items() if each.member_id == ask.me.member_id]
        yield from at_home(call.id, call.series.name, mine)


@word("role swap", who="nobody")
def swap(ask: Ask) -> Reply:
    """Look for somebody who takes your role."""
    call, role = _meant(ask)
    mine = _mine(ask, call, role)
    if mine.state == "offered":
        return card("The others are asked already. Until somebody takes it, it is yours.")
    roles.offer(ask.session, taken=mine)
    calls.touch(ask.session, call_id=call.id)
    return card(
        "The others are asked in the check-in’s thread. Until somebody takes it, it is yours."
    )


@word("role pass", who="nobody")
def pass_on(ask: Ask) -> Reply:
    """Say that you can’t do it: somebody else is asked."""
    call, role = _meant(ask)
    roles.let_go(ask.session, taken=_mine(ask, call, role))
    settle(ask.session, call, ask.now)
    calls.touch(ask.session, call_id=call.id)
    now = roles.of_call(ask.session, call_id=call.id).get(role)
    if now is None:
        return card("Noted. Nobody else is left to ask, so a host sees to it.", instead=True)
    return card(f"Noted: {now.member.name} is asked now. Thank you for saying so.", instead=True)


@word("role take", who="nobody")
def take(ask: Ask) -> Reply:
    """Take a role that somebody offers."""
    call, role = _meant(ask)
    have = roles.of_call(ask.session, call_id=call.id).get(role)
    if role == "host" and not ask.me.hosts:
        raise Refusal("Only hosts host a call. Thank you for asking!")
    if have and have.member_id == ask.me.member_id:
        if have.state == "offered":
            roles.give(
                ask.session,
                call_id=call.id,
                role=role,
                member_id=ask.me.member_id,
                now=ask.now,
            )
            calls.touch(ask.session, call_id=call.id)
        return card(f"It is yours: you {DOES[role]}.")
    if have and have.state != "offered":
        raise Refusal(f"{have.member.name} will {DOES[role]} already. Thank you for asking!")
    if ask.me.member_id not in {each.id for each in who_comes(ask.session, call)}:
        raise Refusal(
            "Roles go to members who come. You are a guest here, pause, or said that you can’t"
            " come; if you come after all, check in first: ",
            Say("checkin"),
        )
    _give(ask, call, role, ask.me.member_id)
    return card(f"Thank you! You {DOES[role]}, and the agenda says so.")


@word("roles", example="roles", who="host", opens=True)
def assign(ask: Ask) -> Reply:
    """Say who keeps the time, takes notes and hosts the next call, and how it opens."""
    call = calls.next_call(
        ask.session, network_id=ask.me.network_id, now=ask.now, channel_id=ask.me.channel_id
    )
    if call is None or call.state != "planned":
        raise Refusal("No call is planned that roles could be for. Plan one with ", Say("call"))
    settle(ask.session, call, ask.now)
    held = roles.of_call(ask.session, call_id=call.id)
    question = roles.opener(ask.session, call_id=call.id)
    form = Form(
        "Roles in the next call",
        "roles",
        (
            *(
                TextField(
                    role,
                    label,
                    held[role].member.name if role in held else "",
                    required=False,
                    most=MOST_NAME,
                )
                for role, label in ROLES.items()
            ),
            TextField("question", "It opens with", question, most=MOST_QUESTION),
        ),
        intro=("They go round by themselves; change a name to have it otherwise this time.",),
    )
    if ask.said.values is None:
        return form
    read = form.read(ask.said.values)
    chosen = _chosen(ask, call, read, held)
    for role, member in chosen.items():
        if role not in held or held[role].member_id != member.id:
            _give(ask, call, role, member.id)
    if read["question"] != question:
        roles.open_with(ask.session, call=call, question=read["question"], now=ask.now)
        _note(ask, call, f"let {call.series.name} open with “{read['question']}”")
    calls.touch(ask.session, call_id=call.id)
    told = [f"{ROLES[role]}: {member.name}" for role, member in chosen.items()]
    return card("Done. " + " · ".join(told), summary="Roles are set")


def _chosen(ask: Ask, call: Call, read: dict[str, str], held: Collection[str]) -> dict[str, Member]:
    """Role to whom its name means. Raises FormErrors for a name that is nobody's, of several, or of
    somebody who does not come."""
    come = {each.id for each in who_comes(ask.session, call)}
    chosen: dict[str, Member] = {}
    wrong: dict[str, str] = {}
    for role in ROLES:
        name = read[role].strip()
        found = people.named(ask.session, network_id=ask.me.network_id, name=name) if name else []
        exact = [each for each in found if each.name.casefold() == name.casefold()] or list(found)
        exact = [each for each in exact if each.active]
        if not name and role in held:
            wrong[role] = "Please write a name: somebody must."
        elif not name:
            continue
        elif len(exact) != 1:
            wrong[role] = (
                f"Several are called {name}: please write the whole name."
                if exact
                else f"I know nobody called {name} here."
            )
        elif role == "host" and exact[0].role != "host":
            wrong[role] = f"{exact[0].name} does not host this network."
        elif exact[0].id not in come:
            wrong[role] = f"{exact[0].name} is a guest, pauses, or said that they can’t come."
        else:
            chosen[role] = exact[0]
    if wrong:
        raise FormErrors(wrong)
    return chosen


def _give(ask: Ask, call: Call, role: str, member_id: int) -> None:
    roles.give(ask.session, call_id=call.id, role=role, member_id=member_id, now=ask.now)
    member = ask.session.get_one(Member, member_id)
    _note(ask, call, f"let {member.name} {DOES[role]} in {call.series.name}")
    calls.touch(ask.session, call_id=call.id)


def _note(ask: Ask, call: Call, words: str) -> None:
    audit.note(
        ask.session,
        network_id=call.network_id,
        by=ask.me.member_id,
        what="role",
        ref=call.id,
        words=f"{words}, {call.original_on}",
        now=ask.now,
    )


def _meant(ask: Ask) -> tuple[Call, str]:
    _, _, role = ask.rest.partition(" ")
    call = calls.get(ask.session, network_id=ask.me.network_id, call_id=number(ask.rest))
    if call is None or role not in ROLES or call.state != "planned":
        raise Refusal("That call has begun, or is not held. ", Say("agenda"), " shows the next.")
    return call, role


def _mine(ask: Ask, call: Call, role: str) -> RoleTaken:
    have = roles.of_call(ask.session, call_id=call.id).get(role)
    if have is None or have.member_id != ask.me.member_id:
        raise Refusal("That is not yours (any more): nothing was changed.")
    return have
