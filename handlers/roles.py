"""Roles in a call: swapped by a tap, passed on, and given by a host."""

from collections.abc import Iterator

from bot.compose.roles import DOES, ROLES, at_home, in_a_line
from bot.errors import Refusal
from bot.gather import call_facts
from bot.roles import settle, who_comes
from bot.rotation import HOST, PRESENT
from bot.speech import Button, Buttons, Element, Form, Reply, Say, Small, card, line
from handlers.bringing import bring_problem
from handlers.home_parts import part
from handlers.noting import note
from handlers.problems import problem_fields, raise_problem
from handlers.words import Ask, number, word
from storage import calls, people, problems, roles
from storage.models import Call, Member, RoleTaken

BRING = Button("Bring a problem", "role bring", "main")


@part(10)
def in_home(ask: Ask) -> Iterator[Element]:
    """Who does what in the next call, and what of it is yours."""
    call = next_with_roles(ask)
    if call is None:
        return
    facts = call_facts(ask.session, call)
    if told := in_a_line(facts):
        yield Small(told)
    if call.state == "planned":
        held = roles.of_call(ask.session, call_id=call.id)
        mine = [
            role
            for role in ROLES
            if role in held
            and held[role].member_id == ask.me.member_id
            and (role != HOST or _several_host(ask))
        ]
        yield from at_home(facts, mine, problem=_has_one(ask))


def _several_host(ask: Ask) -> bool:
    return len(people.hosts(ask.session, network_id=ask.me.network_id)) > 1


def _has_one(ask: Ask) -> bool:
    """Whether a problem of theirs waits that may be worked on with their name."""
    own = problems.of_member(ask.session, member_id=ask.me.member_id)
    return any(each.sight == "network" for each in own)


@word("role swap", who="nobody")
def swap(ask: Ask) -> Reply:
    """Look for somebody who takes your role."""
    call, role = _meant(ask)
    mine = _mine(ask, call, role)
    if mine.state == "offered":
        return card("The others are asked already. Until somebody takes it, it is yours.")
    roles.offer(ask.session, taken=mine)
    calls.touch(ask.session, call_id=call.id)
    asked = "other hosts are asked" if role == HOST else "others are asked in the check-in’s thread"
    return card(f"The {asked}. Until somebody takes it, it is yours.")


@word("role pass", who="nobody")
def pass_on(ask: Ask) -> Reply:
    """Say that you can’t do it: somebody else is asked."""
    call, role = _meant(ask)
    roles.let_go(ask.session, taken=_mine(ask, call, role))
    settle(ask.session, call, ask.now)
    calls.touch(ask.session, call_id=call.id)
    now = roles.of_call(ask.session, call_id=call.id).get(role)
    to = f"{now.member.name} is asked now" if now else "nobody else is left to ask"
    keep(ask, call, f"can’t {DOES[role]}: {to}")
    said = f"Noted: {to}." + ("" if now else " A host sees to it.")
    if role == PRESENT and _has_one(ask):
        said += " Your problem waits for another call."
    return card(f"{said} Thank you for saying so.", instead=True)


@word("role take", who="nobody")
def take(ask: Ask) -> Reply:
    """Take a role that somebody offers."""
    call, role = _meant(ask)
    me = ask.me.member_id
    have = roles.of_call(ask.session, call_id=call.id).get(role)
    if role == HOST and not ask.me.hosts:
        raise Refusal("Only hosts host a call. Thank you for asking!")
    if have and have.member_id == me:
        if have.state == "offered":
            roles.give(
                ask.session, call_id=call.id, role=role, member_id=me, now=ask.now, chosen=True
            )
            calls.touch(ask.session, call_id=call.id)
        return card(f"It is yours: you {DOES[role]}.")
    if have and have.state != "offered":
        raise Refusal(f"{have.member.name} will {DOES[role]} already. Thank you for asking!")
    if me not in {each.id for each in who_comes(ask.session, call)}:
        raise Refusal(
            "Roles go to members who come. You are a guest here, pause, or said that you can’t"
            " come; if you come after all, check in first: ",
            Say("checkin"),
        )
    give(ask, call, role, me)
    settle(ask.session, call, ask.now)
    return _taken(ask, call, role)


def _taken(ask: Ask, call: Call, role: str) -> Reply:
    """What came of taking it: the agenda may have a problem that somebody else presents."""
    now = roles.of_call(ask.session, call_id=call.id).get(role)
    if now is None or now.member_id != ask.me.member_id:
        who = f"{now.member.name} presents it" if now else "it needs no presenter"
        return card(
            f"Thank you! A problem is on the agenda already, and {who}. To have one of yours worked"
            " on, bring it:",
            Buttons((BRING,)),
        )
    thanks = f"Thank you! You {DOES[role]}, and the agenda says so."
    if role == PRESENT and not _has_one(ask):
        return card(thanks, "Which one? What you are stuck with is enough.", Buttons((BRING,)))
    return card(thanks)


@word("role bring", who="nobody", opens=True)
def bring(ask: Ask) -> Reply:
    """Raise a problem and bring it to the next call."""
    form = Form(
        "Bring a problem",
        "role bring",
        problem_fields(),
        submit="Bring to call",
        intro=line(
            "You present it in the call, so it carries your name. To raise one without it, use ",
            Say("ask"),
            ".",
        ),
    )
    if ask.said.values is None:
        return form
    read = form.read(ask.said.values)
    told = raise_problem(ask, {**read, "sight": "network"})
    problem = problems.same(
        ask.session,
        network_id=ask.me.network_id,
        raised_by=ask.me.member_id,
        what=read["what"],
    )
    if problem is None or problem.sight != "network" or next_with_roles(ask) is None:
        return told
    return bring_problem(ask, problem)


def next_with_roles(ask: Ask) -> Call | None:
    """The next call of where somebody asks, or the one that is running."""
    return calls.next_call(
        ask.session, network_id=ask.me.network_id, now=ask.now, channel_id=ask.me.channel_id
    )


def give(ask: Ask, call: Call, role: str, member_id: int) -> None:
    """Let a member have a role, as whoever asks chose."""
    roles.give(
        ask.session, call_id=call.id, role=role, member_id=member_id, now=ask.now, chosen=True
    )
    member = ask.session.get_one(Member, member_id)
    keep(ask, call, f"let {member.name} {DOES[role]}")
    calls.touch(ask.session, call_id=call.id)


def keep(ask: Ask, call: Call, words: str) -> None:
    """Keep who changed what about a call's roles."""
    note(ask, "role", f"{words} ({call.series.name}, {call.original_on})", call.id)


def _meant(ask: Ask) -> tuple[Call, str]:
    _, _, role = ask.rest.partition(" ")
    call = calls.get(ask.session, network_id=ask.me.network_id, call_id=number(ask.rest))
    if call is None or role not in ROLES or call.state != "planned":
        raise Refusal("That call has begun, or is not held. ", Say("agenda"), " shows the next.")
    if role in call.series.roles_off:
        raise Refusal(f"Nobody need {DOES[role]} in {call.series.name} any more. Thank you!")
    return call, role


def _mine(ask: Ask, call: Call, role: str) -> RoleTaken:
    have = roles.of_call(ask.session, call_id=call.id).get(role)
    if have is None or have.member_id != ask.me.member_id:
        raise Refusal("That is not yours (any more): nothing was changed.")
    return have
