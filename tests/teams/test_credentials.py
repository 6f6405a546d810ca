"""Bearer tokens: one fetch for all who ask, and no post that waits for one for long."""

import asyncio

import pytest

from bot.errors import NotNow
from bot.teams import credentials
from bot.teams.credentials import BotTokens


class Source:
    """Gives tokens when it is let."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.asked = 0
        self.let = asyncio.Event()
        self.let.set()

    async def get_bot_token(self):
        self.asked += 1
        await self.let.wait()
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


async def test_a_token_is_fetched_once_and_kept_for_a_while(monkeypatch):
    source = Source("first", "second")
    tokens, now = BotTokens(source), [100.0]
    monkeypatch.setattr("bot.teams.credentials.time.monotonic", lambda: now[0])
    assert await asyncio.gather(*(tokens.bearer() for _ in range(5))) == ["first"] * 5
    assert source.asked == 1
    now[0] += credentials.KEPT + 1
    assert await tokens.bearer() == "second"


@pytest.mark.parametrize("answer", [ValueError("AADSTS7000215: secret"), None, ""])
async def test_no_token_means_not_now_and_another_try_later(answer):
    tokens = BotTokens(Source(answer, "good"))
    with pytest.raises(NotNow):
        await tokens.bearer()
    assert await tokens.bearer() == "good"


async def test_a_slow_fetch_is_not_waited_for_and_not_lost(monkeypatch):
    monkeypatch.setattr("bot.teams.credentials.PATIENCE", 0.01)
    source = Source("late")
    source.let.clear()
    tokens = BotTokens(source)
    with pytest.raises(NotNow):
        await tokens.bearer()
    source.let.set()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert await tokens.bearer() == "late"
    assert source.asked == 1


@pytest.mark.parametrize(
    ("secret", "identity", "kind"),
    [
        ("hush", "", "ClientCredentials"),
        ("", "", "ManagedIdentityCredentials"),
        ("", "bot", "ManagedIdentityCredentials"),
        ("", "system", "FederatedIdentityCredentials"),
        ("", "another", "FederatedIdentityCredentials"),
    ],
)
def test_how_a_bot_proves_who_it_is(secret, identity, kind):
    made = credentials.credentials("bot", secret, "tenant", identity)
    assert type(made).__name__ == kind
    assert made.tenant_id == "tenant"
