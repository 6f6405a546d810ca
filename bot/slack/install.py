"""The pages by which people install Homeroom in their workspace: out to Slack, and back."""

import html
import secrets
from datetime import timedelta
from hashlib import sha256
from typing import Protocol
from urllib.parse import urlencode, urljoin, urlsplit

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.clock import Clock
from bot.guarded import NEVER_KEPT
from bot.keyring import CannotOpen, Keyring
from bot.slack.granting import Grant, Granting
from bot.slack.manifest import INSTALL, REDIRECT, SCOPES

log = structlog.get_logger(__name__)

COOKIE = "homeroom_install"
GOOD_FOR = timedelta(minutes=10)
LONGEST = 3000  # characters of a state or a code; ours have some 250
STYLE = "body{font:18px/1.5 system-ui,sans-serif;max-width:34em;margin:12vh auto;padding:0 1em}"


class Store(Protocol):
    """What the pages keep."""

    async def use_state(self, state: str) -> bool:
        """Whether this state is used for the first time."""

    async def keep(self, grant: Grant) -> None:
        """Somebody installed the bot."""


class InstallPages:
    """A browser that begins here gets a cookie, and a state that only it can bring back, once,
    within ten minutes. Nothing is kept for whoever only begins."""

    def __init__(
        self, store: Store, granting: Granting, keys: Keyring, clock: Clock, *, slack: str, web: str
    ) -> None:
        """`slack` is the address of Slack's Web API, `web` our own."""
        self._store, self._granting, self._keys, self._clock = store, granting, keys, clock
        self._authorize = urljoin(slack, "../oauth/v2/authorize")
        self._web = web.rstrip("/")
        self._secure = urlsplit(web).scheme == "https"

    def routes(self) -> list[Route]:
        """GET /slack/install and GET /slack/oauth_redirect."""
        return [Route(INSTALL, self.begin), Route(REDIRECT, self.come_back)]

    async def begin(self, request: Request) -> Response:
        """To Slack's page of consent."""
        browser = request.cookies.get(COOKIE) or secrets.token_urlsafe(24)
        asked = {
            "client_id": self._granting.client_id,
            "scope": ",".join(sorted(SCOPES)),
            "redirect_uri": self._web + REDIRECT,
            "state": self._state(browser),
        }
        there = RedirectResponse(f"{self._authorize}?{urlencode(asked)}", status_code=302)
        there.set_cookie(  # lax: Slack's page leads back here by a link
            COOKIE,
            browser,
            max_age=int(GOOD_FOR.total_seconds()),
            path="/slack",
            secure=self._secure,
            httponly=True,
            samesite="lax",
        )
        return _never_kept(there)

    async def come_back(self, request: Request) -> Response:
        """From Slack, with a code or with a no."""
        told = request.query_params
        state, code = told.get("state", ""), told.get("code", "")
        if not self._is_ours(state, request.cookies.get(COOKIE, "")):
            return _page(400, "That took too long, or began elsewhere", FROM_ELSEWHERE, again=True)
        if told.get("error") == "access_denied":
            return _page(200, "Nothing was installed", DENIED, again=True)
        if told.get("error") or not 0 < len(code) <= LONGEST:
            return _page(400, "Slack did not let Homeroom in", NO_CODE, again=True)
        try:
            if not await self._store.use_state(sha256(state.encode()).hexdigest()):
                return _page(400, "This page was opened before", USED, again=True)
            return await self._install(code)
        except Exception:  # the database is away, or refuses it
            log.exception("an installation could not be kept")
            return _page(503, "Homeroom could not keep it", NOT_KEPT, again=True)

    async def _install(self, code: str) -> Response:
        try:
            grant = await self._granting.grant(code, self._web + REDIRECT)
        except SlackApiError as no:
            reason = str(no.response.get("error") or "")
            log.warning("not installed", why=reason if reason.isidentifier() else "…")
            said = REFUSED.get(reason, OF_THE_APP.format(reason=html.escape(reason[:60])))
            return _page(400, "Slack did not let Homeroom in", said, again=True)
        except (aiohttp.ClientError, TimeoutError) as problem:
            log.warning("not installed", why=type(problem).__name__)
            return _page(502, "Slack did not answer", SILENT, again=True)
        if not grant.workspace or not grant.bot_token:
            return _page(400, "Slack did not let Homeroom in", NO_CODE, again=True)
        await self._store.keep(grant)
        missing = sorted(SCOPES.keys() - set(grant.scopes))
        name = html.escape(grant.name or "your workspace")
        if missing:
            which = ", ".join(f"<code>{html.escape(each)}</code>" for each in missing)
            return _page(
                200,
                f"Homeroom is in {name}, but may not do all",
                LACKS.format(which=which),
                again=True,
            )
        return _page(200, f"Homeroom is in {name}", NEXT)

    def _state(self, browser: str) -> str:
        until = self._clock.now() + GOOD_FOR
        secret = f"{until.timestamp():.0f} {secrets.token_urlsafe(12)}"
        return self._keys.lock(secret, of=_browser(browser))

    def _is_ours(self, state: str, browser: str) -> bool:
        if not browser or not 0 < len(state) <= LONGEST:
            return False
        try:
            until, _, _ = self._keys.open(state, of=_browser(browser)).partition(" ")
        except CannotOpen:
            return False
        return self._clock.now().timestamp() <= float(until)


def _browser(cookie: str) -> str:
    return f"browser {sha256(cookie.encode()).hexdigest()}"


FROM_ELSEWHERE = (
    "Installing begins and ends in one browser, within ten minutes. Nothing was installed."
)
DENIED = "You (or an administrator) said no to Slack’s question. That is fine; nothing changed."
NO_CODE = "Slack sent no code with which to go on. Nothing was installed."
USED = (
    "If Homeroom answers <code>/learn</code> in your workspace, it is installed and you need"
    " nothing more."
)
SILENT = (
    "Slack could not be asked just now, so nothing was installed. Please try again in a minute."
)
NOT_KEPT = (
    "Slack said yes, but Homeroom could not save it just now. Please begin once more in a minute."
)
_TWICE = "The code from Slack was used already, or is too old. Nothing was changed."
_AT_ONCE = (
    "Somebody else seems to have installed it, or taken it out, at the same moment. If Homeroom"
    " answers <code>/learn</code> in your workspace, you need nothing more."
)
REFUSED = {
    **dict.fromkeys(("code_already_used", "invalid_code", "code_expired"), _TWICE),
    **dict.fromkeys(("invalid_auth", "token_revoked", "account_inactive"), _AT_ONCE),
}
OF_THE_APP = (
    "Slack says <code>{reason}</code>. Please tell whoever runs this Homeroom: the app’s client"
    " id, its secret or its redirect address may be wrong."
)
LACKS = (
    "Slack did not give these permissions: {which}. An administrator may have to approve the app;"
    " then install it once more."
)
NEXT = (
    "Now invite it to the channel of your call: open the channel in Slack, type"
    " <code>/invite @Homeroom</code>, then <code>/learn</code>. You may close this page."
)


def _page(status: int, title: str, said: str, *, again: bool = False) -> Response:
    """A small page; `title` and `said` are HTML."""
    link = f'<p><a href="{INSTALL}">Install Homeroom from the start</a></p>' if again else ""
    page = (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{title}</title><style>{STYLE}</style><h1>{title}</h1><p>{said}</p>{link}</html>"
    )
    return _never_kept(HTMLResponse(page, status_code=status))


def _never_kept(response: Response) -> Response:
    """Neither the code nor the state stays in a cache, or goes on to where a link leads."""
    response.headers.update(NEVER_KEPT)
    return response
