"""`python -m bot`, where Microsoft's token is given at once instead of asked for."""
# ruff: noqa: E402 - what is large is imported as the command imports it

import gc

gc.disable()

from microsoft_teams.api.auth.credentials import TokenCredentials

from benchmarks.connector import given
from bot import teams_door
from bot.cli import main
from bot.config import Config
from bot.teams.credentials import BotTokens
from bot.teams.tokens import Tokens


async def _tokens(config: Config) -> Tokens:
    return BotTokens.of(TokenCredentials(client_id=config.teams_client_id, token=given))


if __name__ == "__main__":
    teams_door._bot_tokens = _tokens
    main()
