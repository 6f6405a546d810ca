"""What is held to in every conversation of these tests."""

from collections.abc import Iterator
from typing import Any

import pytest

from bot.speech import Form, Incoming, Reply
from handlers import words
from handlers.answer import Answers


@pytest.fixture(autouse=True)
def _forms_are_announced(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A form answers only words that are marked for it: some platforms open none from others."""
    unmarked: list[str] = []
    answer = Answers._reply

    def reply(answers: Answers, session: Any, said: Incoming, *more: Any) -> Reply:
        made = answer(answers, session, said, *more)
        if isinstance(made, Form) and not words.opens(said.words):
            unmarked.append(said.words)
        return made

    monkeypatch.setattr(Answers, "_reply", reply)
    yield
    assert not unmarked, f"answered with a form, and not marked: {unmarked}"
