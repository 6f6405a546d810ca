"""A host hides something that does not belong here, with a reason, and can bring it back."""

from collections.abc import Iterator

from bot.compose.phrases import quoted, shorten
from bot.errors import Refusal
from bot.publish import to_member
from bot.speech import (
    Button,
    Buttons,
    ChoiceField,
    Element,
    Form,
    Heading,
    Reply,
    Say,
    Small,
    Strong,
    Text,
    TextField,
    When,
    card,
    line,
)
from handlers.hideable import WAYS, Taken, written
from handlers.posting import follow
from handlers.words import Ask, number, word
from storage import audit, checkins, chores, hiding, problems, prompts, resources
from storage.models import Hidden, Problem

MOST_LISTED = 10


@word("hide", who="host", example="hide", opens=True)
def hide(ask: Ask) -> Reply:
    """Hide something that was found, with a reason; it can be brought back."""
    options = tuple(_options(ask))
    if not options:
        raise Refusal(
            "Find it first: type ", Say("find <words>"), ", then press Hide one of these."
        )
    form = Form(
        "Hide something",
        ask.said.words,
        (
            ChoiceField("what", "What is to be hidden?", options),
            TextField(
                "reason",
                "Why? Whoever it is from reads this.",
                long=True,
                most=500,
                example="It names a student.",
            ),
        ),
        submit="Hide it",
        intro=("It goes from search, posts, agenda and recap. You can bring it back.",),
    )
    if ask.said.values is None:
        return form
    read = form.read(ask.said.values)
    kind, _, ref = read["what"].partition(":")
    texts = written(ask, kind, int(ref))
    taken = WAYS[kind].take(ask, int(ref))
    if taken is None:
        raise Refusal("That is not here any more, so nothing was hidden.")
    kept = hiding.add(
        ask.session,
        network_id=ask.me.network_id,
        kind=kind,
        ref=int(ref),
        member_id=taken.member_id,
        by=ask.me.member_id,
        reason=read["reason"],
        before={**taken.before, "texts": texts},
        now=ask.now,
    )
    chores.put(
        ask.session,
        network_id=ask.me.network_id,
        kind=hiding.FROM_OLD_AGENDAS,
        ref=kept.id,
        due_at=ask.now,
    )
    if kind == "resource":
        follow(ask, kind, int(ref))  # what was posted of it says who took it away
    _note(ask, kept, "hid", f": {shorten(read['reason'], 200)}")
    _tell(ask, kept, taken)
    return card(
        "Hidden. Whoever it is from was told why.",
        Buttons((Button("Bring it back", f"hide undo {kept.id}"),)),
        summary="It is hidden",
    )


def _options(ask: Ask) -> Iterator[tuple[str, str]]:
    """What the words name, as far as it is here; with a problem, the offers for it."""
    for each in ask.rest.split()[:10]:
        kind, _, typed = each.partition(":")
        if kind not in WAYS or not (typed.isascii() and typed.isdigit() and len(typed) < 10):
            continue
        ref = int(typed)
        if words := _words_of(ask, kind, ref):
            yield f"{kind}:{ref}", shorten(f"{WAYS[kind].label}: {words}", 75)
        if kind == "problem" and words:
            problem = _problem(ask, ref)
            for offer in problem.offers if problem else ():
                yield f"offer:{offer.id}", shorten(f"Offer: {offer.words}", 75)


def _words_of(ask: Ask, kind: str, ref: int) -> str:
    """The words to know it by; "" where it is not here."""
    network_id = ask.me.network_id
    if kind == "problem":
        problem = _problem(ask, ref)
        return problem.what if problem else ""
    if kind == "resource":
        found = resources.get(ask.session, network_id=network_id, resource_id=ref)
        spoken = found and any(each.withdrawn_at is None for each in found.voices)
        return (found.title or found.url) if found and spoken else ""
    if kind == "checkin":
        checkin = checkins.get(ask.session, network_id=network_id, checkin_id=ref)
        return " · ".join(checkin.answers) if checkin else ""
    given = prompts.found_answer(ask.session, network_id=network_id, answer_id=ref)
    return given[1].words if given and kind == "answer" else ""


def _problem(ask: Ask, ref: int) -> Problem | None:
    return problems.get(
        ask.session,
        network_id=ask.me.network_id,
        organisation_id=ask.me.organisation_id,
        problem_id=ref,
    )


