"""Recaps: attributed, complete in the thread, and silent about what is not for everyone."""

from dataclasses import replace

import pytest

from bot.compose.facts import Promised, Raised, Said, Shared
from bot.compose.recap import Recap, RecapFacts, draft_card, recap
from bot.compose.recap_sections import ExitFigures, marks
from bot.speech import Buttons, Card, plain
from tests.compose.cast import ANA, BEN, CALL, CLEO, MATHS, NAMELESS, PROMISE, RECAP, RUBRIC, SECRET


def words(made: Recap) -> str:
    return "\n".join(plain(each.elements) for each in (made.head, *made.details))


@pytest.mark.parametrize("sight", ["organisation", "", "Network", "team"])
def test_only_what_everyone_may_read_is_shown(sight: str) -> None:
    hidden = Raised(9, "hush", sight, ANA, "hush", "hush", (Said(BEN, "hush"),))
    facts = RecapFacts(CALL, problems=(hidden,), asks=(hidden,))
    assert "hush" not in words(recap(facts))
    assert "hush" not in plain(draft_card(facts, CALL.when).elements)
    assert marks(facts) == ()


def test_a_nameless_problem_shows_no_name_even_when_it_is_handed_one() -> None:
    problem = Raised(9, "I dread it.", "nameless", replace(CLEO, name="Zelda"))
    facts = RecapFacts(replace(CALL, absent=()), problems=(problem,), asks=(problem,))
    assert "Zelda" not in words(recap(facts))
    assert "Zelda" not in plain(draft_card(facts, CALL.when).elements)
    assert "“I dread it.” – A member" in words(recap(facts))


def test_everyone_is_named_for_what_they_gave() -> None:
    said = words(recap(RECAP))
    assert "A rubric – Ben (Southside): My team argues less.; Ana (Northside)" in said
    assert "Ana (Northside): We moved the quiz to Tuesday." in said
    assert "Ben (Southside): try exit tickets in one class" in said
    assert "Ben (Southside): Not in grade six." in said


@pytest.mark.parametrize(
    ("mark", "gone"),
    [("r12", "A rubric"), ("p2", "Ninth graders"), ("c4", "exit tickets"), ("p3", "staff meeting")],
)
def test_a_host_leaves_an_item_out(mark: str, gone: str) -> None:
    assert gone in words(recap(RECAP))
    assert gone not in words(recap(replace(RECAP, left_out=(mark,))))


def test_every_item_has_a_mark_to_leave_it_out_by() -> None:
    assert marks(RECAP) == (
        ("r12", "Resource: A rubric"),
        ("r13", "Resource: https://example.org/untitled"),
        ("p2", "Problem: Ninth graders skip maths on Mondays."),
        ("p3", "Problem: I dread my own staff meeting."),
        ("c4", "Ben will: try exit tickets in one class"),
    )
    nothing_left = replace(
        RECAP, left_out=tuple(mark for mark, _ in marks(RECAP)), disagreements=()
    )
    assert "Nothing was written down" in words(recap(nothing_left))


@pytest.mark.parametrize(
    ("figures", "said"),
    [
        (
            ExitFigures((5, 4, 4), (True, False), 5),
            "3 of 5 answered (60%) · useful 4.3 of 5 · 1 of 2 would recommend it",
        ),
        (ExitFigures((5,), (), 4), "1 of 4 answered (25%) · useful 5.0 of 5"),
        (ExitFigures((5, 3), (), 0), "2 answers · useful 4.0 of 5"),
    ],
)
def test_figures_come_with_how_many_answered(figures: ExitFigures, said: str) -> None:
    assert f"Exit ticket: {said}\n" in words(recap(replace(RECAP, exit=figures)))


def test_no_figures_without_answers() -> None:
    assert "Exit ticket" not in words(recap(replace(RECAP, exit=ExitFigures((), (), 9))))


@pytest.mark.parametrize(
    ("by", "approved", "said"),
    [
        ("model", "Ana", "Drafted by a model from what was shared; edited and approved by Ana."),
        ("model", "", "Drafted by a model from what was shared; nobody has approved it yet."),
        ("Ana", "Ana", "Written by Ana"),
    ],
)
def test_an_opening_says_whose_it_is(by: str, approved: str, said: str) -> None:
    assert said in words(recap(replace(RECAP, opening_by=by, approved_by=approved)))


def test_what_the_post_shortens_is_whole_in_the_thread() -> None:
    long = " ".join(f"word{i}" for i in range(400))
    facts = RecapFacts(
        CALL,
        resources=tuple(Shared(i, f"https://example.org/{i}", BEN, long) for i in range(9)),
        problems=(replace(MATHS, what=long, offers=tuple(Said(ANA, long) for _ in range(9))),),
        commitments=tuple(Promised(i, ANA, f"{i} {long}") for i in range(9)),
        asks=(replace(NAMELESS, what=long),),
    )
    made = recap(facts)
    assert "and 5 more in the thread" in plain(made.head.elements)
    whole = "".join(plain(each.elements) for each in made.details)
    assert "".join(whole.split()).count("word399") == 9 + 1 + 9 + 9 + 1
    assert len(plain(made.head.elements)) < 9000


def test_a_short_recap_needs_no_thread() -> None:
    assert recap(RecapFacts(CALL, resources=(RUBRIC,), commitments=(PROMISE,))).details == ()


def test_whoever_reads_an_ask_can_help() -> None:
    assert said_by(recap(RECAP).details[-1]) == ["offer 3"]


def test_a_draft_can_be_approved_edited_and_held_back() -> None:
    draft = draft_card(RECAP, CALL.when)
    assert said_by(draft)[:3] == ["recap approve 4", "recap edit 4", "recap hold 4"]
    assert "It posts by itself Tue 24 Nov, 15:00" in plain(draft.elements)
    for each in (recap(RECAP).head, *recap(RECAP).details):
        assert plain(each.elements) in plain(draft.elements)


def test_a_draft_that_posts_only_when_approved_offers_no_holding_back() -> None:
    for draft in (draft_card(RECAP, None), draft_card(RECAP, CALL.when, held=True)):
        assert said_by(draft)[:2] == ["recap approve 4", "recap edit 4"]
        assert "recap hold 4" not in said_by(draft)
        assert "posts by itself" not in plain(draft.elements)


def test_the_second_draft_is_a_reminder() -> None:
    assert plain(draft_card(RECAP, CALL.when, second=True).elements).startswith("Still a draft")


def test_an_organisations_problem_is_left_out_of_a_full_recap() -> None:
    assert SECRET.what not in words(recap(RECAP))


def test_one_long_offer_is_whole_in_the_thread() -> None:
    long = " ".join(f"word{i}" for i in range(100))
    problem = replace(NAMELESS, offers=(Said(ANA, long),))
    made = recap(RecapFacts(CALL, problems=(problem,)))
    assert "word99" not in plain(made.head.elements)
    assert long in plain(made.details[0].elements)


def said_by(shown: Card) -> list[str]:
    return [b.says for each in shown.elements if isinstance(each, Buttons) for b in each.buttons]
