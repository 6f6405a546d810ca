"""Modals and Homes: triggers, stacks, states, and every answer to a submission."""

import asyncio
from datetime import UTC, date, datetime, time
from typing import Any

import pytest

from tests.playground.conftest import School
from tests.playground.test_chat import error, refusal

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def field(label: str, kind: str = "plain_text_input", **more: Any) -> Json:
    element = {"type": kind, "action_id": "in", **more}
    return {"type": "input", "block_id": label.lower(), "label": plain(label), "element": element}


def form(*blocks: Json, title: str = "Share", **more: Any) -> Json:
    view = {"type": "modal", "title": plain(title), "submit": plain("Save"), "callback_id": "form"}
    return {**view, "blocks": list(blocks), **more}


def choices(*labels: str) -> list[Json]:
    return [{"text": plain(label), "value": label.lower()} for label in labels]


async def opening(school: School, view: Json, submitted: Any = None) -> list[Json]:
    """An app whose /learn opens `view` and that answers its submission with `submitted`."""
    app = school.bolt()
    heard: list[Json] = []

    @app.command("/learn")
    async def learn(ack: Any, body: Json, client: Any) -> None:
        await client.views_open(trigger_id=body["trigger_id"], view=view)
        await ack()

    @app.view("form")
    async def saved(ack: Any, body: Json) -> None:
        heard.append(body)
        await ack(submitted) if submitted else await ack()

    @app.view_closed("form")
    async def closed(ack: Any, body: Json) -> None:
        heard.append(body)
        await ack()

    await school.connect(app)
    return heard


async def test_a_form_is_filled_by_its_labels(school: School) -> None:
    kinds = [
        field("Link", "url_text_input"),
        field("Count", "number_input", is_decimal_allowed=False),
        field("Kind", "static_select", options=choices("Video", "Lesson")),
        field("Tags", "multi_static_select", options=choices("Math", "Art")),
        field("Who", "users_select"),
        field("All", "multi_users_select"),
        field("Day", "datepicker"),
        field("Hour", "timepicker"),
        field("Moment", "datetimepicker"),
        field("Agree", "checkboxes", options=choices("Yes")),
        field("One", "radio_buttons", options=choices("A", "B")),
    ]
    heard = await opening(school, form(*kinds))
    seen = await school.ana.command(school.channel, "/learn")
    assert seen.view
    assert seen.text.startswith("Share\nLink")
    moment = datetime(2026, 9, 1, 16, tzinfo=UTC)
    values = {
        "Link": "https://a.example",
        "Count": 3,
        "Kind": "Lesson",
        "Tags": ["Math", "art"],
        "Who": school.ben.person,
        "All": [school.ana.person, school.ben.person],
        "Day": date(2026, 9, 8),
        "Hour": time(16, 0),
        "Moment": moment,
        "Agree": True,
        "one": "B",
    }
    seen = await school.ana.submit(seen.view, values)
    assert (seen.errors, seen.failure, seen.response) == ({}, "", "close")
    assert school.ana.views() == []
    state = {key: entry["in"] for key, entry in heard[0]["view"]["state"]["values"].items()}
    assert state["link"]["value"] == "https://a.example"
    assert state["count"]["value"] == "3"
    assert state["kind"]["selected_option"]["value"] == "lesson"
    assert [each["value"] for each in state["tags"]["selected_options"]] == ["math", "art"]
    assert state["who"]["selected_user"] == "U2"
    assert state["all"]["selected_users"] == ["U1", "U2"]
    assert (state["day"]["selected_date"], state["hour"]["selected_time"]) == (
        "2026-09-08",
        "16:00",
    )
    assert state["moment"]["selected_date_time"] == int(moment.timestamp())
    assert state["agree"]["selected_options"][0]["value"] == "yes"
    assert state["one"]["selected_option"]["value"] == "b"


FAULTS = [
    (field("A"), "", "Please complete this required field."),
    (field("A", max_length=3), "long", "This field must be no more than 3 characters."),
    (field("A", min_length=3), "x", "This field must be at least 3 characters."),
    (field("A", "url_text_input"), "a.example", "Please enter a valid URL."),
    (field("A", "email_text_input"), "ana", "Please enter a valid email address."),
    (field("A", "number_input", is_decimal_allowed=False), "1.5", "Please enter a whole number."),
    (field("A", "number_input", is_decimal_allowed=True), "x", "Please enter a number."),
]


@pytest.mark.parametrize(("block", "typed", "says"), FAULTS)
async def test_slack_checks_fields_before_the_app(
    school: School, block: Json, typed: str, says: str
) -> None:
    heard = await opening(school, form(block))
    seen = await school.ana.command(school.channel, "/learn")
    assert seen.view
    seen = await school.ana.submit(seen.view, {"A": typed})
    assert seen.errors == {"a": says}
    assert heard == []
    assert len(school.ana.views()) == 1


