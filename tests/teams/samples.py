"""Cards that only the Teams door has to try: text that its clients would read something into."""

from bot.speech import (
    Button,
    Buttons,
    Card,
    ChoiceField,
    Fields,
    Form,
    Heading,
    HowTo,
    Items,
    Line,
    Link,
    Pick,
    Picks,
    Place,
    Say,
    Small,
    Strong,
    Text,
    TextField,
    card,
)
from tests.slack.samples import CALL, CARDS, DAY, FORMS

CHANNEL = Place("teams", "tenant", "19:room@thread.tacv2")
DIRECT = Place("teams", "tenant", "a:1", direct=True)

NASTY = (
    "[x](http://e)",
    "*b* **c** _d_ __e__ a*b*c",
    "{{DATE(2020-01-01T00:00:00Z,SHORT)}}",
    "{{TIME(2020-01-01T00:00:00Z)}}",
    "<at>all</at>",
    "1. x",
    "- x",
    "# x",
    "> x",
    "---",
    r"back\slash \* \[x\](y) c:\n",
    "`code` ```more```",
    "~~gone~~",
    "<b>bold</b> <http://e> <!-- no -->",
    "&amp; &#42; R&D",
    "![x](http://e/p.png)",
    "a | b",
    "http://bare.example/a_b_c",
)


def _odd(text: str) -> Card:
    said: Line = (text, " ", Strong(text), " ", Link("https://x.org/a_(b)?c=*", text))
    return card(
        Heading(text),
        Text(said),
        Text((*said, " ", CALL)),
        Fields(((text, (text,)), (text, (text, " ", DAY)))),
        Items(((text,), (text, " ", DAY))),
        Small((text, " ", DAY)),
        Buttons((Button(text, text), Button(text, text, confirm=text))),
        summary=text,
    )


TEAMS_CARDS = {
    **CARDS,
    "nasty": card(*(part for each in NASTY for part in _odd(each).elements[1:6:2])),
    "say": card(
        Text(("Type ", Say("call"), ", or ", Say(), ".")),
        Text((HowTo("invite me"),)),
        Text((HowTo("use a shortcut"),)),
    ),
    "buttons": card(
        Buttons(tuple(Button(f"Button {n}", f"say {n}") for n in range(8))),
        Buttons((Button("Open", "open"), Button("Page", url="https://x.org"))),
    ),
}

NASTY_CARDS = {text: _odd(text) for text in NASTY}

TEAMS_FORMS = {
    **FORMS,
    "nasty": Form(
        "<at>all</at> *x*",
        "say",
        (
            TextField("text", "{{DATE(2020-01-01T00:00:00Z,SHORT)}} *label*", example="*x*"),
            ChoiceField(
                "one", "[x](http://e)", (("a,b", "*one*"), ("%2C", "[x](http://e)")), ("a,b",)
            ),
            ChoiceField("many", "1. x", (("a,b", "1, 2"), ("c", "C")), ("a,b", "c"), many=True),
        ),
        intro=("Before *all* of ", CALL),
    ),
}

PICKS = {
    "picks": Picks(
        (
            Pick("Number talks", "Ben, 24 November – low floor", CARDS["found"]),
            Pick("<b>R&D</b>", "*stars* &amp; <at>all</at>", CARDS["agenda"]),
        )
    ),
    "no_picks": Picks((), "Nothing about “zebras”. Try one word."),
}
