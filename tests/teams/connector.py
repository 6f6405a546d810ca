"""A local Microsoft Teams: a Bot Connector with its teeth, and the issuer of its tokens.

Runs in the test's own loop. It keeps what a bot posts, answers as Teams does, fails when it is
told to, and signs the tokens that Teams shows to a bot.
"""

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import unquote

import jwt
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import rsa

Json = dict[str, Any]
Kind = Literal["channel", "groupChat", "personal"]
ISSUER = "https://api.botframework.com"
LARGEST = 100_000  # bytes of a message
RATES = ((1, 7), (2, 8), (30, 60), (3600, 1800))  # seconds, posts into one conversation


@dataclass
class Person:
    """Somebody in the tenant: `id` is what Teams calls them to this bot, `aad` their Entra id.
    `reachable` is whether the app is installed for them; `tenant` is theirs, where it is not the
    connector's own."""

    id: str
    aad: str
    name: str
    role: str = "user"
    reachable: bool = True
    tenant: str = ""

    def as_member(self) -> Json:
        """As `pagedmembers` tells it."""
        given, _, surname = self.name.partition(" ")
        mail = f"{given.lower()}@example.org"
        told = {"id": self.id, "name": self.name, "objectId": self.aad, "email": mail}
        told |= {"givenName": given, "surname": surname, "userPrincipalName": mail}
        return told | {"tenantId": "", "userRole": self.role}


@dataclass
class Message:
    """What stands in a conversation. `root` is the id of its thread's first message; `target` is
    who alone sees it; `history` holds the activities it was before."""

    id: str
    activity: Json
    root: str
    target: str = ""
    deleted: bool = False
    history: list[Json] = field(default_factory=list)

    @property
    def edited(self) -> bool:
        """Whether it was brought to another card."""
        return bool(self.history)


@dataclass
class Chat:
    """A channel, a group chat, or the 1:1 with a person."""

    id: str
    kind: Kind
    name: str = ""
    team: str = ""
    members: list[Person] = field(default_factory=list)
    bot_in: bool = True
    refuses: str = ""
    """Why it takes nothing from the bot, in Teams's word."""
    messages: dict[str, Message] = field(default_factory=dict)
    posted: deque[float] = field(default_factory=lambda: deque(maxlen=1801))

    @property
    def shown(self) -> list[Message]:
        """What stands there now, the first first."""
        return [each for each in self.messages.values() if not each.deleted]


@dataclass
class Team:
    """A team; the first of its channels is General and has the team's own id."""

    id: str
    name: str
    channels: list[str] = field(default_factory=list)


@dataclass
class Call:
    """One request that a bot made."""

    method: str
    path: str
    body: Any
    query: dict[str, str]
    status: int = 0


@dataclass
class Fault:
    """What goes wrong with the next call(s) of a kind. `after` lets the call happen first;
    `drop` tears the connection instead of answering."""

    method: str
    path: str
    times: int
    status: int = 0
    code: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    after: bool = False
    drop: bool = False
    raw: bytes | None = None


