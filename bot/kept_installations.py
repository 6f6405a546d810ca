"""Slack's installations in the database: found in memory, renewed, and taken away."""

import asyncio
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import TypeVar

import structlog
from slack_sdk.errors import SlackApiError
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.clock import Clock, elapsed
from bot.errors import ConfigError, NotNow
from bot.keyring import CannotOpen, Keyring
from bot.slack.failures import OF_THE_WORKSPACE, refused
from bot.slack.granting import Grant, Granting
from bot.slack.installations import Installation, KnownInstallations
from bot.stops import workspace_left
from storage import audit, deliveries, installations, lanes, networks, people
from storage.database import Database
from storage.installations import Given
from storage.models import Installation as Row

T = TypeVar("T")

SLACK = "slack"
FRESH = 2.0  # seconds that what was read is believed: another replica may have changed it
QUICK = 0.5  # seconds that a request waits for it: it has three, and has to be answered yet
LOOK_EVERY = 30.0  # seconds between two looks whether a token is to be renewed
RENEWED_BEFORE = timedelta(hours=2)  # of the twelve that a token is good for
CLAIMED = timedelta(minutes=1)  # longer than Slack may take for its answer
SOMEBODY_RENEWS = 3.0  # seconds
SOON, LATER = timedelta(minutes=1), timedelta(minutes=15)  # until a failed renewal is tried again
WRONG_KEY = (
    "ENCRYPTION_KEYS does not open what is kept of {count} of {every} Slack installations. Put the"
    " key that they were locked with back, after the others; `python -m bot keys --renew` then"
    " locks all with the first."
)

log = structlog.get_logger(__name__)


