"""Cards and forms as the program makes them, for the golden files."""

from datetime import UTC, date, datetime, time

from bot.speech import (
    Button,
    Buttons,
    Card,
    ChoiceField,
    DateField,
    Fields,
    Form,
    Heading,
    Image,
    Items,
    Link,
    LinkField,
    NumberField,
    Small,
    Strong,
    Text,
    TextField,
    TimeField,
    When,
    card,
)

CALL = When(datetime(2026, 11, 24, 21, 0, tzinfo=UTC), "America/Chicago")
DAY = When(CALL.at, CALL.zone, "day")
HOUR = When(CALL.at, CALL.zone, "time")
ZOOM = "https://zoom.us/j/123?pwd=a&b=c"

CARDS: dict[str, Card] = {
    "checkin": card(
        Heading("How are you arriving on Tuesday?"),
        Text((Strong("Rural Math Collaborative"), " meets on ", CALL, ".")),
        "One line is enough: what went well, what is hard, what you need.",
        Buttons(
            (
                Button("Check in", says="checkin", style="main"),
                Button("I can't come", says="checkin away", confirm="The host will be told."),
                Button("Join the call", url=ZOOM),
            )
        ),
        Small(("Asked by Ana · closes at ", HOUR, " · ", Link(ZOOM, "the room"))),
        summary="Check in for Tuesday's call",
    ),
    "agenda": card(
        Heading("Agenda for Tuesday"),
        Fields((("When", (CALL,)), ("Host", ("Ana Ruiz",)), ("Where", (Link(ZOOM, "Zoom"),)))),
        Text((Strong("Problems of practice"),)),
        Items(
            (
                (
                    "Ben: my ",
                    Strong("third-period"),
                    " students won't write <more> & longer",
                ),
                ("Cleo: how do I *start* a number talk? @channel <!here>",),
            ),
            ordered=True,
        ),
        Text((Strong("Shared this week"),)),
        Items(
            (
                (Link("https://www.youcubed.org/tasks/", "Tasks"), " – low floor, high ceiling"),
                (Link("javascript:alert(1)", "not a page"), " stays text"),
            )
        ),
    ),
    "recap": card(
        Heading("Recap of " + "a very long title " * 12),
        Text(("What we talked about.\n\nTwo paragraphs, 🙂 and فارسی.",)),
        Image("https://example.org/board.png", "The whiteboard"),
        Image("file:///etc/passwd", "No picture"),
        Buttons(
            (Button("Approve", "recap approve", "main"), Button("Drop", "recap drop", "danger"))
        ),
    ),
    "found": card(
        "3 found for “number talks”",
        Items(
            tuple((Link(f"https://x.org/{n}", f"Result {n}"), " — Ben, ", DAY) for n in range(1, 4))
        ),
        Buttons((Button("More", says="find number talks page:2"),)),
        instead=True,
    ),
    "long": card(
        Heading("Everything"),
        *(Text((f"Line {n}: " + "words " * 80,)) for n in range(60)),
        Buttons((Button("Open", says="open"),)),
    ),
    "home": card(
        Heading("Good morning, Ben"),
        Fields((("Next call", (CALL,)),)),
        Buttons((Button("Share", "share", "main"), Button("Ask", "ask"), Button("Find", "find"))),
        Small(("Homeroom 0.1.0",)),
    ),
    "empty": card(),
}

DAYS = (("mon", "Monday"), ("tue", "Tuesday"), ("wed", "Wednesday"))
MANY = tuple((f"s{n}", f"School {n}") for n in range(120))

FORMS: dict[str, Form] = {
    "share": Form(
        "Share a resource with the network",
        "share",
        (
            LinkField("url", "Link", "https://x.org", hint="The page itself"),
            TextField("note", "Why?", long=True, most=500, example="It worked with my 9th graders"),
            TextField("tags", "Tags", "#math", required=False),
        ),
        submit="Share",
        intro=("It goes into ", Strong("Tuesday's"), " agenda."),
    ),
    "series": Form(
        "A new series",
        "call new",
        (
            DateField("first", "First call", date(2026, 11, 24)),
            TimeField("at", "At", time(15, 5)),
            NumberField("minutes", "Minutes", 5, 240, 45),
            NumberField("size", "Group size", 2, 9, required=False),
            ChoiceField("day", "Day", DAYS, ("tue",)),
            ChoiceField("skip", "Skip", DAYS, ("mon", "wed"), many=True, required=False),
            ChoiceField("zone", "School", MANY[:60], ("s3",)),
            ChoiceField("schools", "Schools", MANY, ("s1", "s101"), many=True),
        ),
    ),
}