class Teams:
    """One tenant as bots see it. Made by `connector()`."""

    def __init__(self, *, app_id: str = "app-1", tenant: str = "tenant-1") -> None:
        self.app_id = app_id
        self.tenant = tenant
        self.bearers = {"local"}
        """The bearer tokens that are let in."""
        self.endorsed: list[str] | None = ["msteams"]
        """The channels that the issuer's key may sign for."""
        self.paced = False
        """Whether Teams's rates are kept, by the real clock."""
        self.service_url = ""
        self.people: dict[str, Person] = {}
        self.teams: dict[str, Team] = {}
        self.chats: dict[str, Chat] = {}
        self.log: list[Call] = []
        self.page = 100
        self.now = time.time
        self._faults: list[Fault] = []
        self._last = 0
        self._shown: tuple[tuple[str, str], str] | None = None
        self._key: rsa.RSAPrivateKey | None = None

    # -- the tenant ------------------------------------------------------------------------------

    def person(
        self, name: str, *, role: str = "user", reachable: bool = True, tenant: str = ""
    ) -> Person:
        """Somebody in the tenant."""
        short = name.lower().replace(" ", "-")
        made = Person(f"29:{short}", f"aad-{short}", name, role, reachable, tenant)
        self.people[made.id] = made
        return made

    def team(
        self, name: str, channels: Iterable[str] = (), members: Iterable[Person] = ()
    ) -> list[Chat]:
        """A team with the bot in it: its channels, General first."""
        ids = [f"19:{name}-{each}@thread.tacv2".lower() for each in ("General", *channels)]
        team = Team(ids[0], name, ids)
        self.teams[team.id] = team
        chats = [
            Chat(own, "channel", each, team.id, list(members))
            for own, each in zip(ids, ("General", *channels), strict=True)
        ]
        self.chats |= {each.id: each for each in chats}
        return chats

    def group(self, name: str, members: Iterable[Person]) -> Chat:
        """A group chat with the bot in it."""
        made = Chat(f"19:{name}@thread.v2".lower(), "groupChat", name, members=list(members))
        self.chats[made.id] = made
        return made

    def direct(self, person: Person) -> Chat:
        """The 1:1 with somebody, made when it is not there."""
        made = Chat(f"a:1{person.aad}", "personal", members=[person])
        return self.chats.setdefault(made.id, made)

    def remove_bot(self, chat: Chat) -> None:
        """The app is removed there (from all channels of a team at once)."""
        for each in self.chats.values():
            if each is chat or (chat.team and each.team == chat.team):
                each.bot_in = False

    def add_bot(self, chat: Chat) -> None:
        """And is added again."""
        for each in self.chats.values():
            if each is chat or (chat.team and each.team == chat.team):
                each.bot_in = True

    def write(self, chat: Chat, activity: Json, root: str = "") -> Message:
        """Somebody, or the bot, writes a message there."""
        own = self._next_id()
        made = Message(own, activity, root or own)
        chat.messages[own] = made
        return made

    # -- faults ----------------------------------------------------------------------------------

    def fail(
        self,
        status: int,
        code: str = "",
        *,
        on: str = "POST",
        path: str = "",
        times: int = 1,
        headers: dict[str, str] | None = None,
        after: bool = False,
    ) -> None:
        """Answer the next call(s) with an error; with `after` once they have happened."""
        self._faults.append(Fault(on, path, times, status, code, headers or {}, after=after))

    def lose_answer(self, *, on: str = "POST", path: str = "", times: int = 1) -> None:
        """Do what the next call(s) ask, then drop the connection without an answer."""
        self._faults.append(Fault(on, path, times, after=True, drop=True))

    def drop(self, *, on: str = "POST", path: str = "", times: int = 1) -> None:
        """Drop the next call(s) before anything is done."""
        self._faults.append(Fault(on, path, times, drop=True))

    def delay(
        self,
        seconds: float,
        *,
        on: str = "POST",
        path: str = "",
        times: int = 1,
        after: bool = True,
    ) -> None:
        """Let the next call(s) wait: for their answer, or before anything is done."""
        self._faults.append(Fault(on, path, times, seconds=seconds, after=after))

    def garble(self, raw: bytes = b"<html>", *, on: str = "POST", path: str = "") -> None:
        """Do what the next call asks, and answer with something that is no JSON."""
        self._faults.append(Fault(on, path, 1, after=True, raw=raw))

    def calls(self, method: str, path: str = "") -> list[Call]:
        """The calls so far whose path has `path` in it."""
        return [each for each in self.log if each.method == method and path in each.path]

    # -- the issuer ------------------------------------------------------------------------------

    @property
    def openid_metadata_url(self) -> str:
        """Where a bot learns whose tokens to trust."""
        return f"{self._origin}/v1/.well-known/openidconfiguration"

    def token(
        self,
        *,
        key: rsa.RSAPrivateKey | None = None,
        kid: str = "key-1",
        algorithm: str = "RS256",
        **claims: Any,
    ) -> str:
        """A signed token as Teams shows it to the bot; `claims` change it, None leaves one out."""
        now = int(time.time())
        plain = not (key or claims) and (kid, algorithm) == ("key-1", "RS256")
        if plain and self._shown and self._shown[0] == (self.app_id, self.service_url):
            return self._shown[1]  # signing takes longer than an answer
        said: Json = {"iss": ISSUER, "aud": self.app_id, "serviceurl": self.service_url}
        said |= {"iat": now, "nbf": now - 60, "exp": now + 3600} | claims
        said = {name: each for name, each in said.items() if each is not None}
        signed = jwt.encode(said, key or self.key, algorithm=algorithm, headers={"kid": kid})
        if plain:
            self._shown = ((self.app_id, self.service_url), signed)
        return signed

    @property
    def key(self) -> rsa.RSAPrivateKey:
        """The issuer's key, made when it is first asked for."""
        if self._key is None:
            self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        return self._key

    async def _openid(self, request: web.Request) -> web.Response:
        told = {"issuer": ISSUER, "jwks_uri": f"{self._origin}/v1/.well-known/keys"}
        return web.json_response(told | {"id_token_signing_alg_values_supported": ["RS256"]})

    async def _keys(self, request: web.Request) -> web.Response:
        told = jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
        told |= {"kid": "key-1", "use": "sig", "alg": "RS256", "endorsements": self.endorsed}
        return web.json_response({"keys": [told]})

    # -- the connector ---------------------------------------------------------------------------

    async def _conversations(self, request: web.Request, body: Json) -> web.Response:
        """POST v3/conversations: the 1:1 with its one member."""
        asked = body.get("members") or [{}]
        wanted = str(asked[0].get("id") or "")
        person = next((p for p in self.people.values() if wanted in (p.id, p.aad)), None)
        tenant = (person and person.tenant) or self.tenant
        if body.get("isGroup") or len(asked) != 1 or body.get("tenantId") != tenant:
            return _error(400, "BadSyntax", "Bad format of conversation")
        if person is None:
            return _error(404, "MemberNotFoundInConversation")
        if not person.reachable:
            return _error(403, "ForbiddenOperationException")
        chat = self.direct(person)
        return web.json_response({"id": chat.id}, status=201)

    async def _post(self, request: web.Request, body: Json) -> web.Response:
        chat, root = self._chat(request)
        if refusal := _closed(chat):
            return refusal
        assert chat
        if root and root not in chat.messages:
            return _error(404, "ActivityNotFoundInConversation")
        if self.paced and not self._in_time(chat):
            return _error(429, "Throttled", headers={"Retry-After": "1"})
        target = ""
        if request.query.get("isTargetedActivity") == "true":
            target = str((body.get("recipient") or {}).get("id") or "")
            if not target:
                return _error(400, "BadArgument", "Missing recipient")
        made = self.write(chat, body, root)
        made.target = target
        return web.json_response({"id": made.id}, status=201)

    async def _put(self, request: web.Request, body: Json) -> web.Response:
        chat, _ = self._chat(request)
        if refusal := _closed(chat):
            return refusal
        assert chat
        message = chat.messages.get(request.match_info["activity"])
        if message is None or message.deleted:
            return _error(404, "ActivityNotFoundInConversation")
        message.history.append(message.activity)
        message.activity = body
        return web.json_response({"id": message.id})

    async def _delete(self, request: web.Request, body: Json) -> web.Response:
        chat, _ = self._chat(request)
        if refusal := _closed(chat):
            return refusal
        assert chat
        message = chat.messages.get(request.match_info["activity"])
        if message is None or message.deleted:
            return _error(404, "ActivityNotFoundInConversation")
        message.deleted = True
        return web.Response()

    async def _members(self, request: web.Request, body: Json) -> web.Response:
        chat, _ = self._chat(request)
        if refusal := _closed(chat):
            return refusal
        assert chat
        start, size = int(request.query.get("continuationToken") or 0), self.page
        told: Json = {"members": [each.as_member() for each in chat.members[start : start + size]]}
        if start + size < len(chat.members):
            told["continuationToken"] = str(start + size)
        return web.json_response(told)

    async def _team(self, request: web.Request, body: Json) -> web.Response:
        team = self.teams.get(request.match_info["team"])
        if team is None:
            return _error(404, "ConversationNotFound")
        told = {"id": team.id, "name": team.name, "channelCount": len(team.channels)}
        return web.json_response(told)

    async def _channels(self, request: web.Request, body: Json) -> web.Response:
        team = self.teams.get(request.match_info["team"])
        if team is None or not self.chats[team.id].bot_in:
            return _error(403, "BotNotInConversationRoster")
        chats = [self.chats[each] for each in team.channels]
        told = [{"id": c.id, "name": None if c.id == team.id else c.name} for c in chats]
        return web.json_response({"conversations": told})

    def _chat(self, request: web.Request) -> tuple[Chat | None, str]:
        """The conversation of a path, and the thread's first message that it names."""
        own, _, root = unquote(request.match_info["conversation"]).partition(";messageid=")
        return self.chats.get(own), root

    def _in_time(self, chat: Chat) -> bool:
        now = time.monotonic()
        if any(sum(at > now - secs for at in chat.posted) >= most for secs, most in RATES):
            return False
        chat.posted.append(now)
        return True

    def _next_id(self) -> str:
        self._last = max(self._last + 1, int(self.now() * 1000))
        return str(self._last)

    # -- serving ---------------------------------------------------------------------------------

    @property
    def _origin(self) -> str:
        return self.service_url.removesuffix("/teams")

    def app(self) -> web.Application:
        """The connector as a web application."""
        made = web.Application(client_max_size=4 * LARGEST)
        one, its = "/teams/v3/conversations/{conversation}", "/activities"
        for method, path, answer in (
            ("POST", "/teams/v3/conversations", self._conversations),
            ("POST", f"{one}{its}", self._post),
            ("POST", f"{one}{its}/{{activity}}", self._post),
            ("PUT", f"{one}{its}/{{activity}}", self._put),
            ("DELETE", f"{one}{its}/{{activity}}", self._delete),
            ("GET", f"{one}/pagedmembers", self._members),
            ("GET", "/teams/v3/teams/{team}", self._team),
            ("GET", "/teams/v3/teams/{team}/conversations", self._channels),
        ):
            made.router.add_route(method, path, self._guarded(answer))
        made.router.add_get("/v1/.well-known/openidconfiguration", self._openid)
        made.router.add_get("/v1/.well-known/keys", self._keys)
        return made

    def _guarded(self, answer: Any) -> Any:
        """Note the call, look at its bearer and its size, and let it fail where that is asked."""

        async def handle(request: web.Request) -> web.StreamResponse:
            raw = await request.read()
            body = await request.json() if raw else {}
            call = Call(request.method, unquote(request.path), body, dict(request.query))
            self.log.append(call)
            said = await self._answer(request, body, len(raw), answer)
            call.status = said.status if said is not None else 0
            if said is None:
                assert request.transport
                request.transport.abort()
                return web.Response()
            return said

        return handle

    async def _answer(
        self, request: web.Request, body: Json, size: int, answer: Any
    ) -> web.Response | None:
        shown = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if shown not in self.bearers:
            return _error(401, "AuthorizationError")
        if size > LARGEST:
            return _error(413, "MessageSizeTooBig")
        fault = self._fault(request.method, unquote(request.path))
        said: web.Response | None = None
        if fault is None or fault.after:
            said = await answer(request, body)
        if fault is None:
            return said
        if fault.seconds:
            await asyncio.sleep(fault.seconds)
            return said or await answer(request, body)
        if fault.drop:
            return None
        if fault.raw is not None:
            return web.Response(body=fault.raw, content_type="text/html")
        return _error(fault.status, fault.code, headers=fault.headers)

    def _fault(self, method: str, path: str) -> Fault | None:
        for fault in self._faults:
            if fault.method == method and fault.path in path:
                fault.times -= 1
                if not fault.times:
                    self._faults.remove(fault)
                return fault
        return None


