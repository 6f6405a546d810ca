"""The house rules: who may import whom, what a room holds, what must not be written down."""

import ast
import re
from dataclasses import fields
from pathlib import Path

import pytest

from bot.config import SECRETS, Config

HOME = Path(__file__).parent.parent
OURS = ("bot", "handlers", "jobs", "storage")
ROOF = {
    "bot.app",
    "bot.run",
    "bot.demo",
    "bot.seed",
    "bot.story",
    "bot.cli",
    "bot.manifest",
    "bot.web",
    "bot.kept",
    "bot.kept_installations",
    "bot.checkup",
    "bot.rekeying",
    "bot.doors",
    "bot.teams_door",
    "bot.__main__",
}
PLATFORMS = ("slack_bolt", "slack_sdk", "microsoft_teams")


def modules() -> list[tuple[str, Path]]:
    found = []
    for room in OURS:
        for file in sorted((HOME / room).rglob("*.py")):
            name = ".".join(file.relative_to(HOME).with_suffix("").parts)
            found.append((name.removesuffix(".__init__"), file))
    return found


def imports(file: Path) -> set[str]:
    """The modules that a file imports, wherever in it."""
    named = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            named |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            named |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return named


def forbidden(module: str) -> tuple[str, ...]:
    """The prefixes that a module may not import."""
    if module in ROOF:
        return ()
    doors = ("bot.slack", "bot.teams", "bot.playground", *PLATFORMS)
    if module.startswith("storage"):
        return ("bot", "handlers", "jobs", *PLATFORMS)
    if module.startswith("handlers"):
        return ("jobs", *doors, *ROOF)
    if module.startswith("jobs"):
        return ("handlers", *doors, *ROOF)
    if module.startswith(("bot.slack", "bot.teams")):
        return ("handlers", "jobs", "storage", "bot.playground", *ROOF)
    if module.startswith("bot.playground"):
        return ("handlers", "jobs", "storage", "bot.slack", "slack_sdk", "slack_bolt", *ROOF)
    if module == "bot.speech":
        return OURS
    return ("handlers", "jobs", *doors, *ROOF)


@pytest.mark.parametrize(("module", "file"), modules(), ids=lambda each: str(each)[-60:])
def test_imports_point_down(module: str, file: Path) -> None:
    barred = forbidden(module)
    wrong = {each for each in imports(file) if any(f"{each}.".startswith(f"{b}.") for b in barred)}
    assert not wrong, f"{module} must not import {sorted(wrong)}"


def test_the_composers_are_pure() -> None:
    barred = ("storage.database", "sqlalchemy", "httpx", "bot.clock", "time", "random", "os")
    for module, file in modules():
        if module.startswith("bot.compose"):
            wrong = {each for each in imports(file) if each.startswith(barred)}
            assert not wrong, f"{module} is not pure: {sorted(wrong)}"


def test_the_neutral_rooms_speak_no_platforms_words() -> None:
    """What to type or press there is a Say or a HowTo, which each door puts in its own words."""
    barred = re.compile(r"/learn|/invite|More actions|\bSlack|\bTeams\b|[Ee]phemeral")
    single = ("asking", "gather", "links", "offsets", "placing", "plan", "publish")
    neutral = ("handlers", "jobs", "bot.compose", *(f"bot.{name}" for name in single))
    for module, file in modules():
        if module.startswith(neutral):
            said = [each for each in literals(file) if barred.search(each)]
            assert not said, f"{module} speaks of one platform: {said}"


def literals(file: Path) -> list[str]:
    """Every text in a file's code, docstrings too."""
    nodes = ast.walk(ast.parse(file.read_text()))
    constants = [each for each in nodes if isinstance(each, ast.Constant)]
    return [each.value for each in constants if isinstance(each.value, str)]


def test_nothing_reads_the_real_clock_but_the_clock() -> None:
    """Time is passed in. The roof and the local workspace may look at the real one."""
    barred = re.compile(r"datetime\.(now|utcnow|today)\(|date\.today\(|time\.time\(")
    for module, file in modules():
        if module in ROOF | {"bot.clock"} or module.startswith("bot.playground"):
            continue
        assert not barred.search(file.read_text()), f"{module} reads the real clock"


def test_the_example_settings_name_every_setting_with_its_default() -> None:
    written = dict(
        line.split("=", 1)
        for line in (HOME / ".env.example").read_text().splitlines()
        if line and not line.startswith("#")
    )
    known = {each.name.upper(): str(each.default) for each in fields(Config)}
    assert written == known
    assert {name.upper() for name in SECRETS} <= known.keys()
    assert all(not written[name.upper()] for name in SECRETS)
