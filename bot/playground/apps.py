"""Apps made from manifests, and their installations."""

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.playground import manifest as manifests
from bot.playground.shapes import Installation, Json, Person, Workspace

if TYPE_CHECKING:
    from bot.playground.world import World

TOKEN_SECONDS = 12 * 3600


@dataclass
class App:
    """What "Your Apps" shows of an app: its manifest and its secrets."""

    id: str
    manifest: Json
    client_id: str
    client_secret: str
    signing_secret: str
    verification_token: str
    app_token: str
    world: "World" = field(repr=False, compare=False)
    request_url: str = ""
    emoji: str = ""

    @property
    def name(self) -> str:
        name: str = self.manifest["display_information"]["name"]
        return name

    @property
    def socket_mode(self) -> bool:
        return bool(manifests.settings(self.manifest).get("socket_mode_enabled", False))

    @property
    def rotates(self) -> bool:
        return bool(manifests.settings(self.manifest).get("token_rotation_enabled", False))

    @property
    def commands(self) -> list[Json]:
        return list(manifests.features(self.manifest).get("slash_commands", []))

    @property
    def shortcuts(self) -> list[Json]:
        return list(manifests.features(self.manifest).get("shortcuts", []))

    @property
    def unfurl_domains(self) -> list[str]:
        return list(manifests.features(self.manifest).get("unfurl_domains", []))

    @property
    def home_tab(self) -> bool:
        home = manifests.features(self.manifest).get("app_home", {})
        return bool(home.get("home_tab_enabled", False))

    def row(self) -> Json:
        """What is kept of it: everything but the world."""
        return {key: value for key, value in vars(self).items() if key != "world"}

    def install(self, workspace: Workspace) -> Installation:
        """Install, or re-install with the scopes the manifest asks for now."""
        found = self.world.installation(self, workspace.id)
        if found is None or found.team != workspace.id:  # its organisation's is another
            found = self._first_installation(workspace)
            self.world.installations.append(found)
        if found.revoked:
            found.revoked, found.bot_token = "", bot_token(workspace.id)
        found.scopes = manifests.bot_scopes(self.manifest)
        if self.rotates:
            self.rotate(found)
        self.world.keep("installation", f"{self.id} {workspace.id}", found)
        return found

    async def set_request_url(self, url: str) -> None:
        """Refused `url_verification_failed` when the app does not echo the challenge."""
        await self.world.deliveries.http.verify(self, url)

    def rotate(self, installation: Installation) -> None:
        """A new pair of tokens, good for twelve hours by the world's clock."""
        installation.bot_token = "xoxe." + bot_token(installation.team)
        installation.refresh_token = f"xoxe-1-{secrets.token_hex(20)}"
        installation.expires_at = self.world.clock.now().timestamp() + TOKEN_SECONDS

    def _first_installation(self, workspace: Workspace) -> Installation:
        bot = manifests.features(self.manifest).get("bot_user", {})
        user = Person(
            team=workspace.id,
            id=self.world.mint("U"),
            name=bot.get("display_name", self.name),
            real_name=bot.get("display_name", self.name),
            app_id=self.id,
            emoji=self.emoji,
        )
        self.world.people[user.id] = user
        self.world.keep("person", user.id, user)
        return Installation(
            app_id=self.id,
            team=workspace.id,
            bot_token=bot_token(workspace.id),
            bot_user_id=user.id,
            bot_id=self.world.mint("B"),
            scopes=[],
        )


def bot_token(team: str) -> str:
    return f"xoxb-{team}-{secrets.token_hex(12)}"


def new_app(world: "World", manifest: Json, emoji: str) -> App:
    app_id = world.mint("A")
    return App(
        id=app_id,
        manifest=manifest,
        client_id=f"{secrets.randbelow(10**12)}.{secrets.randbelow(10**12)}",
        client_secret=secrets.token_hex(16),
        signing_secret=secrets.token_hex(16),
        verification_token=secrets.token_urlsafe(18),
        app_token=f"xapp-1-{app_id}-{secrets.token_hex(16)}",
        world=world,
        request_url=manifests.request_url(manifest),
        emoji=emoji,
    )
