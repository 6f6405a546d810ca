"""What the toy program of the conversations says, and how it is read."""

from typing import Any

from bot.speech import Button, Buttons, ChoiceField, Form, TextField, card

FORM = Form(
    "Share something",
    "share",
    (
        TextField("note", "Why?", long=True),
        ChoiceField("day", "Day", (("mon", "Monday"), ("tue", "Tuesday")), ("tue",)),
    ),
    submit="Share",
)
SAVED = card("Saved for Tuesday.")
ASK_AGAIN = card("Sure?", Buttons((Button("Yes", says="share yes"),)))


def words(messages: list[dict[str, Any]]) -> list[str]:
    """What the messages say, each in its notification's line."""
    return [each["text"] for each in messages]
