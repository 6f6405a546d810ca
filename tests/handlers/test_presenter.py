"""Who presents: whoever raised by name what is on the agenda; else who is asked to bring one."""

from datetime import timedelta

from tests.cast import CALL, Room, text
from tests.handlers.acting import (
    buttons,
    nothing_changed,
    outbox_cards,
    presses,
    problem_id,
    says_in_form,
)
from tests.handlers.test_roles import AGENDA, WEEK, place
from tests.jobs.walking import walks_to

CAST = ("ana", "ben", "grace", "dee", "gus")
TURN = "your turn to bring a problem"


def told(room: Room, words: str) -> list[str]:
    """Who reads these words of a role of theirs."""
    return [who for who in CAST if any(words in text(each) for each in room.directs(who))]


def presenter(room: Room) -> str:
    """Who presents, as the agenda has it; "" for nobody."""
    lines = text(room.post("Agenda")).splitlines()
    line = next(each for each in lines if "Timekeeper: " in each)
    return line.partition("Presenter: ")[2].partition(" ·")[0].casefold()


async def raises(room: Room, who: str, what: str, sight: str = "network") -> int:
    said = await says_in_form(room, who, "ask", place(who), what=what, sight=sight)
    assert "Raised" in said
    await room.settle()
    return problem_id(room, what)


async def test_where_no_problem_waits_somebody_is_asked_to_bring_one(room: Room) -> None:
    await walks_to(room, AGENDA)
    (who,) = told(room, TURN)
    agenda = text(room.post("Agenda"))
    assert presenter(room) == who and f"It is {who.title()} (" in agenda
    (asked,) = [each for each in room.directs(who) if TURN in text(each)]
    assert buttons(asked) == ["Bring a problem", "Swap", "I can’t"]
    form = await presses(room, who, asked, "Bring a problem")
    assert "carries your name" in str(form.view)
    done = await room.hands[who].submit(form.view, {"what": "Nobody reads <b>my</b> notes"})
    assert "It goes first among what waits" in done.text
    await room.settle()
    agenda = text(room.post("Agenda"))
    assert presenter(room) == who and "“Nobody reads <b>my</b> notes”" in agenda
    assert f"Raised by {who.title()}" in text(room.post("my</b> notes"))
    assert told(room, TURN) == []
    assert told(room, "you present your problem of practice: “Nobody reads") == [who]


async def test_whoever_raised_what_is_on_the_agenda_presents_it(room: Room) -> None:
    await raises(room, "ben", "Talk fades")
    await walks_to(room, AGENDA)
    assert presenter(room) == "ben"
    assert told(room, "you present your problem of practice: “Talk fades”") == ["ben"]
    for doing in ("keep the time", "take the notes", "host"):
        assert "ben" not in told(room, f"you {doing}.")
    assert "you present a problem of practice" in text(await room.home("ben"))
    assert "Presenter: Ben" in text(await room.home("dee"))
    said = await room.says("ben", "role pass 1 present")
    assert "Your problem waits for another call" in said.text
    await room.settle()
    agenda = text(room.post("Agenda"))
    assert "Ben (Northside) can’t present it this time" in agenda
    other = presenter(room)
    assert other not in ("", "ben") and told(room, TURN) == [other]
    await room.dialog("ben", (f"bring {problem_id(room, 'Talk fades')}", "It goes first"))
    await room.settle()
    assert presenter(room) == "ben"
    assert other in told(room, "Ben will present a problem of practice")


async def test_a_nameless_problem_names_no_presenter(room: Room) -> None:
    await walks_to(room, AGENDA)
    (who,) = told(room, TURN)
    await raises(room, "dee", "I dread my own meeting", "nameless")
    assert "I dread my own meeting" in text(room.post("Agenda"))
    assert presenter(room) == "" and told(room, TURN) == []
    assert told(room, "you need not present a problem of practice") == [who]
    for one in CAST:
        assert "Presenter" not in text(await room.home(one))
    assert told(room, "present your problem") == []
    form = await room.says("ana", "roles")
    values = dict.fromkeys(("time", "notes", "host"), "")
    no = await room.ana.submit(form.view, values | {"present": "Dee", "question": "New?"})
    assert "A problem without a presenter is on the agenda, and none of Dee’s waits" in str(
        no.errors or no.text
    )
    await walks_to(room, CALL + timedelta(minutes=1))
    assert "Presenter" not in text(room.post("Starting now"))
    assert "Timekeeper: " in text(room.post("Starting now"))


async def test_what_a_nameless_problem_changes_does_not_depend_on_who_raised_it(room: Room) -> None:
    await walks_to(room, AGENDA)
    await raises(room, "ben", "Nameless", "nameless")
    (who,) = told(room, "you need not present")
    assert {"Presenter: ", "will present"}.isdisjoint(
        [piece for each in outbox_cards(room)[-8:] for piece in ("Presenter: ",) if piece in each]
    )
    await room.says("ben", f"unask {problem_id(room, 'Nameless')}")
    await room.settle()
    assert presenter(room) == who and told(room, TURN) == [who]


async def test_a_swap_brings_the_problem_of_who_takes_it(room: Room) -> None:
    await raises(room, "ben", "Talk fades")
    await raises(room, "dee", "Notes are lost")
    await walks_to(room, AGENDA)
    assert presenter(room) == "ben"
    asked = next(each for each in room.directs("ben") if "Talk fades" in text(each))
    await presses(room, "ben", asked, "Swap")
    await room.settle()
    assert presenter(room) == "ben"
    offer = next(
        each
        for each in room.replies(room.post("Check-in", "harbor"), "harbor")
        if "Ben would like to swap: who will present" in text(each)
    )
    done = await presses(room, "dee", offer, "I’ll do it")
    assert "Thank you! You present a problem of practice" in done.text
    await room.settle()
    agenda = text(room.post("Agenda"))
    assert presenter(room) == "dee" and "“Notes are lost”" in agenda
    assert told(room, "you present your problem of practice: “Notes are lost”") == ["dee"]


async def test_who_presented_is_not_asked_again_before_the_others(room: Room) -> None:
    await raises(room, "ben", "Talk fades")
    presented = []
    for week in range(5):
        await walks_to(room, AGENDA + week * WEEK)
        presented.append(presenter(room))
    assert presented[0] == "ben" and sorted(presented) == sorted(CAST)


async def test_a_host_lets_somebody_present_whose_problem_waits(room: Room) -> None:
    await raises(room, "ben", "Talk fades")
    await raises(room, "dee", "Notes are lost")
    await walks_to(room, AGENDA)
    form = await room.says("ana", "roles")
    names = dict.fromkeys(("host", "present", "time", "notes"), "")
    for line in text(room.post("Agenda")).splitlines():
        for label, role in (("Host", "host"), ("Timekeeper", "time"), ("Note-taker", "notes")):
            if f"{label}: " in line:
                names[role] = line.partition(f"{label}: ")[2].partition(" ·")[0]
    async with nothing_changed(room):
        no = await room.ana.submit(
            form.view, names | {"present": "Gus", "question": "What is new?"}
        )
        assert "Ben’s problem is on the agenda, and none of Gus’s waits" in str(
            no.errors or no.text
        )
    done = await room.ana.submit(form.view, names | {"present": "Dee", "question": "What is new?"})
    assert "Presenter: Dee" in done.text
    await room.settle()
    assert presenter(room) == "dee" and "“Notes are lost”" in text(room.post("Agenda"))
