"""api.*, auth.* and apps.*: the token's own questions."""

from bot.playground import events
from bot.playground.apps import App
from bot.playground.asking import Ask, Method
from bot.playground.shapes import Installation, Json, Refused


def api_test(ask: Ask) -> Json:
    if ask.maybe("error"):
        raise Refused(ask.maybe("error"))
    return {"args": ask.args}


def auth_test(ask: Ask) -> Json:
    workspace = ask.world.workspace(ask.team)
    whole = ask.team.startswith("E")
    return {
        "url": f"https://{workspace.domain}.slack.com/",
        "team": workspace.name,
        "user": ask.world.people[ask.bot].name,
        "team_id": workspace.id,
        "user_id": ask.bot,
        "bot_id": ask.installation.bot_id,
        "is_enterprise_install": whole,
        **({"enterprise_id": ask.team} if whole else {}),
    }


def teams_list(ask: Ask) -> Json:
    """auth.teams.list: the workspaces of an organisation, or the one."""
    every = ask.world.workspaces.values()
    known = [each for each in every if ask.world.belongs(each.id, ask.team) and each.id[0] == "T"]
    return {
        "teams": [{"id": each.id, "name": each.name} for each in known],
        "response_metadata": {"next_cursor": ""},
    }


def auth_revoke(ask: Ask) -> Json:
    if ask.flag("test"):
        return {"revoked": False}
    revoke(ask.app, ask.installation, "token_revoked")
    return {"revoked": True}


def uninstall(ask: Ask) -> Json:
    """Refused: bad_client_secret, invalid_client_id."""
    if ask.text("client_id") != ask.app.client_id:
        raise Refused("invalid_client_id")
    if ask.text("client_secret") != ask.app.client_secret:
        raise Refused("bad_client_secret")
    revoke(ask.app, ask.installation, "account_inactive")
    return {}


def revoke(app: App, found: Installation, error: str) -> events.Told:
    """The token is worth nothing now; the app hears why. `error` is what it will meet."""
    found.revoked = error
    app.world.keep("installation", f"{app.id} {found.team}", found)
    gone = {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [found.bot_user_id]}}
    told = events.app_event(app.world, app, found, gone)
    if error == "account_inactive":
        told += events.app_event(app.world, app, found, {"type": "app_uninstalled"})
    app.world.changed()
    return told


def connections_open(ask: Ask) -> Json:
    app = next(app for app in ask.world.apps.values() if app.app_token == ask.token)
    if not app.socket_mode:
        raise Refused("socket_mode_not_enabled")
    return {"url": ask.world.deliveries.sockets.ticket(app)}


METHODS = {
    "api.test": Method(api_test, caller="anyone"),
    "auth.test": Method(auth_test),
    "auth.teams.list": Method(teams_list),
    "auth.revoke": Method(auth_revoke),
    "apps.uninstall": Method(uninstall),
    "apps.connections.open": Method(connections_open, caller="app"),
}