async def test_errors_stay_beside_fields_with_what_was_typed(school: School) -> None:
    answer = {"response_action": "errors", "errors": {"why": "Say a little more."}}
    await opening(school, form(field("Why")), answer)
    seen = await school.ana.command(school.channel, "/learn")
    assert seen.view
    seen = await school.ana.submit(seen.view, {"Why": "because"})
    assert seen.errors == {"why": "Say a little more."}
    (view,) = school.ana.views()
    assert view["state"]["values"]["why"]["in"]["value"] == "because"


async def test_update_push_and_clear(school: School) -> None:
    update = {"response_action": "update", "view": form(field("Why"), title="Again")}
    await opening(school, form(field("Why")), update)
    seen = await school.ana.command(school.channel, "/learn")
    assert seen.view
    before = seen.view["hash"]
    seen = await school.ana.submit(seen.view, {"Why": "x"})
    (view,) = school.ana.views()
    assert (seen.response, view["title"]["text"]) == ("update", "Again")
    assert view["hash"] != before
    assert view["state"]["values"]["why"]["in"]["value"] == "x"

    update |= {"response_action": "push"}
    seen = await school.ana.submit(view)
    first, second = school.ana.views()
    assert (seen.response, second["previous_view_id"]) == ("push", first["id"])
    assert second["root_view_id"] == first["id"]

    update.clear()
    update["response_action"] = "clear"
    seen = await school.ana.submit(second, {"Why": "y"})
    assert (seen.response, school.ana.views()) == ("clear", [])


@pytest.mark.parametrize(
    "answer",
    [
        {"response_action": "errors", "errors": {"elsewhere": "No."}},
        {"response_action": "errors", "errors": {}},
        {"response_action": "update", "view": {"type": "modal", "blocks": []}},
        {"response_action": "dance"},
    ],
)
async def test_an_answer_slack_does_not_take(school: School, answer: Json) -> None:
    await opening(school, form(field("Why")), answer)
    seen = await school.ana.command(school.channel, "/learn")
    assert seen.view
    seen = await school.ana.submit(seen.view, {"Why": "x"})
    assert seen.failure == "We had some trouble connecting. Try again?"
    assert len(school.ana.views()) == 1


async def test_a_submission_not_acked_keeps_the_form(school: School) -> None:
    heard = await opening(school, form(field("Why")))
    seen = await school.ana.command(school.channel, "/learn")
    assert seen.view
    school.world.drop_sockets()
    await school.world.until(lambda: not school.world.deliveries.sockets.count(school.app))
    seen = await school.ana.submit(seen.view, {"Why": "precious"})
    assert seen.failure == "We had some trouble connecting. Try again?"
    assert school.ana.views()[0]["state"]["values"]["why"]["in"]["value"] == "precious"
    assert heard == []


async def test_closing_is_told_only_when_asked_for(school: School) -> None:
    heard = await opening(school, form(field("Why"), notify_on_close=True))
    seen = await school.ana.command(school.channel, "/learn")
    assert seen.view
    await school.ana.close(seen.view)
    assert (heard[0]["type"], heard[0]["is_cleared"]) == ("view_closed", False)
    assert school.ana.views() == []


async def test_a_trigger_is_good_once_for_three_seconds(school: School) -> None:
    app = school.bolt()
    triggers: list[str] = []

    @app.command("/learn")
    async def learn(ack: Any, body: Json) -> None:
        triggers.append(body["trigger_id"])
        await ack()

    await school.connect(app)
    view, client = form(field("Why")), school.client
    await school.ana.command(school.channel, "/learn")
    await client.views_open(trigger_id=triggers[0], view=view)
    again = client.views_open(trigger_id=triggers[0], view=view)
    assert await error(again) == "exchanged_trigger_id"
    await school.ana.command(school.channel, "/learn")
    school.watch.forward(3.1)
    late = client.views_open(trigger_id=triggers[1], view=view)
    assert await error(late) == "expired_trigger_id"
    made_up = client.views_open(trigger_id="1.2.3", view=view)
    assert await error(made_up) == "invalid_trigger_id"
    wrong = await refusal(client.views_open(trigger_id="1.2.3", view=form(title="x" * 25)))
    assert wrong["response_metadata"]["messages"] == [
        "[ERROR] must be less than 25 characters [json-pointer:/view/title/text]"
    ]


