"""Who is let in: real signed tokens against an issuer on this machine."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from starlette.applications import Starlette

from bot.errors import ConfigError
from bot.teams.app import make_app
from bot.teams.client import Connector
from bot.teams.gate import MOST_BYTES
from bot.teams.keys import Key, Keys, fetch
from bot.teams.tokens import FixedToken
from tests.slack.conftest import Heard
from tests.teams.conftest import School
from tests.teams.connector import Teams
from tests.teams.remembered import Remembered


def pem(key: rsa.RSAPrivateKey) -> bytes:
    """A public key, as a forger would take it for a shared secret."""
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public_key().public_bytes(serialization.Encoding.PEM, form)


def forged(teams: Teams, **header: Any) -> str:
    """A token whose signature is made with the public key as a secret (HS256)."""
    claims = jwt.decode(teams.token(), options={"verify_signature": False})
    key = pem(teams.key)
    head = jwt.utils.base64url_encode(
        json.dumps({"alg": "HS256", "typ": "JWT", "kid": "key-1"} | header).encode()
    )
    body = jwt.utils.base64url_encode(json.dumps(claims).encode())
    algorithm = jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256)
    signed = b".".join((head, body))
    own = jwt.utils.base64url_encode(algorithm.sign(signed, key))
    return b".".join((signed, own)).decode()


def unsigned(teams: Teams) -> str:
    claims = jwt.decode(teams.token(), options={"verify_signature": False})
    return jwt.encode(claims, None, algorithm="none", headers={"kid": "key-1"})


OTHER = rsa.generate_private_key(public_exponent=65537, key_size=2048)
HOUR = 3600

TOKENS: dict[str, Any] = {
    "none": lambda t: None,
    "empty": lambda t: "Bearer ",
    "another scheme": lambda t: f"Basic {t.token()}",
    "garbage": lambda t: "Bearer garbage",
    "three parts of garbage": lambda t: "Bearer a.b.c",
    "odd header": lambda t: "Bearer W10.e30.e30",
    "letters that are no ascii": lambda t: "Bearer ÿÿ",
    "forged signature": lambda t: f"Bearer {t.token(key=OTHER)}",
    "changed": lambda t: f"Bearer {t.token()[:-6]}AAAAAA",
    "unknown key": lambda t: f"Bearer {t.token(kid='key-2')}",
    "no key": lambda t: f"Bearer {t.token(kid='')}",
    "expired": lambda t: f"Bearer {t.token(exp=int(time.time()) - HOUR)}",
    "not yet valid": lambda t: f"Bearer {t.token(nbf=int(time.time()) + HOUR)}",
    "never expires": lambda t: f"Bearer {t.token(exp=None)}",
    "another audience": lambda t: f"Bearer {t.token(aud='app-2')}",
    "no audience": lambda t: f"Bearer {t.token(aud=None)}",
    "another issuer": lambda t: f"Bearer {t.token(iss='https://evil.example')}",
    "no issuer": lambda t: f"Bearer {t.token(iss=None)}",
    "another address": lambda t: f"Bearer {t.token(serviceurl='https://evil.example')}",
    "no address": lambda t: f"Bearer {t.token(serviceurl=None)}",
    "an odd address": lambda t: f"Bearer {t.token(serviceurl=[7])}",
    "the public key as a secret": lambda t: f"Bearer {forged(t)}",
    "no algorithm": lambda t: f"Bearer {unsigned(t)}",
    "an odd algorithm": lambda t: f"Bearer {forged(t, alg=['RS256'])}",
    "a header that names its own key": lambda t: f"Bearer {forged(t, alg='RS256', jwk={})}",
}


async def post(school: School, content: bytes, shown: str | None, **headers: str) -> httpx.Response:
    if shown is not None:
        headers["authorization"] = shown
    raw = [(name.encode(), text.encode("latin-1")) for name, text in headers.items()]
    return await school.http.post("/api/messages", content=content, headers=raw)


def message(school: School) -> bytes:
    return json.dumps(school.ben.activity(school.ben.direct(), "share it")).encode()


async def test_a_good_token_is_let_in(school: School) -> None:
    said = await post(school, message(school), f"Bearer {school.teams.token()}")
    assert (said.status_code, said.content) == (200, b"")
    assert len(school.heard.asked) == 1


async def test_a_token_that_is_a_little_late_is_let_in(school: School) -> None:
    """Clocks differ; Microsoft allows five minutes."""
    late = school.teams.token(exp=int(time.time()) - 60)
    assert (await post(school, message(school), f"Bearer {late}")).status_code == 200


@pytest.mark.parametrize("name", TOKENS)
async def test_any_other_token_is_not(name: str, school: School) -> None:
    said = await post(school, message(school), TOKENS[name](school.teams))
    await school.app.later.settled()
    assert said.status_code == 401
    assert not school.heard.asked
    assert not school.conversations.known
    assert not school.teams.calls("POST")


@pytest.mark.parametrize("body", [b"{", b"", b"\xff\xfe", b"[" * 50_000, b'{"a": NaN}'])
async def test_malformed_json(body: bytes, school: School) -> None:
    """With a token it is told; without one nothing is even parsed."""
    known = await post(school, body, f"Bearer {school.teams.token()}")
    assert (known.status_code, known.text) == (400, "The body is no JSON.")
    assert (await post(school, body, None)).status_code == 401


@pytest.mark.parametrize(
    "body",
    [b"[]", b"7", b'"odd"', b"null", b"{}", b'{"type": "message"}', b'{"type": 7, "from": {}}'],
)
async def test_json_that_is_no_activity(body: bytes, school: School) -> None:
    said = await post(school, body, f"Bearer {school.teams.token()}")
    assert (said.status_code, said.text) == (400, "The body is no activity.")


async def test_a_body_that_is_too_large(school: School) -> None:
    large = b"x" * (MOST_BYTES + 1)
    assert (await post(school, large, f"Bearer {school.teams.token()}")).status_code == 413
    assert (await post(school, large, None)).status_code == 413  # by its header alone

    async def parts() -> AsyncIterator[bytes]:
        for _ in range(10):
            yield b"x" * (MOST_BYTES // 8)

    head = {"authorization": f"Bearer {school.teams.token()}"}
    said = await school.http.post("/api/messages", content=parts(), headers=head)
    assert said.status_code == 413
    assert (await post(school, b"{}", None, **{"content-length": "-1"})).status_code == 400


async def test_an_address_without_https(school: School) -> None:
    """A connector on this machine is for tests; http to any other is not."""
    activity = school.ben.activity(school.ben.direct(), "share it")
    activity["serviceUrl"] = "http://smba.trafficmanager.net/amer/"
    shown = f"Bearer {school.teams.token(serviceurl=activity['serviceUrl'])}"
    said = await post(school, json.dumps(activity).encode(), shown)
    assert (said.status_code, said.text) == (401, "The address is not safe.")


async def test_a_key_for_another_channel(school: School) -> None:
    activity = school.ben.activity(school.ben.direct(), "share it") | {"channelId": "webchat"}
    shown = f"Bearer {school.teams.token()}"
    assert (await post(school, json.dumps(activity).encode(), shown)).status_code == 403


async def test_nothing_secret_is_logged(school: School, capsys: pytest.CaptureFixture[str]) -> None:
    token = school.teams.token(key=OTHER)
    await post(school, message(school), f"Bearer {token}")
    await post(school, message(school), f"Bearer {school.teams.token()}")
    logged = "".join(capsys.readouterr())
    assert token not in logged
    assert token.rsplit(".", maxsplit=1)[-1] not in logged
    assert "share it" not in logged


# -- keys -----------------------------------------------------------------------------------------


@dataclass
class Issuer:
    """Keys that are fetched from here, as slowly as a test says."""

    found: dict[str, Key] | Exception
    fetches: int = 0
    slow: asyncio.Event | None = None
    begun: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, _url: str) -> dict[str, Key]:
        self.fetches += 1
        self.begun.set()
        if self.slow:
            await self.slow.wait()
        if isinstance(self.found, Exception):
            raise self.found
        return self.found


class Hour:
    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def hour() -> Hour:
    return Hour()


@pytest.fixture
def issuer(monkeypatch: pytest.MonkeyPatch) -> Issuer:
    made = Issuer({"key-1": Key("one")})
    monkeypatch.setattr("bot.teams.keys.fetch", made)
    return made


async def test_keys_are_fetched_once_a_day(issuer: Issuer, hour: Hour) -> None:
    keys = Keys("https://x.org", monotonic=hour)
    for _ in range(5):
        assert await keys.find("key-1") == Key("one")
    assert issuer.fetches == 1
    hour.at += 25 * 3600
    issuer.found = {"key-1": Key("two")}
    assert await keys.find("key-1") == Key("one")  # nobody waits for it
    await asyncio.sleep(0)
    assert (await keys.find("key-1"), issuer.fetches) == (Key("two"), 2)


async def test_who_makes_up_key_names_causes_one_fetch_in_five_minutes(
    issuer: Issuer, hour: Hour
) -> None:
    keys = Keys("https://x.org", monotonic=hour)
    for n in range(50):
        assert await keys.find(f"made up {n}") is None
    assert issuer.fetches == 1
    hour.at += 301
    issuer.found = {"key-1": Key("one"), "key-2": Key("two")}
    assert await keys.find("key-2") == Key("two")
    assert issuer.fetches == 2


async def test_those_who_wait_share_one_fetch(issuer: Issuer, hour: Hour) -> None:
    keys = Keys("https://x.org", monotonic=hour)
    issuer.slow = asyncio.Event()
    waiting = [asyncio.create_task(keys.find("key-1")) for _ in range(20)]
    await asyncio.sleep(0.01)
    waiting[0].cancel()  # one loses patience; the others get theirs
    issuer.slow.set()
    assert await asyncio.gather(*waiting[1:]) == [Key("one")] * 19
    assert issuer.fetches == 1


async def test_a_fetch_that_fails_keeps_the_old_keys(issuer: Issuer, hour: Hour) -> None:
    keys = Keys("https://x.org", monotonic=hour)
    assert await keys.find("key-1")
    issuer.found = RuntimeError("away")
    hour.at += 25 * 3600
    assert await keys.find("key-2") is None
    assert await keys.find("key-1") == Key("one")


async def test_without_any_key_the_issuer_is_soon_asked_again(issuer: Issuer, hour: Hour) -> None:
    keys = Keys("https://x.org", monotonic=hour)
    good, issuer.found = issuer.found, RuntimeError("away")
    assert await keys.find("key-1") is None
    hour.at += 6
    issuer.found = good
    assert await keys.find("key-1") == Key("one")


async def test_a_slow_key_server_holds_up_nobody_whose_key_is_known(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    good, unknown = school.teams.token(), school.teams.token(kid="key-2")
    assert (await post(school, message(school), f"Bearer {good}")).status_code == 200
    slow = Issuer({}, slow=asyncio.Event())
    monkeypatch.setattr("bot.teams.keys.fetch", slow)
    school.app._keys._tried -= 1000
    waiting = asyncio.create_task(post(school, message(school), f"Bearer {unknown}"))
    await slow.begun.wait()
    async with asyncio.timeout(1):
        assert (await post(school, message(school), f"Bearer {good}")).status_code == 200
    assert not waiting.done()
    slow.slow.set()
    assert (await waiting).status_code == 401


async def test_where_the_keys_are_must_be_safe(teams: Teams) -> None:
    found = await fetch(teams.openid_metadata_url)
    assert set(found) == {"key-1"}
    assert found["key-1"].endorsed == {"msteams"}
    with pytest.raises(ValueError, match="no safe address"):
        teams.service_url = teams.service_url.replace("127.0.0.1", "127.0.0.1.example")
        await fetch(teams.openid_metadata_url.replace("127.0.0.1.example", "127.0.0.1"))


# -- without tokens -------------------------------------------------------------------------------


@dataclass
class Open:
    """An app that asks for no token, and who calls it from where."""

    heard: Heard
    app: Any
    activity: dict[str, Any]

    async def post(
        self, client: str = "127.0.0.1", host: str = "127.0.0.1", **headers: str
    ) -> httpx.Response:
        asgi = httpx.ASGITransport(Starlette(routes=self.app.routes), client=(client, 4711))
        async with httpx.AsyncClient(transport=asgi, base_url=f"http://{host}:3978") as http:
            return await http.post("/api/messages", json=self.activity, headers=headers)


@pytest.fixture
async def open_app(school: School) -> AsyncIterator[Open]:
    heard, calls = Heard(), Connector(FixedToken(), loopback=True)
    app = make_app(
        heard,
        lambda _words: False,
        Remembered(),
        calls,
        client_id="",
        tenants={"tenant-1"},
        openid_url="https://x.org/openid",
        unauthenticated=True,
    )
    yield Open(heard, app, school.ben.activity(school.ben.direct(), "share it"))
    await app.close()
    await calls.close()


async def test_without_tokens_this_machine_is_heard(open_app: Open) -> None:
    assert (await open_app.post()).status_code == 200
    assert (await open_app.post("::1", "localhost")).status_code == 200
    assert open_app.heard.asked


@pytest.mark.parametrize(
    ("client", "host", "headers"),
    [
        ("192.168.1.7", "127.0.0.1", {}),
        ("127.0.0.1", "homeroom.example.org", {}),
        ("127.0.0.1", "127.0.0.1", {"x-forwarded-for": "192.168.1.7"}),
        ("127.0.0.1", "127.0.0.1", {"forwarded": "for=192.168.1.7"}),
        ("127.0.0.1", "127.0.0.1", {"origin": "https://evil.example"}),
    ],
)
async def test_without_tokens_nobody_else_is(
    client: str, host: str, headers: dict[str, str], open_app: Open
) -> None:
    assert (await open_app.post(client, host, **headers)).status_code == 403
    assert not open_app.heard.asked


async def test_without_tokens_no_public_connector_is_answered(open_app: Open) -> None:
    open_app.activity["serviceUrl"] = "https://smba.trafficmanager.net/amer/"
    assert (await open_app.post()).status_code == 403
    assert not open_app.heard.asked


async def test_an_app_that_anybody_could_speak_to_is_not_made() -> None:
    with pytest.raises(ConfigError, match="TEAMS_CLIENT_ID"):
        make_app(
            Heard(),
            lambda _words: False,
            Remembered(),
            Connector(FixedToken()),
            client_id="",
            tenants={"tenant-1"},
            openid_url="https://x.org/openid",
        )
