"""Agendas: whatever is thrown at them, the minutes sum, and what does not fit is shown."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bot.compose.agenda import Agenda, agenda, agenda_card, three_lines
from bot.compose.agenda_items import Item
from bot.compose.facts import (
    AgendaFacts,
    Answered,
    Carried,
    Change,
    Person,
    Promised,
    Raised,
    Shared,
)
from bot.compose.protocols import PROTOCOLS
from bot.speech import Buttons, plain, plain_line
from tests.compose.cast import AGENDA, ANA, BEN, CALL, CLEO, MATHS, NAMELESS, SECRET

words = st.text(max_size=60)
people = st.sampled_from([ANA, BEN, CLEO])
keys = st.sampled_from(
    "connection last resources break problem success commitments plusdelta buffer added:90".split()
)
numbered = st.integers(0, 10**6)


def unique(made: st.SearchStrategy, most: int = 5) -> st.SearchStrategy:
    """A few facts, no two with the same id."""
    return st.lists(made, max_size=most, unique_by=lambda each: each.id).map(tuple)


sights = st.sampled_from(["network", "nameless", "organisation", "later"])
changes = st.tuples(
    st.lists(
        st.builds(
            Change,
            keys,
            minutes=st.none() | st.integers(0, 600),
            position=st.none() | st.integers(-2, 20),
            left_out=st.booleans(),
        ),
        max_size=6,
        unique_by=lambda each: each.kind,
    ).map(tuple),
    unique(
        st.builds(
            Change,
            st.just("added"),
            words,
            st.none() | st.integers(0, 600),
            st.none() | st.integers(-2, 20),
            id=st.integers(0, 50),
        )
    ),
).map(lambda both: both[0] + both[1])
facts_of_a_call = st.builds(
    AgendaFacts,
    st.integers(15, 480),
    st.sampled_from(["", "nobody knows this one", *PROTOCOLS]),
    host=st.sampled_from(["", "Ana"]),
    checkins=st.lists(st.builds(Answered, people, st.tuples(words, words)), max_size=3).map(tuple),
    absent=st.sets(people).map(tuple),
    problems=unique(st.builds(Raised, numbered, words, sights, st.none() | people, words)),
    resources=unique(st.builds(Shared, numbered, words, people, words)),
    commitments=unique(st.builds(Promised, numbered, people, words)),
    carried=st.lists(
        st.builds(
            Carried,
            st.sampled_from(["added:90", "added:91", "buffer"]),
            words,
            st.integers(1, 60),
            words,
        ),
        max_size=3,
        unique_by=lambda each: each.key,
    ).map(tuple),
    changes=changes,
)


@given(facts_of_a_call)
def test_minutes_sum_to_the_call_and_keep_their_least(facts: AgendaFacts) -> None:
    made = agenda(facts)
    assert sum(each.minutes for each in made.items) == facts.minutes == made.minutes
    assert all(each.minutes >= max(each.least, 1) for each in made.items)


@given(facts_of_a_call)
def test_at_most_one_problem_and_every_item_once(facts: AgendaFacts) -> None:
    found = keys_of(agenda(facts))
    assert len(set(found)) == len(found)
    assert len({"problem", "success"} & set(found)) <= 1


@given(facts_of_a_call)
def test_what_does_not_fit_is_carried_forward(facts: AgendaFacts) -> None:
    made = agenda(facts)
    waiting = {each.key for each in made.carried}
    left_out = {each.kind for each in facts.changes if each.left_out}
    brought = {each.key for each in facts.carried if each.key != "buffer"}
    added = {each.key for each in facts.changes if each.kind == "added"}
    assert (brought | added) - left_out <= waiting | set(keys_of(made))
    assert not waiting & set(keys_of(made))
    open_to_all = {f"problem:{p.id}" for p in facts.problems if p.sight in ("network", "nameless")}
    missing = open_to_all - waiting
    assert len(missing) == ("problem" in keys_of(made))
    assert waiting <= open_to_all | brought | added | {
        "connection",
        "last",
        "resources",
        "break",
        "success",
        "commitments",
        "plusdelta",
    }


@given(facts_of_a_call)
def test_what_a_host_left_out_is_nowhere(facts: AgendaFacts) -> None:
    left_out = {each.kind for each in facts.changes if each.left_out}
    made = agenda(facts)
    assert not left_out & set(keys_of(made))
    assert not left_out & {each.key for each in made.carried}


@given(facts_of_a_call)
def test_the_hosts_minutes_are_kept(facts: AgendaFacts) -> None:
    wanted = {each.key: each.minutes for each in facts.changes if each.minutes}
    for item in agenda(facts).items:
        if item.key in wanted:
            assert item.minutes == max(wanted[item.key], item.least)


@given(facts_of_a_call)
def test_items_without_a_place_keep_their_order(facts: AgendaFacts) -> None:
    placed = {each.key for each in facts.changes if each.position is not None}
    unplaced = tuple(replace(each, position=None) for each in facts.changes)
    before = [key for key in keys_of(agenda(replace(facts, changes=unplaced))) if key not in placed]
    assert [key for key in keys_of(agenda(facts)) if key not in placed] == before


@given(facts_of_a_call, st.randoms())
def test_a_whole_order_is_kept(facts: AgendaFacts, chance: object) -> None:
    bare = replace(facts, changes=())
    wanted = [key for key in keys_of(agenda(bare)) if key != "open"]
    chance.shuffle(wanted)  # type: ignore[attr-defined]
    order = tuple(Change(key, position=i) for i, key in enumerate(wanted, start=1))
    assert keys_of(agenda(replace(bare, changes=order))) == wanted


@given(facts_of_a_call, st.booleans())
def test_the_card_gives_nobody_away(facts: AgendaFacts, for_host: bool) -> None:
    hidden = tuple(
        replace(p, what=f"hush {p.id}", tried="hush", author=replace(ANA, name="Zelda"))
        for p in facts.problems
        if p.sight != "network"
    )
    shown = plain(
        agenda_card(CALL, agenda(replace(facts, problems=hidden)), for_host=for_host).elements
    )
    assert "Zelda" not in shown
    if not any(each.sight == "nameless" for each in hidden):
        assert "hush" not in shown


def test_an_hour_is_as_facilitators_run_it() -> None:
    made = agenda(AgendaFacts(60, commitments=AGENDA.commitments, problems=(MATHS,)))
    assert [(each.key, each.minutes) for each in made.items] == [
        ("connection", 5),
        ("last", 5),
        ("resources", 10),
        ("problem", 25),
        ("commitments", 5),
        ("plusdelta", 5),
        ("buffer", 5),
    ]


def test_a_quarter_of_an_hour_keeps_what_matters() -> None:
    made = agenda(replace(AGENDA, minutes=15, carried=(), changes=()))
    assert keys_of(made) == ["connection", "resources", "problem", "commitments"]
    assert "as 8 minutes are too few for consultancy" in item(made, "problem").purpose


def test_the_oldest_problem_waits_while_its_presenter_is_away() -> None:
    made = agenda(AGENDA)
    assert item(made, "problem").owner == "Ben (Southside)"
    assert [(each.title, each.why) for each in made.carried] == [
        ("“Cleo’s own question.”", "Cleo can’t come"),
        ("“I dread my own staff meeting.”", "one problem a call"),
    ]


def test_a_problem_that_the_host_takes_out_goes_on_waiting() -> None:
    made = agenda(AgendaFacts(60, problems=(MATHS,), changes=(Change("problem", left_out=True),)))
    assert [(each.key, each.why) for each in made.carried] == [("problem:2", "not in this call")]


def test_without_a_problem_there_is_a_success_to_learn_from() -> None:
    made = agenda(replace(AGENDA, problems=(SECRET,)))
    invited = plain_line(item(made, "success").details[0])
    assert invited == "No problem is waiting. Ben (Southside), would you go first? You may pass."


def test_a_nameless_problem_is_a_members() -> None:
    assert item(agenda(AgendaFacts(60, problems=(NAMELESS,))), "problem").owner == "A member"


def test_a_long_call_has_a_break() -> None:
    assert "break" in keys_of(agenda(AgendaFacts(120)))
    assert "break" not in keys_of(agenda(AgendaFacts(119)))


def test_what_did_not_fit_last_time_comes_back() -> None:
    last = agenda(AgendaFacts(15, changes=(Change("added", "Grant news", 600, id=7),)))
    now = agenda(AgendaFacts(480, carried=last.carried))
    assert item(now, "added:7").title == "Grant news"
    assert [key for key in keys_of(now) if key.startswith("added")] == ["added:7"]


def test_a_problem_is_never_given_less_than_it_needs() -> None:
    made = agenda(AgendaFacts(60, problems=(MATHS,), changes=(Change("problem", minutes=1),)))
    assert item(made, "problem").minutes == item(made, "problem").least == 8


def test_items_at_the_same_place_come_in_the_order_of_their_changes() -> None:
    changes = [
        Change("added", title, 5, at, id=i)
        for i, (title, at) in enumerate([("A", 1), ("B", 1), ("C", 0), ("D", 99)])
    ]
    titles = [each.title for each in agenda(AgendaFacts(60, changes=tuple(changes))).items]
    assert titles[:4] == ["C", "A", "B", "Connection"]
    assert titles[-1] == "D"


def test_an_added_item_is_moved_and_timed_like_any_other() -> None:
    added = Change("added", "Grant news", 5, id=7)
    moved = Change("added:7", minutes=12, position=1)
    first = agenda(AgendaFacts(60, changes=(added, moved))).items[0]
    assert (first.title, first.minutes) == ("Grant news", 12)
    gone = agenda(AgendaFacts(60, changes=(added, Change("added:7", left_out=True))))
    assert "Grant news" not in {each.title for each in (*gone.items, *gone.carried)}


def test_time_that_nothing_takes_is_open() -> None:
    everything = "connection resources success commitments plusdelta buffer".split()
    changes = tuple(Change(key, left_out=True) for key in everything)
    made = agenda(AgendaFacts(30, changes=(*changes, Change("added", "A talk", 20, id=1))))
    assert [(each.title, each.minutes) for each in made.items] == [
        ("A talk", 20),
        ("Open time", 10),
    ]


def test_only_a_host_is_offered_changes() -> None:
    assert not buttons(agenda_card(CALL, agenda(AGENDA), for_host=False).elements)
    said = buttons(agenda_card(CALL, agenda(AGENDA), for_host=True).elements)
    assert said == ["agenda add 4", "agenda order 4"]


def test_three_lines_are_the_longest_in_their_order() -> None:
    assert [
        plain_line(each).split("  ")[1].split(" · ")[0] for each in three_lines(agenda(AGENDA))
    ] == [
        "Resource round",
        "Problem of practice",
        "Grant news",
    ]


def keys_of(made: Agenda) -> list[str]:
    return [each.key for each in made.items]


def item(made: Agenda, key: str) -> Item:
    return next(each for each in made.items if each.key == key)


def buttons(elements: tuple) -> list[str]:
    return [b.says for each in elements if isinstance(each, Buttons) for b in each.buttons]


def test_a_line_a_person_for_what_they_promised_and_the_rest_is_counted() -> None:
    crowd = [Person(f"P{number}", "Harbor", 50 + number) for number in range(10)]
    facts = AgendaFacts(
        60,
        commitments=(
            Promised(1, BEN, "the newest"),
            Promised(2, ANA, "another"),
            Promised(3, BEN, "an older one", "kept"),
            Promised(4, BEN, "the oldest"),
            *(Promised(10 + each.id, each, "listen") for each in crowd),
            Promised(5, crowd[9], "listen again"),
        ),
        still_open=3,
    )
    item = next(each for each in agenda(facts).items if each.key == "last")
    said = [plain_line(each) for each in item.details]
    assert said[0] == f"{BEN.full}: the newest; and 2 more"
    assert said[1] == f"{ANA.full}: another"
    assert said[2:8] == [f"P{number} (Harbor): listen" for number in range(6)]
    assert said[8] == "and 5 more, of 4 other people"
    assert said[9].startswith("3 earlier ones are open, too: whoever said one finds it with ")
    assert len(said) == 10