class KeptInstallations(KnownInstallations):
    """Installations that people made by the page, besides those of the settings' token. Replicas
    share them: what is in memory is read anew after two seconds, and when Slack refuses a token."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        keys: Keyring,
        granting: Granting,
        base_url: str,
        elapsed: Callable[[], float] = elapsed,
    ) -> None:
        super().__init__(base_url)
        self._database, self._clock, self._elapsed = database, clock, elapsed
        self._keys, self._granting = keys, granting
        self._rows: dict[str, tuple[int, str, Installation]] = {}
        self._read_at = self._looked_at = float("-inf")
        self._reading: asyncio.Task[None] | None = None
        self._renewing = asyncio.Lock()

    async def check(self) -> None:
        """Raises ConfigError where the keys do not open what is kept."""
        rows = await self._read(_live)
        shut = [row for row in rows if not self._opens(row)]
        if shut:
            raise ConfigError(WRONG_KEY.format(count=len(shut), every=len(rows)))
        await self._refresh()

    def _opens(self, row: Row) -> bool:
        try:
            self._opened(row)
        except CannotOpen:
            return False
        return True

    async def find(self, workspace: str, enterprise: str = "") -> Installation | None:
        """See `Installations`. While the database is away, what was known is believed."""
        if self._elapsed() - self._read_at > FRESH:
            await self._refresh(QUICK)
        found = self._row(workspace) or self._row(enterprise)
        if found is None and (whole := self._teams.get(workspace)):
            found = self._row(whole)
        return found or await super().find(workspace, enterprise)

    def _row(self, home: str) -> Installation | None:
        known = self._rows.get(home)
        return known[2] if known else None

    async def again(self, old: Installation) -> Installation | None:
        """See `Installations`. A token whose time is over is renewed at once."""
        async with self._renewing:  # many posts may meet the end of one token
            await self._read_anew()
            while not (found := self._other(old)) and await self._renew_next():
                continue
            if found is None and await self._read(lambda session: self._waits(session, old)):
                raise NotNow(SOMEBODY_RENEWS)
            return found

    def _other(self, old: Installation) -> Installation | None:
        found = self._row(old.workspace)
        return found if found and found.bot_token != old.bot_token else None

    def _waits(self, session: Session, old: Installation) -> bool:
        """Whether another replica is renewing its token just now."""
        row = installations.find(session, platform=SLACK, external=old.workspace)
        now = self._clock.now()
        return bool(row and not row.trouble and row.renewing_until and row.renewing_until > now)

    async def heard_from(self, home: Installation, team: str) -> None:
        """See `Installations`. What cannot be kept is heard again."""
        if self._teams.get(team) == home.workspace:
            return
        await super().heard_from(home, team)
        if home.workspace in self._rows:
            with suppress(Exception):
                await self._write(
                    lambda session: installations.knows_team(
                        session, platform=SLACK, external=home.workspace, team=team
                    )
                )

    async def use_state(self, state: str) -> bool:
        """Whether this state of an installing browser is used for the first time."""
        now = self._clock.now()
        return await self._write(
            lambda session: deliveries.first(session, id=f"install {state}", now=now)
        )

    async def keep(self, grant: Grant) -> None:
        """Somebody installed the bot: its posts go on, wherever it was stopped for want of it."""
        now = self._clock.now()
        given = Given(
            external=grant.workspace,
            organisation=grant.organisation,
            name=grant.name,
            address=grant.address,
            teams=list(grant.teams),
            bot_user=grant.bot_user,
            bot_id=grant.bot_id,
            bot_token=self._keys.lock(grant.bot_token, of=grant.workspace),
            refresh_token=self._locked(grant.refresh_token, grant.workspace),
            scopes=",".join(grant.scopes),
            installed_by=grant.installed_by,
            expires_at=now + timedelta(seconds=grant.seconds) if grant.seconds else None,
        )

        def save(session: Session) -> None:
            installations.keep(session, platform=SLACK, given=given, now=now)
            people.workspace_at(
                session, platform=SLACK, external=grant.workspace, name=grant.name
            ).name = grant.name
            lanes.open_again(session, names=_lanes(grant.workspace, grant.teams))
            _note(session, grant.workspace, f"installed Homeroom in {grant.name}", now)

        try:
            await self._write(save)
        except IntegrityError:  # somebody installed it there for the first time, just before
            await self._write(save)
        await self._read_anew()
        log.info("installed", workspace=grant.workspace, whole=bool(grant.teams))

    async def revoked(self, homes: list[str]) -> None:
        """See `Installations`. Slack's word may come late, after the bot was installed again: it
        counts only where Slack does not take the token that we have."""
        for row in await self._read(_live):
            if row.external in homes and not await self._is_taken(row):
                await self._gone(row)

    async def _is_taken(self, row: Row) -> bool:
        try:
            token, _ = self._opened(row)
            return await self._granting.takes(token)
        except CannotOpen:
            return False
        except SlackApiError as no:
            reason = str(no.response.get("error") or "")
            if reason not in OF_THE_WORKSPACE:
                raise  # it does not say
            return reason == "token_expired"

    async def _gone(self, row: Row) -> None:
        now, why = self._clock.now(), refused("account_inactive")

        def save(session: Session) -> bool:
            was = installations.gone(
                session, platform=SLACK, external=row.external, revision=row.revision
            )
            if was:
                where = row.name or row.external
                _note(session, row.external, f"took Homeroom out of {where}", now)
                for each in (row.external, *row.teams):
                    workspace_left(
                        session,
                        platform=SLACK,
                        workspace=each,
                        reason=why.reason,
                        why=why.mend,
                        now=now,
                    )
            return was

        if await self._write(save):
            log.warning("uninstalled", workspace=row.external)
        await self._read_anew()

    # -- renewing ------------------------------------------------------------------------------

    async def look_after(self) -> bool:
        """Renew a token that ends soon, now and then; whether there may be more to do."""
        if self._elapsed() - self._looked_at < LOOK_EVERY:
            return False
        if await self._renew_next():
            return True
        self._looked_at = self._elapsed()
        return False

    async def _renew_next(self) -> bool:
        """Renew the token that ends first, if that is soon and nobody else does; whether it
        was."""
        now = self._clock.now()
        row = await self._write(
            lambda session: installations.claim_to_renew(
                session,
                platform=SLACK,
                now=now,
                expiring=now + RENEWED_BEFORE,
                until=now + CLAIMED,
            )
        )
        if row is None:
            return False
        try:
            _, refresh = self._opened(row)
            renewal = await self._granting.renew(refresh)
        except CannotOpen:
            await self._not_renewed(row, "no key opens it", LATER)
            return False
        except SlackApiError as no:
            await self._not_renewed(row, str(no.response.get("error") or "odd answer"), LATER)
            return False
        except Exception as problem:  # nobody answered: the token is still good for a while
            await self._not_renewed(row, type(problem).__name__, SOON)
            return False
        token = self._keys.lock(renewal.bot_token, of=row.external)
        refresh = self._locked(renewal.refresh_token, row.external)
        ends = now + timedelta(seconds=renewal.seconds) if renewal.seconds else None

        def save(session: Session) -> None:
            if installations.renewed(
                session,
                platform=SLACK,
                external=row.external,
                revision=row.revision,
                bot_token=token,
                refresh_token=refresh,
                expires_at=ends,
            ):
                lanes.open_again(session, names=_lanes(row.external, row.teams))

        await self._write(save)
        await self._read_anew()
        return True

    async def _not_renewed(self, row: Row, why: str, rest: timedelta) -> None:
        log.error("a token could not be renewed", workspace=row.external, why=why)
        again = self._clock.now() + rest
        await self._write(
            lambda session: installations.not_renewed(
                session,
                platform=SLACK,
                external=row.external,
                revision=row.revision,
                why=why,
                again=again,
            )
        )

    # -- reading -------------------------------------------------------------------------------

    async def _refresh(self, patience: float | None = None) -> None:
        """Read what changed. Many who ask at once read once. Whoever loses patience believes what
        was known."""
        if self._reading is None or self._reading.done():
            self._reading = asyncio.create_task(self._read_rows())
        _, late = await asyncio.wait([self._reading], timeout=patience)
        if late:
            self._read_at = self._elapsed()

    async def _read_anew(self) -> None:
        """Read, whatever is being read already: something was changed since."""
        if self._reading is not None:
            await asyncio.shield(self._reading)
        await self._refresh()

    async def _read_rows(self) -> None:
        try:
            rows = await self._read(_live)
        except Exception:
            log.exception("installations could not be read")
            self._read_at = self._elapsed()
            return
        self._rows = {
            row.external: (row.revision, row.trouble, found)
            for row in rows
            if (found := self._known_as(row))
        }
        self._teams = {team: row.external for row in rows for team in row.teams}
        self._read_at = self._elapsed()

    def _known_as(self, row: Row) -> Installation | None:
        known = self._rows.get(row.external)
        if known and known[:2] == (row.revision, row.trouble):
            return known[2]
        try:
            return as_installation(row, self._keys)
        except CannotOpen:
            log.error("no key opens an installation", workspace=row.external)
            return None

    def _opened(self, row: Row) -> tuple[str, str]:
        """The token, and the one that renews it. Raises CannotOpen."""
        token = self._keys.open(row.bot_token, of=row.external)
        renews = self._keys.open(row.refresh_token, of=row.external) if row.refresh_token else ""
        return token, renews

    def _locked(self, secret: str, of: str) -> str:
        return self._keys.lock(secret, of=of) if secret else ""

    async def _read(self, work: Callable[[Session], T]) -> T:
        return await asyncio.wrap_future(self._database.read(work))

    async def _write(self, work: Callable[[Session], T]) -> T:
        return await asyncio.wrap_future(self._database.write(work))


def as_installation(row: Row, keys: Keyring) -> Installation:
    """What is kept, as the Slack door takes it. Raises CannotOpen."""
    token = keys.open(row.bot_token, of=row.external)
    return Installation(
        row.external, token, row.bot_user, row.bot_id, row.name, row.address, row.trouble
    )


def _note(session: Session, workspace: str, words: str, now: datetime) -> None:
    """Write down, for each network there, what somebody in that workspace did."""
    for network_id in networks.in_workspace(session, platform=SLACK, workspace=workspace):
        audit.note(
            session, network_id=network_id, by=None, what="installation", words=words, now=now
        )


def _lanes(workspace: str, teams: Iterable[str]) -> list[str]:
    return [lanes.name_of(SLACK, each) for each in (workspace, *teams)]


def _live(session: Session) -> list[Row]:
    every = installations.every(session, platform=SLACK)
    return [row for row in every if row.state == "live"]