def _closed(chat: Chat | None) -> web.Response | None:
    if chat is None:
        return _error(404, "ConversationNotFound")
    if not chat.bot_in:
        return _error(403, "BotNotInConversationRoster")
    if chat.refuses:
        return _error(403, chat.refuses)
    if chat.kind == "personal" and not chat.members[0].reachable:
        blocked = '{"subCode": "MessageWritesBlocked"}'
        return web.json_response({"errorCode": 209, "message": blocked}, status=403)
    return None


def _error(
    status: int, code: str, message: str = "", headers: dict[str, str] | None = None
) -> web.Response:
    if not code:
        return web.Response(status=status, headers=headers)
    told = {"error": {"code": code, "message": message or code}}
    return web.json_response(told, status=status, headers=headers)


@asynccontextmanager
async def connector(
    *, app_id: str = "app-1", tenant: str = "tenant-1", key: rsa.RSAPrivateKey | None = None
) -> AsyncIterator[Teams]:
    """A local Teams on loopback, until the block ends. `key` is its issuer's: one takes a while to
    make."""
    teams = Teams(app_id=app_id, tenant=tenant)
    teams._key = key
    runner = web.AppRunner(teams.app(), access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    teams.service_url = f"http://{host}:{port}/teams"
    try:
        yield teams
    finally:
        await runner.cleanup()
