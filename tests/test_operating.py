"""What is written for whoever runs it is so: its figures, its commands, its settings."""

import re
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from bot import cli
from bot.config import Config
from bot.metrics import OUTCOMES, Metrics
from bot.web import make_web
from storage.waiting import STATES
from tests.cast import MONDAY

DOCS = Path(__file__).parents[1] / "docs"
PAGE = (DOCS / "operating.md").read_text()
BUILT_IN = ("_bucket", "_count", "_sum", "_created")


def figures():
    page = Metrics().page(None, MONDAY).decode()
    return {
        f"{family.name}_total" if family.type == "counter" else family.name
        for family in text_string_to_metric_families(page)
        if not family.name.endswith("_created")
    }


def test_every_figure_is_explained_and_every_alert_asks_for_one():
    table = set(re.findall(r"^\| `(homeroom_\w+)` \|", PAGE, re.MULTILINE))
    assert table == figures()
    asked = {name for line in PAGE.splitlines() if "expr:" in line for name in names_in(line)}
    assert asked
    assert asked <= table


def names_in(line):
    for name in re.findall(r"homeroom_\w+", line):
        yield next((name.removesuffix(end) for end in BUILT_IN if name.endswith(end)), name)


def test_every_outcome_and_state_is_named():
    for name in (*OUTCOMES, *STATES):
        assert f"`{name}`" in PAGE


def test_every_command_is_one():
    for said in re.findall(r"python -m bot ([a-z][\w -]*)", PAGE):
        words = said.split()
        asked = {"backup": ["backup"], "restore": ["restore", "FILE"]}.get(words[0], words)
        if asked[0] == "run":
            asked = [each for each in asked[:3] if each in ("run", "--only", "doors", "clock")]
        assert cli._parser().parse_args(asked).do


@pytest.fixture
def services():
    return yaml.safe_load((DOCS / "compose.yaml").read_text())["services"]


def test_compose_runs_two_of_each_part(services):
    for part in ("doors", "clock"):
        asked = cli._parser().parse_args(services[part]["command"])
        assert (asked.only, services[part]["deploy"]["replicas"]) == (part, 2)
        assert services[part]["depends_on"]["migrate"]
    assert cli._parser().parse_args(services["migrate"]["command"]).do
    assert set(services["migrate"]["depends_on"]) == {"postgres"}
    for name in services["doors"]["environment"]:
        assert hasattr(Config, name.lower())


def test_the_image_holds_every_package_of_the_program():
    copied = re.findall(r"^COPY (\w+) \1$", (DOCS / "Dockerfile").read_text(), re.MULTILINE)
    assert copied == ["bot", "handlers", "jobs", "storage"]


def test_what_must_be_reached_from_outside_is_named(services):
    """The routes of the web side: each is passed on, or is said to be for those within."""
    program = SimpleNamespace(opened=SimpleNamespace(database=None), clock=None)
    ours = {each.path.partition("{")[0] for each in make_web(program, []).routes}
    within = {"/healthz", "/readyz", "/metrics"}
    outside = (ours - within) | {"/slack/", "/api/messages"}
    assert set(re.findall(r"^\| `(/\S*)` \|", PAGE, re.MULTILINE)) - within == outside
    example = PAGE.split("```nginx", 1)[1].split("```", 1)[0]
    compose = (DOCS / "compose.yaml").read_text()
    for path in outside - {"/"}:
        assert path.strip("/").split("/")[0] in example
        assert path in compose
    assert within <= set(re.findall(r"`(/\w+)`", PAGE))
