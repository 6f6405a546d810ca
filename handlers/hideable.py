"""What a host can hide, each in its own way: gone from search, posts and agendas, and brought back
as it was."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bot.asked import hide_answer, show_answer, show_asking
from bot.showing import hide_offer, show_offer
from handlers.problems import show as show_problem
from handlers.voices import show as show_resource
from handlers.words import Ask
from storage import calls, caught, checkins, offers, problems, prompts, resources
from storage.models import Answer, Call, CheckIn, Member, Offer, Problem, Voice

HIDDEN = "(hidden by a host)"


@dataclass(frozen=True)
class Taken:
    """Whose it was, the words to know it by, what brings it back, and who else spoke for it."""

    member_id: int | None
    words: str
    before: dict[str, Any]
    others: tuple[int, ...] = ()


def written(ask: Ask, kind: str, ref: int) -> list[str]:
    """The texts by which it is known where it was posted; none where it is not here."""
    found: list[str] = []
    network_id = ask.me.network_id
    if kind == "resource" and (
        page := resources.get(ask.session, network_id=network_id, resource_id=ref)
    ):
        found = [page.url, *(each.why for each in page.voices if each.withdrawn_at is None)]
    if kind == "problem" and (problem := ask.session.get(Problem, ref)):
        found = [problem.what, problem.tried, problem.wanted]
    if kind == "offer" and (offer := ask.session.get(Offer, ref)):
        found = [offer.words]
    if kind == "checkin" and (
        checkin := checkins.get(ask.session, network_id=network_id, checkin_id=ref)
    ):
        found = list(checkin.answers)
    return [each for each in found if each.strip()]


def _take_resource(ask: Ask, ref: int) -> Taken | None:
    found = resources.get(ask.session, network_id=ask.me.network_id, resource_id=ref)
    voices = [each for each in found.voices if each.withdrawn_at is None] if found else []
    if found is None or not voices:
        return None
    for each in voices:
        resources.withdraw(ask.session, voice_id=each.id, now=ask.now)
    caught.move(
        ask.session, network_id=ask.me.network_id, key=found.key, was="waiting", becomes="hidden"
    )
    show_resource(ask, ref, voices[0].at)
    ids = [each.id for each in voices]
    first, *others = (each.member_id for each in voices)
    return Taken(first, found.title or found.url, {"voices": ids}, tuple(others))


def _return_resource(ask: Ask, ref: int, before: dict[str, Any]) -> bool:
    there = [found for each in before["voices"] if (found := ask.session.get(Voice, each))]
    for voice in there:
        voice.withdrawn_at = None
    ask.session.flush()
    resource = resources.get(ask.session, network_id=ask.me.network_id, resource_id=ref)
    if resource:
        caught.move(
            ask.session,
            network_id=ask.me.network_id,
            key=resource.key,
            was="hidden",
            becomes="waiting",
        )
    if there:
        show_resource(ask, ref, there[0].at)
    return bool(there)


def _take_problem(ask: Ask, ref: int) -> Taken | None:
    found = problems.get(
        ask.session,
        network_id=ask.me.network_id,
        organisation_id=ask.me.organisation_id,
        problem_id=ref,
    )
    if found is None:
        return None
    before = {"state": found.state}
    found.state = "withdrawn"
    _tell_of_problem(ask, found, hidden=True)
    return Taken(found.raised_by, found.what, before)


def _return_problem(ask: Ask, ref: int, before: dict[str, Any]) -> bool:
    found = ask.session.get(Problem, ref)
    if found is None or found.state != "withdrawn":
        return False
    found.state = "raised" if before["state"] == "agenda" else before["state"]
    _tell_of_problem(ask, found)
    return True


def _tell_of_problem(ask: Ask, problem: Problem, *, hidden: bool = False) -> None:
    ask.session.flush()
    problems.index(ask.session, problem)
    show_problem(ask, problem, hidden=hidden)


def _take_offer(ask: Ask, ref: int) -> Taken | None:
    found = offers.get(ask.session, network_id=ask.me.network_id, offer_id=ref)
    if found is None:
        return None
    problem, offer = found
    before = {
        "problem": problem.id,
        "member": offer.member_id,
        "words": offer.words,
        "source": offer.source,
        "at": offer.at.isoformat(),
    }
    taken = Taken(offer.member_id, offer.words, before)
    offers.withdraw(ask.session, problem=problem, offer=offer)
    hide_offer(ask.session, problem, ref, ask.now, hidden=True)
    show_problem(ask, problem)
    return taken


def _return_offer(ask: Ask, ref: int, before: dict[str, Any]) -> bool:
    problem = ask.session.get(Problem, before["problem"])
    if problem is None:
        return False
    made = Offer(
        id=ref,
        problem_id=problem.id,
        member_id=before["member"],
        words=before["words"],
        source=before["source"],
        at=ask.now,
    )
    made.member = ask.session.get(Member, before["member"]) if before["member"] else None
    problem.offers.append(made)
    ask.session.flush()
    problems.index(ask.session, problem)
    show_offer(ask.session, problem, made, ask.now)
    show_problem(ask, problem)
    return True


def _take_checkin(ask: Ask, ref: int) -> Taken | None:
    found = checkins.get(ask.session, network_id=ask.me.network_id, checkin_id=ref)
    if found is None:
        return None
    before = {"answers": list(found.answers)}
    taken = Taken(found.member_id, " · ".join(found.answers), before)
    _reword_checkin(ask, found, [HIDDEN] * len(found.answers))
    return taken


def _return_checkin(ask: Ask, ref: int, before: dict[str, Any]) -> bool:
    found = ask.session.get(CheckIn, ref)
    if found is None or set(found.answers) != {HIDDEN}:
        return False  # whoever it is from has said something else since
    _reword_checkin(ask, found, before["answers"])
    return True


def _reword_checkin(ask: Ask, found: CheckIn, answers: list[str]) -> None:
    found.answers = answers
    ask.session.flush()
    call = ask.session.get_one(Call, found.call_id)
    checkins.index(ask.session, call, found.member, found)
    calls.touch(ask.session, call_id=found.call_id)


def _take_answer(ask: Ask, ref: int) -> Taken | None:
    found = prompts.found_answer(ask.session, network_id=ask.me.network_id, answer_id=ref)
    if found is None:
        return None
    asking, answer = found
    before = {"asking": asking.id, "member": answer.member_id, "words": answer.words}
    taken = Taken(answer.member_id, answer.words, before)
    prompts.take_back(ask.session, asking=asking, answer=answer)
    hide_answer(ask.session, asking, ref, ask.now, hidden=True)
    show_asking(ask.session, asking, ask.now)
    return taken


def _return_answer(ask: Ask, ref: int, before: dict[str, Any]) -> bool:
    asking = prompts.asking(ask.session, network_id=ask.me.network_id, asking_id=before["asking"])
    known = prompts.answer_of(ask.session, asking_id=before["asking"], member_id=before["member"])
    if asking is None or known is not None:
        return False
    made = Answer(
        id=ref,
        asking_id=asking.id,
        member_id=before["member"],
        words=before["words"],
        own=before["words"],
        at=ask.now,
    )
    made.member = ask.session.get_one(Member, before["member"])
    asking.answers.append(made)
    ask.session.flush()
    prompts.index_answer(ask.session, asking, made)
    show_answer(ask.session, asking, made, ask.now)
    show_asking(ask.session, asking, ask.now)
    return True


@dataclass(frozen=True)
class Way:
    """How a kind of thing is hidden, and brought back; None or False where it is gone."""

    label: str
    take: Callable[[Ask, int], Taken | None]
    bring_back: Callable[[Ask, int, dict[str, Any]], bool]


WAYS = {
    "resource": Way("Resource", _take_resource, _return_resource),
    "problem": Way("Problem", _take_problem, _return_problem),
    "offer": Way("Offer", _take_offer, _return_offer),
    "checkin": Way("Check-in", _take_checkin, _return_checkin),
    "answer": Way("Answer", _take_answer, _return_answer),
}
