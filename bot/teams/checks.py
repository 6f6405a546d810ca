"""Whether Teams lets us do what we must: a token, and where to write."""

from collections.abc import Sequence

from bot.errors import NotNow
from bot.findings import Finding, Spot
from bot.teams.failures import refused
from bot.teams.tokens import Tokens

LOOK_AT = (
    "Look at TEAMS_CLIENT_ID, TEAMS_CLIENT_SECRET (it may have expired: Certificates & secrets →"
    " New client secret) and TEAMS_TENANT_ID."
)
MENTION = "Somebody in it types: @Homeroom"
TRY = "Look whether Homeroom is in its team or chat; then press “It is mended: try again”."
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
            said = "Teams has not told me where it is: I am not in it, or nobody spoke to me."
            findings.append(Finding(each.shown, said, MENTION, each.since))
        elif each.held:
            mend = refused(each.held, 0).mend or TRY
            findings.append(Finding(each.shown, "It takes no posts of mine.", mend, each.since))
        elif each.shut:
            mend = refused(each.shut, 0).mend or TRY
            findings.append(Finding(each.shown, "Nothing is taken where it is.", mend))
        else:
            findings.append(Finding(each.shown, "Teams has told where it is."))
    return findings
