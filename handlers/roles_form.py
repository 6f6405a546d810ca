"""A host says who has which role in the next call, and how it opens."""

from collections.abc import Iterator, Mapping

from bot.compose.phrases import listed
from bot.compose.roles import ROLES
from bot.errors import Refusal
from bot.roles import going_round, presenters, settle, who_comes
from bot.rotation import HOST, PRESENT
from bot.speech import ChoiceField, Form, FormErrors, Reply, Say, TextField, card
from handlers.noting import note
from handlers.roles import give, keep, next_with_roles
from handlers.words import Ask, word
from storage import calls, people, problems, roles
from storage.models import Call, Member, RoleTaken

MOST_NAME, MOST_QUESTION = 80, 300


@word("roles", example="roles", who="host", opens=True)
def assign(ask: Ask) -> Reply:
    """Say who hosts, presents, keeps the time and takes notes next, and how the call opens."""
    call = next_with_roles(ask)
    if call is None or call.state != "planned":
        raise Refusal("No call is planned that roles could be for. Plan one with ", Say("call"))
    settle(ask.session, call, ask.now)
    held = roles.of_call(ask.session, call_id=call.id)
    question = roles.opener(ask.session, call_id=call.id)
    form = Form(
        "Roles in the next call",
        "roles",
        (
            *_name_fields(call, held),
            TextField("question", "It opens with", question, required=False, most=MOST_QUESTION),
            ChoiceField(
                "round",
                "Roles that go round",
                tuple(ROLES.items()),
                going_round(call),
                many=True,
                required=False,
                hint=f"In every call of {call.series.name}. Others are nobody’s.",
            ),
        ),
        intro=("They go round by themselves; change a name to have it otherwise this time.",),
    )
    if ask.said.values is None:
        return form
    read = form.read(ask.said.values)
    off = [role for role in ROLES if role not in read["round"]]
    chosen = _chosen(ask, call, {role: read.get(role, "") for role in read["round"]}, held)
    if sorted(off) != sorted(call.series.roles_off):
        _let_go_round(ask, call, off)
    for role, member in chosen.items():
        if role not in held or held[role].member_id != member.id:
            give(ask, call, role, member.id)
    if read["question"] and read["question"] != question:
        roles.open_with(ask.session, call=call, question=read["question"], now=ask.now)
        keep(ask, call, f"let the call open with “{read['question']}”")
    settle(ask.session, call, ask.now)
    calls.touch(ask.session, call_id=call.id)
    now = roles.of_call(ask.session, call_id=call.id)
    told = [f"{label}: {now[role].member.name}" for role, label in ROLES.items() if role in now]
    return card("Done. " + " · ".join(told), summary="Roles are set")


def _let_go_round(ask: Ask, call: Call, off: list[str]) -> None:
    series = call.series
    series.roles_off = off
    now = [ROLES[role].casefold() for role in going_round(call)]
    note(ask, "series", f"let go round in {series.name}: {listed(now) or 'no role'}", series.id)
    for each in calls.not_begun(ask.session, series_id=series.id, now=ask.now):
        calls.touch(ask.session, call_id=each.id)


def _name_fields(call: Call, held: Mapping[str, RoleTaken]) -> Iterator[TextField]:
    for role in going_round(call):
        label = ROLES[role]
        name = held[role].member.name if role in held else ""
        yield TextField(role, label, name, required=False, most=MOST_NAME)


def _chosen(
    ask: Ask, call: Call, read: Mapping[str, str], held: Mapping[str, RoleTaken]
) -> dict[str, Member]:
    """Role to whom its name means. Raises FormErrors for a name that is nobody's, of several, or of
    somebody who can't have that role."""
    come = {each.id for each in who_comes(ask.session, call)}
    chosen: dict[str, Member] = {}
    wrong: dict[str, str] = {}
    for role, typed in read.items():
        name = typed.strip()
        have = held[role].member if role in held else None
        if have and name.casefold() == have.name.casefold():
            chosen[role] = have
        elif have and not name:
            wrong[role] = "Please write a name: somebody must."
        elif name:
            try:
                chosen[role] = _meant(ask, role, name, come)
            except ValueError as no:
                wrong[role] = str(no)
    member = chosen.get(PRESENT)
    if member and not (PRESENT in held and held[PRESENT].member_id == member.id):
        wrong |= _not_presenting(ask, call, member)
    if wrong:
        raise FormErrors(wrong)
    return chosen


def _meant(ask: Ask, role: str, name: str, come: set[int]) -> Member:
    """The member that a name means. Raises ValueError with what to write instead."""
    found = people.named(ask.session, network_id=ask.me.network_id, name=name)
    exact = [each for each in found if each.name.casefold() == name.casefold()] or list(found)
    exact = [each for each in exact if each.active]
    if len(exact) != 1:
        raise ValueError(
            f"Several are called {name}: please write the whole name."
            if exact
            else f"I know nobody called {name} here."
        )
    if role == HOST and exact[0].role != "host":
        raise ValueError(f"{exact[0].name} does not host this network.")
    if exact[0].id not in come:
        raise ValueError(f"{exact[0].name} is a guest, pauses, or said that they can’t come.")
    return exact[0]


def _not_presenting(ask: Ask, call: Call, member: Member) -> dict[str, str]:
    """Why somebody can't present although a host would like it: a problem is on the agenda, and
    none of theirs could take its place."""
    decided = presenters(ask.session, call)
    own = problems.of_member(ask.session, member_id=member.id)
    if decided is None or any(each.sight == "network" for each in own):
        return {}
    on_it = f"{decided[0].name}’s problem" if decided else "A problem without a presenter"
    return {
        PRESENT: f"{on_it} is on the agenda, and none of {member.name}’s waits. Once they raise"
        " one, write their name here again."
    }