def _tell(ask: Ask, kept: Hidden, taken: Taken) -> None:
    """Tell whoever it is from, directly; of a nameless problem the host learns no name by it."""
    for member_id in (taken.member_id, *taken.others):
        if member_id is not None and member_id != ask.me.member_id:
            _tell_one(ask, kept, taken, member_id)


def _tell_one(ask: Ask, kept: Hidden, taken: Taken, member_id: int) -> None:
    to_member(
        ask.session,
        member_id,
        card(
            Text((f"{ask.me.name}, who hosts {ask.me.network}, has hidden this of yours:",)),
            Text((quoted(taken.words, 300),)),
            Text((f"The reason: {kept.reason}",)),
            Small(("If you see it otherwise, please talk to them: they can bring it back.",)),
            *_withdraw(kept),
            summary="Something of yours was hidden",
        ),
        network_id=ask.me.network_id,
        of=f"hidden {kept.kind} {kept.ref} {kept.at.isoformat()}",
        kind="notice",
        now=ask.now,
    )


def _withdraw(kept: Hidden) -> Iterator[Element]:
    """What lets whoever it is from withdraw it for good: nobody then brings it back."""
    says = {
        "resource": f"withdraw {kept.ref}",
        "problem": f"unask {kept.ref}",
        "offer": f"unoffer {kept.ref}",
        "answer": f"unanswer {kept.before.get('asking')}",
    }.get(kept.kind)
    if says:
        sure = "Withdraw it for good? Nobody can bring it back then."
        yield Buttons((Button("Withdraw it for good", says, confirm=sure),))


@word("hide undo", who="host")
def unhide(ask: Ask) -> Reply:
    """Bring back what was hidden."""
    kept = hiding.get(ask.session, network_id=ask.me.network_id, hidden_id=number(ask.rest))
    if kept is None:
        raise Refusal("That is not hidden (any more). ", Say("hidden"), " lists what is.")
    if kept.withdrawn_at:
        raise Refusal(
            "Whoever it is from has withdrawn it meanwhile, so it can’t be brought back. Nothing"
            " was changed."
        )
    back = WAYS[kept.kind].bring_back(ask, kept.ref, kept.before)
    hiding.bring_back(ask.session, hidden=kept)
    if not back:
        return card("It is gone: whoever it is from took it back, or said something else since.")
    _note(ask, kept, "brought back")
    return card(
        "It is back, as it was; only the agendas of calls that are over stay without it.",
        instead=True,
    )


@word("hidden", who="host", example="hidden", reads=True)
def hidden(ask: Ask) -> Reply:
    """See what hosts have hidden, and why."""
    every = hiding.lately(ask.session, network_id=ask.me.network_id, limit=MOST_LISTED)
    if not every:
        return card("Nothing is hidden.")
    elements: list[Element] = [Heading("Hidden")]
    for each in every:
        day = When(each.at, ask.me.own_zone or ask.me.zone, "day")
        words = _hidden_words(ask, each)
        elements.append(
            Text(line(Strong(WAYS[each.kind].label), f": {quoted(words, 150)}" if words else ""))
        )
        elements.append(Small(line("Hidden ", day, f". The reason: {each.reason}")))
        elements.append(Buttons((Button("Bring it back", f"hide undo {each.id}"),)))
    return card(*elements, summary="What is hidden")


def _hidden_words(ask: Ask, kept: Hidden) -> str:
    """The words to know it by; "" for what the host who asks could not see before, either."""
    if kept.kind == "resource":
        found = resources.get(ask.session, network_id=kept.network_id, resource_id=kept.ref)
        return (found.title or found.url) if found else ""
    if kept.kind == "problem" or "problem" in kept.before:
        ref = kept.ref if kept.kind == "problem" else kept.before["problem"]
        problem = ask.session.get(Problem, ref)
        within = problem is not None and problem.sight == "organisation"
        if problem is None or (within and problem.organisation_id != ask.me.organisation_id):
            return ""
        return problem.what if kept.kind == "problem" else str(kept.before["words"])
    if "answers" in kept.before:
        return " · ".join(filter(None, kept.before["answers"]))
    return str(kept.before["words"])


def _note(ask: Ask, kept: Hidden, did: str, why: str = "") -> None:
    audit.note(
        ask.session,
        network_id=kept.network_id,
        by=ask.me.member_id,
        what="item",
        ref=kept.ref,
        words=f"{did} a {WAYS[kept.kind].label.casefold()}{why}",
        now=ask.now,
    )
