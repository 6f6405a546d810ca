"""A person's hands on Teams: type, mention, press, fill in, search; and see what comes of it.

What they do is sent as Teams sends it, signed, over HTTP; what they see is the answer to it, and
whatever the connector shows them by the time that the app has said all it had to say.
"""

import html
import re
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx

from tests.teams.connector import Chat, Json, Message, Person, Teams
from tests.teams.seen import Seen, Surface, cards_of, field_name, typed

BOT = "Homeroom"
_ADDRESS = re.compile(r"https?://[^\s<>]+")


@dataclass
class Hands:
    """`http` reaches the app; `settled` waits for the calls that it makes after an answer."""

    teams: Teams
    person: Person
    http: httpx.AsyncClient
    settled: Callable[[], Awaitable[None]]
    zone: str = "America/Chicago"
    tenant: str = ""
    """The tenant that their activities name, where it is not the connector's."""

    # Doing

    async def says(
        self, chat: Chat, words: str, *, root: str = "", mention: bool | None = None
    ) -> Seen:
        """Type a message: in a group with a mention of the bot, unless told otherwise."""
        mentioned = chat.kind != "personal" if mention is None else mention
        return await self._write(chat, self._typed(words, mentioned), root)

    async def mentions(self, chat: Chat, words: str = "", *, root: str = "") -> Seen:
        """`@Homeroom words`."""
        return await self.says(chat, words, root=root, mention=True)

    async def whispers(self, chat: Chat, words: str, *, root: str = "") -> Seen:
        """A slash command: a message that the bot alone sees."""
        written = self._typed(words, mentioned=False)
        return await self._write(chat, written, root, targeted=True)

    async def edits(self, chat: Chat, message: Message, words: str) -> Seen:
        """Change the words of a message of theirs; with the permission, Teams tells us."""
        written = self._typed(words, mentioned=False)
        message.history.append(dict(message.activity))
        message.activity |= written
        return await self._changes(chat, "messageUpdate", message, "editMessage", **written)

    async def deletes(self, chat: Chat, message: Message) -> Seen:
        """Delete a message of theirs."""
        message.deleted = True
        return await self._changes(chat, "messageDelete", message, "softDeleteMessage")

    async def _changes(
        self, chat: Chat, kind: str, message: Message, event: str, **more: Any
    ) -> Seen:
        told = self._activity(chat, kind, message, **more, id=message.id)
        told.pop("replyToId", None)
        told["channelData"]["eventType"] = event
        return await self.send(chat, told)

    async def press(self, shown: Seen | Surface, label: str, **values: Any) -> Seen:
        """Press a button, after filling in the card's fields."""
        surface = shown.surface if isinstance(shown, Seen) else shown
        if isinstance(shown, Seen):
            surface = next((s for s in shown.surfaces if label in s.buttons), surface)
        return await self.act(surface, surface.action(label), **values)

    async def submit(self, shown: Seen | Surface, **values: Any) -> Seen:
        """Fill in the form that is open, fields by name, and send it."""
        form = shown.form if isinstance(shown, Seen) else shown
        assert form, f"no form is open; they saw: {shown.text}"
        return await self.act(form, form.sends(), **values)

    async def act(self, surface: Surface, action: Json, **values: Any) -> Seen:
        """What Teams does with an action: it checks the fields, and sends them with its data."""
        data = dict(action.get("data") or {})
        if action.get("associatedInputs") != "none":
            filled, missing = _filled(surface, values)
            if missing:
                return Seen(missing=missing)
            data |= filled
        if surface.dialog:
            return await self._from_dialog(surface, data)
        if action["type"] == "Action.Execute":
            acted = {"action": {"type": action["type"], "verb": action["verb"], "data": data}}
            value: Json = {**acted, "trigger": "manual"}
            return await self.invoke(surface.chat, "adaptiveCard/action", value, surface.message)
        assert action["type"] == "Action.Submit", f"{action['type']} is not sent to the bot"
        if (data.get("msteams") or {}).get("type") == "task/fetch":
            value = {"data": data, "context": {"theme": "default"}}
            return await self.invoke(surface.chat, "task/fetch", value, surface.message)
        said = self._activity(surface.chat, "message", surface.message, value=data)
        return await self.send(surface.chat, said)

    async def acts_on(self, chat: Chat, message: Message, command: str) -> Seen:
        """An action of the message extension, on a message."""
        value = {
            "commandId": command,
            "commandContext": "message",
            "messagePayload": _payload(chat, message, self.teams.app_id),
        }
        return await self._opens(chat, value)

    async def saves(self, chat: Chat, message: Message) -> Seen:
        """Save as resource."""
        return await self.acts_on(chat, message, "save")

    async def composes(self, chat: Chat, command: str) -> Seen:
        """An action of the message extension, from the compose box."""
        return await self._opens(chat, {"commandId": command, "commandContext": "compose"})

    async def searches(self, chat: Chat, words: str = "") -> Seen:
        """Look for something from the compose box; what is found is shown, the best first."""
        parameter = {"name": "words", "value": words} if words else {}
        value = {
            "commandId": "look",
            "parameters": [parameter or {"name": "initialRun", "value": "true"}],
            "queryOptions": {"skip": 0, "count": 25},
        }
        return await self.invoke(chat, "composeExtension/query", value)

    async def picks(self, chat: Chat, found: Seen, number: int = 0) -> Message:
        """Insert one of the cards that were found into a message of one's own."""
        card = found.surfaces[number].card
        attached = {"contentType": "application/vnd.microsoft.card.adaptive", "content": card}
        return self.teams.write(chat, {"type": "message", "attachments": [attached]})

    async def adds_bot(self, chat: Chat) -> Seen:
        """Add the app; Teams tells it twice."""
        self.teams.add_bot(chat)
        bot = [{"id": self._bot["id"]}]
        first = await self.tells(chat, "conversationUpdate", membersAdded=bot)
        second = await self.tells(chat, "installationUpdate", action="add")
        seen = Seen(second.surfaces + first.surfaces, first.said + second.said)
        seen.messages = first.messages + second.messages
        return seen

    async def removes_bot(self, chat: Chat) -> None:
        """Take the app out."""
        self.teams.remove_bot(chat)
        bot = [{"id": self._bot["id"]}]
        await self.tells(chat, "conversationUpdate", membersRemoved=bot)
        await self.tells(chat, "installationUpdate", action="remove")

    async def tells(self, chat: Chat, kind: str, **more: Any) -> Seen:
        """Something that Teams tells of a conversation."""
        return await self.send(chat, self._activity(chat, kind, **more))

    async def invoke(
        self, chat: Chat, name: str, value: Json, message: Message | None = None, **more: Any
    ) -> Seen:
        """Something that Teams asks, and waits for."""
        asked = self._activity(chat, "invoke", message, name=name, value=value, **more)
        return await self.send(chat, asked)

    # Looking

    def direct(self) -> Chat:
        """The 1:1 with the bot."""
        return self.teams.direct(self.person)

    def sees(self, chat: Chat) -> list[Message]:
        """What the bot shows them in a conversation, the first first."""
        own = self.person.id
        return [
            each
            for each in chat.messages.values()
            if each.target in ("", own) and not each.deleted and "from" not in each.activity
        ]

    def look(self, message: Message) -> Seen:
        """A message that stands there."""
        chat = next(c for c in self.teams.chats.values() if message.id in c.messages)
        return Seen(surfaces=self._surfaces(chat, message), messages=[message])

    # Sending

    async def send(self, chat: Chat, activity: Json, *, token: str = "") -> Seen:
        """Send an activity, and see what comes of it."""
        before = self._visible()
        shown = token or self.teams.token()
        said = await self.http.post(
            "/api/messages", json=activity, headers={"authorization": f"Bearer {shown}"}
        )
        await self.settled()
        seen = self._answered(chat, activity, said)
        for where, message in self._appeared(before):
            seen.messages.append(message)
            seen.surfaces += self._surfaces(where, message)
            if words := str(message.activity.get("text") or ""):
                seen.said.append(words)
        return seen

    def activity(self, chat: Chat, words: str, **more: Any) -> Json:
        """The activity of a message, for who wants to change it before it is sent."""
        mentioned = chat.kind != "personal"
        return self._activity(chat, "message", **self._typed(words, mentioned), **more)

    async def _write(self, chat: Chat, written: Json, root: str, *, targeted: bool = False) -> Seen:
        who = {"id": self.person.id, "aadObjectId": self.person.aad}
        stands = {"from": who, **written}
        message = self.teams.write(chat, stands, root)
        message.target = self.person.id if targeted else ""
        activity = self._activity(chat, "message", message, **written, id=message.id)
        activity.pop("replyToId", None)
        if targeted:
            activity["recipient"] = {**self._bot, "isTargeted": True}
        seen = await self.send(chat, activity)
        seen.sent = message
        return seen

    async def _opens(self, chat: Chat, value: Json) -> Seen:
        value = {**value, "context": {"theme": "default"}}
        seen = await self.invoke(chat, "composeExtension/fetchTask", value)
        for each in seen.surfaces:
            each.extension = value if each.dialog else {}
        return seen

    async def _from_dialog(self, surface: Surface, data: Json) -> Seen:
        if not surface.extension:
            value = {"data": data, "context": {"theme": "default"}}
            return await self.invoke(surface.chat, "task/submit", value, surface.message)
        value = {**surface.extension, "data": data}
        seen = await self.invoke(surface.chat, "composeExtension/submitAction", value)
        for each in seen.surfaces:
            each.extension = surface.extension if each.dialog else {}
        return seen

    # Shapes

    @property
    def _bot(self) -> Json:
        return {"id": f"28:{self.teams.app_id}", "name": BOT}

    def _activity(self, chat: Chat, kind: str, message: Message | None = None, **more: Any) -> Json:
        root = message.root if message and chat.kind == "channel" else ""
        tenant = self.tenant or self.teams.tenant
        told: Json = {
            "type": kind,
            "id": f"f:{uuid.uuid4()}",
            "timestamp": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.%fZ}",
            "localTimezone": self.zone,
            "channelId": "msteams",
            "serviceUrl": self.teams.service_url,
            "from": {
                "id": self.person.id,
                "name": self.person.name,
                "aadObjectId": self.person.aad,
            },
            "conversation": {
                "id": f"{chat.id};messageid={root}" if root else chat.id,
                "conversationType": chat.kind,
                "tenantId": tenant,
            },
            "recipient": self._bot,
            "channelData": {"tenant": {"id": tenant}},
        }
        if chat.kind != "personal":
            told["conversation"]["isGroup"] = True
        if chat.team:
            told["channelData"] |= {"team": {"id": chat.team}, "channel": {"id": chat.id}}
            told["conversation"]["name"] = chat.name
        if message:
            told["replyToId"] = message.id
        return told | more

    def _typed(self, words: str, mentioned: bool) -> Json:
        called = f"<at>{BOT}</at> " if mentioned else ""
        own = '<span itemtype="http://schema.skype.com/Mention" itemscope="" itemid="0">'
        rich = _ADDRESS.sub(
            lambda found: f'<a href="{found[0]}">{found[0]}</a>',
            html.escape(words, quote=False).replace("\n", "<br>"),
        )
        if mentioned:
            rich = f"{own}{BOT}</span>&nbsp;{rich}"
        told: Json = {
            "text": f"{called}{words}",
            "textFormat": "plain",
            "attachments": [{"contentType": "text/html", "content": f"<p>{rich}</p>"}],
        }
        if mentioned:
            entity = {"type": "mention", "mentioned": self._bot, "text": called.strip()}
            told["entities"] = [entity]
        return told

    # What is seen

    def _visible(self) -> dict[str, int]:
        """What they see, and how often each has been edited."""
        every = (m for chat in self.teams.chats.values() for m in self.sees(chat))
        return {each.id: len(each.history) for each in every}

    def _appeared(self, before: dict[str, int]) -> list[tuple[Chat, Message]]:
        """What is new, the newest first."""
        every = [(c, m) for c in self.teams.chats.values() for m in self.sees(c)]
        new = [(c, m) for c, m in every if before.get(m.id) != len(m.history)]
        return sorted(new, key=lambda each: each[1].id, reverse=True)

    def _answered(self, chat: Chat, activity: Json, said: httpx.Response) -> Seen:
        seen = Seen(status=said.status_code)
        try:
            seen.answer = said.json() if said.content else None
        except ValueError:
            seen.said.append(said.text)
            return seen
        body = seen.answer if isinstance(seen.answer, dict) else {}
        acted_on = self._message(chat, activity)
        if isinstance(body.get("message"), str):
            seen.said.append(body["message"])
        if isinstance(body.get("value"), str):
            seen.said.append(body["value"])
        elif isinstance(body.get("value"), dict):
            seen.surfaces.append(Surface(body["value"], chat, self.zone, acted_on))
        self._in_dialog(seen, chat, body.get("task") or {}, acted_on)
        self._in_results(seen, chat, body.get("composeExtension") or {})
        return seen

    def _in_dialog(self, seen: Seen, chat: Chat, task: Json, acted_on: Message | None) -> None:
        if task.get("type") == "message":
            seen.said.append(task["value"])
        elif task:
            value = task["value"]
            card, title = value["card"]["content"], value["title"]
            dialog = Surface(card, chat, self.zone, acted_on, title, dialog=True)
            seen.surfaces.append(dialog)

    def _in_results(self, seen: Seen, chat: Chat, found: Json) -> None:
        if found.get("type") == "message":
            seen.said.append(found["text"])
        for each in found.get("attachments") or []:
            preview = each["preview"]["content"]
            seen.said += [preview["title"], preview["text"]]
            seen.surfaces.append(Surface(each["content"], chat, self.zone))

    def _message(self, chat: Chat, activity: Json) -> Message | None:
        return chat.messages.get(str(activity.get("replyToId") or ""))

    def _surfaces(self, chat: Chat, message: Message) -> list[Surface]:
        return [Surface(e, chat, self.zone, message) for e in cards_of(message.activity)]


