"""Settings: from the environment and .env, with errors that name the variable."""

import traceback
from dataclasses import fields

import pytest

from bot.config import SECRETS, Config, check_slack, check_teams, load, tenants
from bot.errors import ConfigError

OTHER = {
    "database_url": "sqlite:////srv/homeroom.db",
    "slack_api_url": "http://127.0.0.1:9/api/",
    "teams_openid_url": "https://issuer.example.org/openid",
    "public_url": "https://homeroom.example.org",
    "llm_url": "https://model.example.org/v1",
    "llm_model": "small",
    "log_level": "debug",
    "port": 8080,
    "post_pace": 2.5,
}


def other(name):
    """A value that is not the setting's default, and fits."""
    return OTHER.get(name, f"a {name}")


@pytest.mark.parametrize("source", ["environment", "file"])
def test_every_setting_is_read(source, tmp_path):
    wanted = {each.name: other(each.name) for each in fields(Config)}
    lines = {name.upper(): str(value) for name, value in wanted.items()}
    file = tmp_path / ".env"
    if source == "file":
        file.write_text("".join(f"{name}={value}\n" for name, value in lines.items()))
    read = load(lines if source == "environment" else {}, file)
    assert vars(read) == wanted
    assert all(wanted[each.name] != each.default for each in fields(Config))


def test_the_environment_wins_and_what_is_empty_is_unset(tmp_path):
    file = tmp_path / ".env"
    file.write_text("PORT=4000\nHOST=0.0.0.0\nPOST_PACE=\n")
    read = load({"PORT": "5000", "HOST": " "}, file)
    assert (read.port, read.host, read.post_pace) == (5000, Config().host, Config().post_pace)


def test_without_a_file_there_are_the_defaults(tmp_path):
    assert load({}, tmp_path / "nothing") == load({}, None) == Config()


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("PORT", "often"),
        ("PORT", "70000"),
        ("POST_PACE", "-1"),
        ("POST_PACE", "nan"),
        ("POST_PACE", "inf"),
        ("LOG_LEVEL", "loud"),
        ("DATABASE_URL", "mysql://localhost/homeroom"),
        ("DATABASE_URL", "postgresql+asyncpg://localhost/homeroom"),
        ("DATABASE_URL", "postgresql://localhost:often/homeroom"),
        ("DATABASE_URL", "postgresql://ana:p@ss@localhost/homeroom"),
        ("DATABASE_URL", "sqlite://"),
        ("DATABASE_URL", "sqlite:///:memory:"),
        ("DATABASE_URL", "homeroom.db"),
        ("PUBLIC_URL", "homeroom.example.org"),
        ("LLM_URL", "javascript:alert(1)"),
        ("SLACK_API_URL", "slack.com"),
    ],
)
def test_an_error_names_its_variable(variable, value):
    with pytest.raises(ConfigError, match=variable):
        load({variable: value}, None)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://ana:hush@localhost/homeroom",
        "postgres://ana:hush@localhost/homeroom",
        "postgresql+psycopg://localhost/homeroom?host=/run/postgresql",
    ],
)
def test_postgresql_is_a_database_too(url):
    assert load({"DATABASE_URL": url}, None).database_url == url


@pytest.mark.parametrize(
    "url",
    [
        "mysql://ana:hush@localhost/homeroom",
        "postgresql://ana:hush@hush@localhost/homeroom",
        "postgresql://ana:x/hush:hush",
        "sqlite://ana:hush@/homeroom.db",
        "hush",
    ],
)
def test_what_is_wrong_with_an_address_tells_no_password(url):
    with pytest.raises(ConfigError, match="DATABASE_URL") as refused:
        load({"DATABASE_URL": url}, None)
    assert "hush" not in "".join(traceback.format_exception(refused.value))


def test_a_model_needs_its_name():
    with pytest.raises(ConfigError, match="LLM_MODEL"):
        load({"LLM_URL": "https://model.example.org/v1"}, None)


def test_a_file_that_is_no_text_is_named(tmp_path):
    file = tmp_path / ".env"
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError, match=r"\.env"):
        load({}, file)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({}, ["SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "bot manifest"]),
        ({"slack_bot_token": "xoxb-1"}, ["SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET"]),
        ({"slack_app_token": "xapp-1"}, ["SLACK_BOT_TOKEN"]),
        ({"slack_bot_token": "xoxp-1", "slack_app_token": "xapp-1"}, ["SLACK_BOT_TOKEN"]),
        ({"slack_bot_token": "xoxb-1", "slack_app_token": "xoxb-1"}, ["must start with xapp-"]),
    ],
)
def test_what_slack_needs_is_said_plainly(settings, said):
    with pytest.raises(ConfigError) as missing:
        check_slack(Config(**settings))
    assert [each for each in said if each not in str(missing.value)] == []
    assert ("SLACK_BOT_TOKEN" in said) == ("SLACK_BOT_TOKEN" in str(missing.value))


@pytest.mark.parametrize("way", ["slack_app_token", "slack_signing_secret"])
def test_either_way_to_slack_is_enough(way):
    check_slack(Config(slack_bot_token="xoxb-1", **{way: "xapp-1"}))


def test_settings_in_a_log_or_an_error_tell_no_secret():
    config = Config(**dict.fromkeys(SECRETS, "hush"))
    assert "hush" not in f"{config} {config!r}"


GUID = "0f8b0c4e-1a2b-4c3d-8e9f-0a1b2c3d4e5f"


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({}, ["TEAMS_CLIENT_ID", "TEAMS_TENANT_ID", "TEAMS_CLIENT_SECRET", "docs/teams.md"]),
        ({"teams_client_id": GUID, "teams_tenant_id": GUID}, ["TEAMS_CLIENT_SECRET", "managed"]),
        (
            {"teams_client_id": "homeroom", "teams_tenant_id": GUID, "teams_client_secret": "s"},
            ["TEAMS_CLIENT_ID must look like"],
        ),
    ],
)
def test_what_teams_needs_is_said_plainly(settings, said):
    with pytest.raises(ConfigError) as missing:
        check_teams(Config(**settings))
    assert [each for each in said if each not in str(missing.value)] == []
    assert ("TEAMS_TENANT_ID:" in str(missing.value)) == ("teams_tenant_id" not in settings)


def test_the_bots_own_tenant_is_always_let_in():
    config = Config(
        teams_client_id=GUID, teams_tenant_id=GUID.upper(), teams_client_secret="managed-identity"
    )
    check_teams(config)
    assert tenants(config) == {GUID}
    also = Config(teams_tenant_id=GUID, teams_tenants=" Harbor-Tenant, ,other")
    assert tenants(also) == {GUID, "harbor-tenant", "other"}