async def test_views_update_needs_the_right_hash(school: School) -> None:
    await opening(school, form(field("Why"), external_id="mine"))
    seen = await school.ana.command(school.channel, "/learn")
    assert seen.view
    client, view = school.client, form(field("Why"), title="New")
    wrong = client.views_update(view_id=seen.view["id"], hash="1.x", view=view)
    assert await error(wrong) == "hash_conflict"
    await client.views_update(external_id="mine", hash=seen.view["hash"], view=view)
    assert school.ana.views()[0]["title"]["text"] == "New"
    await school.ana.close(school.ana.views()[0])
    gone = client.views_update(view_id=seen.view["id"], view=view)
    assert await error(gone) == "not_found"


async def test_three_modals_and_no_fourth(school: School) -> None:
    app = school.bolt()
    row = {"type": "button", "text": plain("Deeper"), "action_id": "deeper"}
    view = form({"type": "actions", "elements": [row]})
    errors: list[str] = []

    @app.command("/learn")
    async def learn(ack: Any, body: Json, client: Any) -> None:
        await client.views_open(trigger_id=body["trigger_id"], view=view)
        await ack()

    @app.action("deeper")
    async def deeper(ack: Any, body: Json, client: Any) -> None:
        await ack()
        calling = client.api_call(
            "views.push", json={"trigger_id": body["trigger_id"], "view": view}
        )
        try:
            await calling
        except Exception as refused:
            errors.append(str(refused))

    await school.connect(app)
    await school.ana.command(school.channel, "/learn")
    for _ in range(3):
        await school.ana.click(school.ana.views()[-1], "Deeper")
    assert len(school.ana.views()) == 3
    assert "push_limit_reached" in errors[0]


async def test_an_external_select_asks_the_app(school: School) -> None:
    app = school.bolt()
    heard: list[Json] = []

    @app.command("/learn")
    async def learn(ack: Any, body: Json, client: Any) -> None:
        view = form(field("Topic", "external_select"))
        await client.views_open(trigger_id=body["trigger_id"], view=view)
        await ack()

    @app.options("in")
    async def options(ack: Any, payload: Json) -> None:
        await ack(options=choices("Ratios", "Fractions"))

    @app.view("form")
    async def saved(ack: Any, view: Json) -> None:
        heard.append(view["state"]["values"]["topic"]["in"]["selected_option"])
        await ack()

    await school.connect(app)
    seen = await school.ana.command(school.channel, "/learn")
    assert seen.view
    await school.ana.submit(seen.view, {"Topic": "Ratios"})
    assert heard[0]["value"] == "ratios"
    seen = await school.ana.command(school.channel, "/learn")
    assert seen.view
    with pytest.raises(LookupError, match="no option 'Poems'"):
        await school.ana.submit(seen.view, {"Topic": "Poems"})


async def test_a_pick_in_a_view_is_in_its_state(school: School) -> None:
    app = school.bolt()
    heard: list[Json] = []
    pick = {"type": "static_select", "action_id": "kind", "options": choices("Video", "Lesson")}
    view = form({"type": "section", "block_id": "s", "text": plain("Kind"), "accessory": pick})

    @app.command("/learn")
    async def learn(ack: Any, body: Json, client: Any) -> None:
        await client.views_open(trigger_id=body["trigger_id"], view=view)
        await ack()

    @app.action("kind")
    async def kind(ack: Any, body: Json) -> None:
        heard.append(body)
        await ack()

    await school.connect(app)
    seen = await school.ana.command(school.channel, "/learn")
    assert seen.view
    await school.ana.click(seen.view, "kind", value="Video")
    body = heard[0]
    assert body["actions"][0]["selected_option"]["value"] == "video"
    state = body["view"]["state"]["values"]["s"]["kind"]
    assert state["selected_option"]["value"] == "video"


async def test_homes_are_checked_too(school: School) -> None:
    client = school.client
    home = {"type": "home", "blocks": []}
    first = await client.views_publish(user_id="U1", view=home)
    assert await error(client.views_publish(user_id="U404", view=home)) == "user_not_found"
    wrong = client.views_publish(user_id="U1", view=home, hash="1.x")
    assert await error(wrong) == "hash_conflict"
    modal = client.views_publish(user_id="U1", view=form())
    assert await error(modal) == "invalid_arguments"
    again = await client.views_publish(user_id="U1", view=home, hash=first["view"]["hash"])
    assert again["view"]["id"] == first["view"]["id"]


async def test_two_people_have_two_stacks(school: School) -> None:
    await opening(school, form(field("Why")))
    await asyncio.gather(
        school.ana.command(school.channel, "/learn"), school.ben.command(school.channel, "/learn")
    )
    assert len(school.ana.views()) == len(school.ben.views()) == 1
    assert school.ana.views()[0]["id"] != school.ben.views()[0]["id"]
