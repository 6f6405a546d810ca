"""What Teams delivers twice is answered once."""

import asyncio
from collections.abc import Awaitable, Callable

from bot.asking import Answer
from bot.errors import Refusal, Unsure
from bot.speech import FormErrors, Incoming, Reply
from bot.teams.answered import Answered
from bot.teams.recent import Recent

MOST = 256


class Once:
    """Answers by delivery. The same delivery again gets the same answer and no second reply; the
    program itself knows it too, over restarts. What could not be saved is tried again."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self._made: Recent[asyncio.Task[Answered]] = Recent(MOST)

    async def ask(self, incoming: Incoming) -> Reply:
        """The program's answer; one that fails is not remembered."""
        try:
            return await self._answer(incoming)
        except (Refusal, FormErrors) as no:
            if isinstance(no, Unsure):
                self._drop(incoming)
            raise
        except BaseException:
            self._drop(incoming)
            raise

    async def do(self, asked: Incoming, make: Callable[[], Awaitable[Answered]]) -> Answered:
        """The answer to this delivery: made now, or the one that was made before."""
        key = (asked.delivery, asked.who.person)
        task = self._made.find(*key)
        if task is None:
            task = asyncio.ensure_future(_made(make))
            self._made.keep(task, *key)
        try:
            return await asyncio.shield(task)
        except Exception:
            self._drop(asked)
            raise

    def _drop(self, asked: Incoming) -> None:
        self._made.drop(asked.delivery, asked.who.person)


async def _made(make: Callable[[], Awaitable[Answered]]) -> Answered:
    return await make()