def _filled(surface: Surface, values: dict[str, Any]) -> tuple[Json, dict[str, str]]:
    """What Teams sends of a card's fields, and what it says of those that must be filled in."""
    unknown = set(values) - {field_name(each) for each in surface.inputs}
    assert not unknown, f"there is no field {unknown}; there are {list(surface.values)}"
    sent, missing = {}, {}
    for each in surface.inputs:
        name = field_name(each)
        value = typed(each, values[name]) if name in values else each.get("value", "")
        if each.get("isRequired") and value == "":
            missing[name] = each.get("errorMessage", "")
        if value != "":
            sent[each["id"]] = value
    return sent, missing


def _written_by(message: Message, bot: str) -> Json:
    person = message.activity.get("from", {}).get("aadObjectId")
    if person:
        return {"user": {"id": person, "displayName": "Somebody"}}
    return {"application": {"id": bot, "applicationIdentityType": "bot"}}


def _payload(chat: Chat, message: Message, bot: str) -> Json:
    """A message as a message action gets it."""
    attached = message.activity.get("attachments") or [{}]
    is_html = attached[0].get("contentType") == "text/html"
    content = attached[0].get("content") if is_html else message.activity.get("text", "")
    return {
        "id": message.id,
        "replyToId": message.root if message.root != message.id else None,
        "linkToMessage": f"https://teams.microsoft.com/l/message/{chat.id}/{message.id}",
        "body": {"contentType": "html", "content": content},
        "from": _written_by(message, bot),
        "attachments": [],
        "mentions": [],
    }
