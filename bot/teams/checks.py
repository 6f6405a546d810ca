"""Whether Teams lets us do what we must: a token, and where to write."""

from collections.abc import Sequence

from bot.errors import NotNow
from bot.findings import Finding, Spot
from bot.teams.tokens import Tokens

LOOK_AT = (
    "Look at TEAMS_CLIENT_ID, TEAMS_CLIENT_SECRET (it may have expired: Certificates & secrets →"
    " New client secret) and TEAMS_TENANT_ID."
)
MENTION = "Somebody in it types: @Homeroom"
ADD_TENANT = "Put the tenant’s id into TEAMS_TENANTS, and install the app there."


async def check(tokens: Tokens, tenants: frozenset[str], spots: Sequence[Spot]) -> list[Finding]:
    """Look at the bot's own token, and at these channels. It raises nothing."""
    try:
        await tokens.bearer()
        findings = [Finding("Teams", "Microsoft gives the bot a token.")]
    except NotNow:
        findings = [Finding("Teams", "Microsoft gives the bot no token.", LOOK_AT)]
    for each in spots:
        if each.workspace.lower() not in tenants:
            findings.append(Finding(each.shown, "Its tenant may not use this bot.", ADD_TENANT))
        elif not each.known:
            findings.append(Finding(each.shown, "Teams has not told where it is.", MENTION))
        else:
            findings.append(Finding(each.shown, "Teams has told where it is."))
    return findings
