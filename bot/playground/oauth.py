"""Installing by OAuth: the consent page, codes for tokens, and token rotation."""

import base64
import binascii
import html
import secrets
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.playground.apps import TOKEN_SECONDS, App
from bot.playground.asking import Ask, Method
from bot.playground.shapes import Installation, Json, Refused, Workspace

if TYPE_CHECKING:
    from bot.playground.world import World

CODE_SECONDS = 600
_PASSED_ON = ("client_id", "scope", "state", "redirect_uri")


def consent_page(world: "World", request: Request) -> Response:
    """/oauth/v2/authorize: one button per workspace."""
    app = _app(world, request.query_params.get("client_id", ""))
    if app is None:
        return HTMLResponse("<p>invalid_client_id</p>", status_code=400)
    asked = {key: request.query_params.get(key, "") for key in _PASSED_ON}
    buttons = "".join(
        f'<p><a href="/oauth/v2/allow?{html.escape(urlencode(asked | {"team": each.id}))}">'
        f"Allow in {html.escape(each.name)}</a></p>"
        for each in world.workspaces.values()
    )
    no = html.escape(f"/oauth/v2/deny?{urlencode(asked)}")
    buttons += f'<p><a href="{no}">Cancel</a></p>'
    return HTMLResponse(f"<h1>{html.escape(app.name)} asks to be installed</h1>{buttons}")


def allow(world: "World", request: Request) -> Response:
    """The button: back to the app with a code."""
    asked = request.query_params
    app, team = _app(world, asked.get("client_id", "")), asked.get("team", "")
    if app is None or team not in world.workspaces:
        return HTMLResponse("<p>invalid_client_id</p>", status_code=400)
    code = secrets.token_hex(16)
    world.codes[code] = {
        "app": app.id,
        "team": team,
        "at": world.watch(),
        "used": False,
        "redirect_uri": asked.get("redirect_uri", ""),
        "user": next((p.id for p in world.people.values() if p.team == team and not p.bot), ""),
    }
    return _back(request, code=code)


def deny(_world: "World", request: Request) -> Response:
    """Somebody says no: back to the app without a code."""
    return _back(request, error="access_denied")


def _back(request: Request, **told: str) -> Response:
    asked = request.query_params
    back = urlencode(told | {"state": asked.get("state", "")})
    where = asked.get("redirect_uri", "")
    return RedirectResponse(f"{where}{'&' if '?' in where else '?'}{back}", status_code=302)


def access(ask: Ask) -> Json:
    """oauth.v2.access, for a code or (grant_type=refresh_token) for the next token."""
    app, installer = _client(ask), ""
    if ask.maybe("grant_type") == "refresh_token":
        found = _refreshed(ask, app)
    else:
        code = _code(ask, app)
        installer = code["user"]
        found = app.install(ask.world.workspace(code["team"]))
    workspace = ask.world.workspace(found.team)
    answer: Json = {
        "app_id": app.id,
        "authed_user": {"id": installer} if installer else {},
        "scope": ",".join(found.scopes),
        "token_type": "bot",
        "access_token": found.bot_token,
        "bot_user_id": found.bot_user_id,
        **_of_whom(ask.world, workspace),
    }
    if app.rotates:
        answer |= {"refresh_token": found.refresh_token, "expires_in": TOKEN_SECONDS}
    return answer


def _of_whom(world: "World", workspace: Workspace) -> Json:
    """A workspace and the organisation it is part of, or a whole organisation."""
    about = {"id": workspace.id, "name": workspace.name}
    if workspace.id.startswith("E"):
        return {"team": None, "enterprise": about, "is_enterprise_install": True}
    whole = world.workspaces.get(workspace.organisation)
    return {
        "team": about,
        "enterprise": {"id": whole.id, "name": whole.name} if whole else None,
        "is_enterprise_install": False,
    }


def _client(ask: Ask) -> App:
    client_id, secret = ask.maybe("client_id"), ask.maybe("client_secret")
    if ask.maybe("authorization"):
        try:
            pair = base64.b64decode(ask.maybe("authorization")).decode()
        except (binascii.Error, UnicodeDecodeError):
            pair = ""
        client_id, _, secret = pair.partition(":")
    app = _app(ask.world, client_id)
    if app is None:
        raise Refused("invalid_client_id")
    if secret != app.client_secret:
        raise Refused("bad_client_secret")
    return app


def _code(ask: Ask, app: App) -> Json:
    code = ask.world.codes.get(ask.maybe("code"))
    if code is None or code["app"] != app.id:
        raise Refused("invalid_code")
    if code["used"]:
        raise Refused("code_already_used")
    if ask.world.watch() - code["at"] > CODE_SECONDS:
        raise Refused("invalid_code")
    if ask.maybe("redirect_uri") != code["redirect_uri"] and ask.maybe("redirect_uri"):
        raise Refused("bad_redirect_uri")
    code["used"] = True
    found: Json = code
    return found


def _refreshed(ask: Ask, app: App) -> Installation:
    wanted = ask.text("refresh_token")
    for found in ask.world.installations:
        if found.app_id == app.id and found.refresh_token == wanted:
            app.rotate(found)
            ask.world.keep("installation", f"{app.id} {found.team}", found)
            return found
    raise Refused("invalid_refresh_token")


def _app(world: "World", client_id: str) -> App | None:
    return next((app for app in world.apps.values() if app.client_id == client_id), None)


METHODS = {"oauth.v2.access": Method(access, caller="anyone")}
