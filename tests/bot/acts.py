"""Every kind of act: what is read while nothing can be saved, and that it can be done after."""

from dataclasses import dataclass
from typing import Any

from tests.cast import Room, text
from tests.handlers.acting import all_posts, presses

LONG = " ".join(["it helped us a great deal"] * 100)
SHARED = f"share https://example.org/talks {LONG}"
ANSWERS = {"answer0": LONG, "answer1": LONG}
NOT_SAVED = "I could not save this just now."
SOON = "Please try again in a moment."


@dataclass
class Acts:
    """What Ben and Ana are about to do: a form is open, a card with a button is there, and so is
    a message with a link."""

    room: Room
    form: Any
    found: Any
    message: Any

    async def given_back(self) -> None:
        """Each is answered at once and kindly, and nothing that was typed is gone."""
        await self._command_given_back()
        await self._form_given_back()
        for label, told in (("button", self._presses()), ("shortcut", self._points())):
            assert await told == f"{NOT_SAVED} {SOON}", label
        for asked, told in (self._mention(), self._direct()):
            assert await told() == f"{NOT_SAVED} {SOON}"
            assert any(asked in str(m) for m in self._messages())  # their message stands
        await self.room.ben.opens_home(self.room.app)
        await self.room.replied()

    async def saved(self) -> None:
        """The same again, by the same hands: in the form that is still open, by the same button."""
        room = self.room
        assert "Saved" in (await room.says("ben", SHARED)).text
        assert "you have checked in" in (await room.ben.submit(room.ben.views()[-1])).text
        assert "Posted in this channel" in await self._presses()
        assert "Saved" in await self._mention()[1]()
        assert "Saved" in await self._direct()[1]()
        await room.ben.shortcut("save", self.message)
        assert room.ben.views()[-1]["title"]["text"] == "Save as resource"
        await room.ben.close(room.ben.views()[-1])
        await room.settle()
        posts = all_posts(room, "learning-call")
        assert len([each for each in posts if "From what the network shared" in each]) == 1
        assert len([each for each in posts if LONG in each]) == 1  # the check-in, in its thread

    async def _command_given_back(self) -> None:
        said = await self.room.says("ben", SHARED)
        assert f"{NOT_SAVED} Here are your words:" in said.text
        assert f"/learn {SHARED}" in said.text

    async def _form_given_back(self) -> None:
        ben = self.room.ben
        kept = await ben.submit(self.form, ANSWERS)
        assert "Your words are still here" in kept.errors["answer0"]
        (view,) = ben.views()
        assert view["id"] == self.form["id"]
        typed = [each for block in view["state"]["values"].values() for each in block.values()]
        assert [each["value"] for each in typed] == [LONG, LONG]

    async def _presses(self) -> str:
        return (await presses(self.room, "ana", self.found, "Post 1 here")).text

    async def _points(self) -> str:
        """What a shortcut on a message answers, where it opens no form."""
        before = len(self._private())
        await self.room.ben.shortcut("save", self.message)
        return await self._answer(before)

    def _mention(self) -> tuple[str, Any]:
        words = "share https://example.org/mentioned it helped"

        async def mention() -> str:
            before = len(self._private())
            await self.room.ben.mentions(self.room.channel(), self.room.app, words)
            return await self._answer(before)

        return "example.org/mentioned", mention

    def _direct(self) -> tuple[str, Any]:
        words = "share https://example.org/direct it helped"

        async def write() -> str:
            before = len(self.room.direct("ben"))
            await self.room.ben.dm(self.room.app, words)
            return await self.room.world.until(lambda: "".join(self.room.direct("ben")[before:]))

        return "example.org/direct", write

    def _private(self) -> list[str]:
        return [text(m) for m in self.room.ben.private(self.room.channel())]

    async def _answer(self, before: int) -> str:
        return await self.room.world.until(lambda: "".join(self._private()[before:]))

    def _messages(self) -> list[Any]:
        here = (self.room.channel(), self.room.ben.dm_with(self.room.app))
        return [m for channel in here for m in self.room.world.messages[channel.id].values()]


async def about_to(room: Room) -> Acts:
    """Bring everything to where it is about to be done."""
    await room.says("gus", "share https://example.org/before it helped")
    found = (await room.says("ana", "find before")).message
    said = await room.ben.says(room.channel(), "Look: https://example.org/else")
    form = (await room.says("ben", "checkin")).view
    return Acts(room, form, found, said.sent)
