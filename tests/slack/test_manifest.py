"""The manifest: what Slack takes, and no scope without a reason."""

import pytest

from bot.playground.manifest import check
from bot.slack.manifest import SCOPES, Command, Shortcut, manifest

SHARE = Command("/share", "Share a link with the network", "https://… why #tags")
SAVE = Shortcut("save", "Save as resource", "Keep this for the network")


def test_for_socket_mode() -> None:
    made = manifest([SHARE], [SAVE])
    check(made)
    assert made["settings"]["socket_mode_enabled"]
    assert "request_url" not in made["settings"]["interactivity"]
    assert "url" not in made["features"]["slash_commands"][0]


def test_for_http() -> None:
    made = manifest([SHARE], [SAVE], url="https://homeroom.example/")
    check(made)
    at = "https://homeroom.example/slack/events"
    assert not made["settings"]["socket_mode_enabled"]
    assert made["settings"]["event_subscriptions"]["request_url"] == at
    assert made["settings"]["interactivity"]["request_url"] == at
    assert made["features"]["slash_commands"][0]["url"] == at


def test_for_workspaces_that_install_it_by_themselves() -> None:
    made = manifest([SHARE], [SAVE], install_at="https://homeroom.example/")
    check(made)
    back = "https://homeroom.example/slack/oauth_redirect"
    assert made["oauth_config"]["redirect_urls"] == [back]
    assert made["settings"]["token_rotation_enabled"]
    assert made["settings"]["org_deploy_enabled"]
    heard = made["settings"]["event_subscriptions"]["bot_events"]
    assert {"app_uninstalled", "tokens_revoked"} <= set(heard)
    plain = manifest([SHARE], [SAVE])
    assert "redirect_urls" not in plain["oauth_config"]
    assert not plain["settings"]["token_rotation_enabled"]


def test_every_scope_has_its_reason() -> None:
    assert manifest([], [])["oauth_config"]["scopes"]["bot"] == sorted(SCOPES)
    assert all(reason for reason in SCOPES.values())


@pytest.mark.parametrize(
    ("commands", "shortcuts"),
    [
        ([Command("/" + "x" * 32, "Too long")], []),
        ([Command("/x", "")], []),
        ([SHARE] * 51, []),
        ([], [SAVE] * 11),
        ([], [Shortcut("save", "x" * 25, "Keep it")]),
    ],
)
def test_what_slack_would_refuse_is_refused_here(
    commands: list[Command], shortcuts: list[Shortcut]
) -> None:
    with pytest.raises(ValueError, match="Slack takes"):
        manifest(commands, shortcuts)
