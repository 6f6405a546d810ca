"""The cast, and one week of theirs: Ana hosts, Ben belongs, Cleo is elsewhere."""

from datetime import UTC, datetime, timedelta

from bot.compose.facts import (
    AgendaFacts,
    Answered,
    CallFacts,
    Carried,
    Change,
    Person,
    Promised,
    Raised,
    Said,
    Shared,
)
from bot.compose.recap import RecapFacts
from bot.compose.recap_sections import ExitFigures
from bot.speech import When

ANA = Person("Ana", "Northside", 1)
BEN = Person("Ben", "Southside", 2)
CLEO = Person("Cleo", "", 3)

TUESDAY = datetime(2026, 11, 24, 21, tzinfo=UTC)
ZONE = "America/Chicago"

CALL = CallFacts(
    4,
    1,
    "Weekly learning call",
    TUESDAY,
    ZONE,
    60,
    link="https://meet.example.org/weekly",
    questions=("What are you bringing?", "What are you stuck on?"),
    answered=(ANA, BEN),
    absent=(CLEO,),
    roles=(("host", "Ana"), ("notes", "Dee"), ("present", "Ben"), ("time", "Gus")),
)

RUBRIC = Shared(12, "https://example.org/rubric", BEN, "My team argues less.", "A rubric")
RUBRIC_TOO = Shared(12, "https://example.org/rubric", ANA, "", "A rubric")
UNTITLED = Shared(13, "https://example.org/untitled", CLEO, "It is short.")

MATHS = Raised(
    2,
    "Ninth graders skip maths on Mondays.",
    "network",
    BEN,
    tried="Calling home.",
    wanted="What worked elsewhere?",
    offers=(Said(ANA, "We moved the quiz to Tuesday."),),
)
NAMELESS = Raised(3, "I dread my own staff meeting.", "nameless", CLEO)
SECRET = Raised(5, "Our superintendent leaves.", "organisation", ANA)
PROMISE = Promised(4, BEN, "try exit tickets in one class")

AGENDA = AgendaFacts(
    60,
    host="Ana",
    notes_link="https://notes.example.org/24",
    checkins=(Answered(ANA, ("A rubric", "")), Answered(BEN, ("", "Attendance"))),
    absent=(CLEO,),
    problems=(Raised(1, "Cleo’s own question.", "network", CLEO), MATHS, NAMELESS, SECRET),
    resources=(RUBRIC, RUBRIC_TOO, UNTITLED),
    commitments=(PROMISE,),
    carried=(Carried("added:7", "Grant news", 10, "no time for it in this call"),),
    changes=(Change("added", "A visit", 5, 2, id=9), Change("plusdelta", minutes=3)),
)

RECAP = RecapFacts(
    CALL,
    resources=(RUBRIC, RUBRIC_TOO, UNTITLED),
    problems=(MATHS, SECRET),
    commitments=(PROMISE,),
    asks=(NAMELESS, SECRET),
    disagreements=(Said(ANA, "Homework helps."), Said(BEN, "Not in grade six.")),
    exit=ExitFigures((5, 4, 4), (True, False), 5),
    next_call=When(TUESDAY + timedelta(days=7), ZONE),
    notes_link="https://notes.example.org/24",
    opening="We looked at Mondays.",
    opening_by="model",
    approved_by="Ana",
)
