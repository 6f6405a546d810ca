"""Bringing a problem, or somebody's message, to the next call."""

from bot.compose.phrases import quoted, shorten
from bot.errors import Refusal
from bot.speech import Card, Form, Reply, Say, Text, TextField, When, card, clean, line
from handlers.offers import pointed_problem, source_of
from handlers.problems import found_problem, from_list, list_of, show
from handlers.words import Ask, word
from storage import calls, problems, recaps, roles
from storage.models import Call, Problem

MOST = 300
_BY_US = (
    "That is a post of mine, so nothing was put on the agenda. Choose Bring to call on what"
    " somebody wrote, or on a problem’s card; to bring up something of your own, type "
)
_BY_A_BOT = (
    "A bot wrote that, and the call could not ask it anything, so nothing was put on the agenda. If"
    " it has a link, choose Save as resource: then it comes up in the resource round. Or say in"
    " your own words what the call should talk about: "
)
NO_CALL = "No call is planned, so nothing was put on an agenda. A host can plan one with "


@word("bring", who="nobody", opens="bare")
def bring(ask: Ask) -> Reply:
    """Bring a problem, or a message, to the next call."""
    message = ask.said.message
    if message is None:
        return bring_problem(ask, found_problem(ask))
    if ask.me.channel_id and (problem := pointed_problem(ask, message.id)):
        return bring_problem(ask, problem)
    if message.by != "person":
        raise Refusal(_BY_US if message.by == "us" else _BY_A_BOT, Say("ask"), ".")
    if not clean(message.text):
        raise Refusal("I could not see words in that message, so nothing was put on the agenda.")
    _next_call(ask)
    says = f"bring message {source_of(ask, message)} {message.permalink}".strip()
    return _form(ask, says, f"“{shorten(message.text, MOST - 2)}”")


def bring_problem(ask: Ask, problem: Problem) -> Card:
    """Let a problem go first among what waits for the next call. Raises Refusal."""
    if problem.sight == "organisation":
        raise Refusal(
            "Only your organisation may see that problem, so it can’t be on the network’s agenda."
        )
    if problem.state in ("worked", "closed"):
        raise Refusal("That problem is settled. Whoever raised it can open it again.")
    call = _next_call(ask)
    new = problems.bring(ask.session, problem=problem, now=ask.now)
    if problem.author and problem.author.id == ask.me.member_id:  # they present it after all
        roles.can_after_all(
            ask.session, call_id=call.id, role=roles.PRESENTS, member_id=ask.me.member_id
        )
    show(ask, problem)
    when = When(call.starts_at, call.series.zone, "day")
    said = (
        "It goes first among what waits for the call: " if new else "It was brought to the call: "
    )
    if from_list(ask):
        return list_of(ask, line(said, when, ". ", quoted(problem.what, 80)))
    return card(Text(line(said, when, ". ", Say("agenda"), " shows how it stands.")))


def _form(ask: Ask, says: str, title: str) -> Form:
    outside = ask.me.channel_id is None
    return Form(
        "Bring to call",
        says,
        (
            TextField(
                "title",
                "What should the call talk about?",
                title,
                long=True,
                most=MOST,
            ),
        ),
        submit="Bring it",
        intro=(
            f"This message is not in one of {ask.me.network}’s channels: everyone in the network"
            " will read what you send."
            if outside
            else "It gets five minutes on the next agenda; a host may change that.",
        ),
    )


@word("bring message", who="nobody", opens=True)
def bring_message(ask: Ask) -> Reply:
    """Put a message’s words on the next agenda."""
    source, _, link = ask.rest.partition(" ")
    call = _next_call(ask)
    form = _form(ask, ask.said.words, "")
    if ask.said.values is None:
        return form
    new = recaps.bring_message(
        ask.session,
        call_id=call.id,
        title=" ".join(form.read(ask.said.values)["title"].split()),
        by=ask.me.member_id,
        link=link,
        source=source,
    )
    if not new:
        return card("That message is on the next agenda already. Thank you!")
    calls.touch(ask.session, call_id=call.id)
    when = When(call.starts_at, call.series.zone, "day")
    return card(
        Text(line("It is on the agenda: ", when, ". ", Say("agenda"), " shows how it stands.")),
        summary="It is on the next agenda",
    )


def _next_call(ask: Ask) -> Call:
    call = calls.next_call(
        ask.session, network_id=ask.me.network_id, now=ask.now, channel_id=ask.me.channel_id
    )
    if call is None:
        raise Refusal(NO_CALL, Say("call"), ".")
    return call
