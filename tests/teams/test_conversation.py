"""What people do on Teams, through signed activities and a local connector."""

import asyncio

import pytest

from bot.errors import Refusal
from bot.speech import (
    Button,
    Buttons,
    FormErrors,
    Pick,
    Picks,
    Place,
    Say,
    Text,
    Who,
    card,
)
from bot.teams.conversations import Conversation
from bot.teams.recent import Recent
from bot.teams.said import Carried, carry
from tests.slack.toys import ASK_AGAIN, FORM, SAVED
from tests.teams.conftest import School
from tests.teams.hands import Hands
from tests.teams.seen import Seen, message_text

DOOR = card("Share something?", Buttons((Button("Share", says="share"),)))


async def test_a_direct_message_is_answered_there(school: School) -> None:
    school.heard.reply = SAVED
    seen = await school.ben.says(school.ben.direct(), "share https://x.org why")
    assert (seen.status, seen.text) == (200, "Saved for Tuesday.")
    (asked,) = school.heard.asked
    assert (asked.words, asked.how) == ("share https://x.org why", "direct")
    assert asked.who == Who("teams", "tenant-1", "aad-ben-osei", "Ben Osei", "America/Chicago")
    assert asked.place == Place("teams", "tenant-1", school.ben.direct().id, direct=True)
    assert asked.delivery.startswith(school.ben.direct().id)


async def test_a_mention_is_answered_in_its_thread_for_who_spoke(school: School) -> None:
    school.heard.reply = SAVED
    root = (await school.ana.says(school.weekly, "What shall we read?", mention=False)).sent
    assert root is not None
    seen = await school.ben.mentions(school.weekly, "find number talks", root=root.id)
    assert seen.text == "Saved for Tuesday."
    (post,) = school.posts(school.weekly)
    assert (post.root, post.target) == (root.id, school.ben.person.id)
    assert not school.ana.sees(school.weekly)
    (asked,) = school.heard.asked
    assert (asked.words, asked.how, asked.place.thread) == ("find number talks", "mention", root.id)


async def test_a_new_post_stands_in_the_channel_and_is_answered_under_it(school: School) -> None:
    school.heard.reply = SAVED
    seen = await school.ben.mentions(school.weekly, "agenda")
    assert school.heard.asked[0].place.thread == ""
    assert seen.sent is not None
    assert seen.messages[0].root == seen.sent.id


async def test_a_slash_command_is_for_our_eyes_only(school: School) -> None:
    school.heard.reply = SAVED
    seen = await school.ben.whispers(school.group, "/share it")
    assert seen.text == "Saved for Tuesday."
    assert (school.heard.asked[0].words, school.heard.asked[0].how) == ("share it", "command")
    (said,) = school.teams.calls("POST", "activities")
    assert said.query == {"isTargetedActivity": "true"}
    assert seen.sent is not None
    info = {"type": "targetedMessageInfo", "messageId": seen.sent.id}
    assert said.body["entities"] == [info]


async def test_what_is_said_in_a_group_without_a_mention_is_not_for_us(school: School) -> None:
    """It is overheard, where it has a link; nothing is answered."""
    await school.ben.says(school.group, "share and find", mention=False)
    assert not school.heard.asked
    school.heard.reply = card("You should not see me.")
    seen = await school.ben.says(school.group, "share https://x.org", mention=False)
    (asked,) = school.heard.asked
    assert (asked.words, asked.how) == ("overheard", "overheard")
    assert (seen.status, seen.text) == (200, "")


async def test_who_cannot_be_whispered_to_is_written_to_in_our_chat(school: School) -> None:
    school.heard.reply = card(Text(("To see it, type ", Say("agenda"), ".")))
    school.teams.fail(400, "BadArgument", path="activities")
    seen = await school.ben.mentions(school.group, "agenda")
    assert not school.posts(school.group)
    assert [message_text(m) for m in school.ben.sees(school.ben.direct())] == [
        "To see it, type agenda."  # there nobody need mention us
    ]
    assert seen.text == "To see it, type agenda."
    known = await school.conversations.find("tenant-1", "aad-ben-osei")
    assert known is not None
    assert known.person_id == school.ben.person.id


async def test_who_cannot_be_reached_at_all_reads_a_public_line(school: School) -> None:
    school.heard.reply = SAVED
    school.teams.fail(400, "BadArgument", path="activities")
    school.ben.person.reachable = False
    seen = await school.ben.mentions(school.group, "share a secret")
    assert seen.text.startswith("I could not write to you privately")
    (post,) = school.posts(school.group)
    assert (post.target, "secret" in str(post.activity)) == ("", False)


async def test_a_refusal_is_shown(school: School) -> None:
    school.heard.reply = Refusal("Only hosts can do that. Type ", Say("help"), ".")
    seen = await school.ben.mentions(school.group, "call skip")
    assert seen.text == "Only hosts can do that. Type @Homeroom help."


@pytest.mark.parametrize("hangs", [True, False])
async def test_what_could_not_be_saved_is_told(hangs: bool, school: School) -> None:
    school.heard.reply, school.heard.hangs = RuntimeError("the database is locked"), hangs
    seen = await school.ben.says(school.ben.direct(), "share it")
    assert "I could not save this just now" in seen.text
    whispered = await school.ben.whispers(school.group, "share it")
    assert "share it" in whispered.text  # it is gone from the box where it was typed


# -- buttons --------------------------------------------------------------------------------------


async def test_a_button_in_a_channel_is_answered_for_who_pressed(school: School) -> None:
    school.heard.reply = ASK_AGAIN
    posted = school.teams.write(school.weekly, {"type": "message", "attachments": []})
    asked = await school.ana.mentions(school.weekly, "share", root=posted.id)
    school.heard.reply = SAVED
    seen = await school.ana.press(asked, "Yes")
    assert seen.said[0] == "Saved for Tuesday."  # beside the button, at once
    assert [m.target for m in seen.messages] == [school.ana.person.id]
    pressed = school.heard.asked[-1]
    assert (pressed.words, pressed.how, pressed.place.thread) == ("share yes", "button", posted.id)


async def test_a_private_card_is_replaced_where_it_asks_for_that(school: School) -> None:
    school.heard.reply = ASK_AGAIN
    asked = await school.ben.mentions(school.group, "share")
    school.heard.reply = card("Page two", instead=True)
    seen = await school.ben.press(asked, "Yes")
    assert seen.answer["type"] == "application/vnd.microsoft.card.adaptive"
    assert seen.surface.text == "Page two"
    (post,) = school.posts(school.group)
    assert (message_text(post), post.edited) == ("Page two", True)
    (put,) = school.teams.calls("PUT")
    assert put.query == {"isTargetedActivity": "true"}
    assert "recipient" not in put.body


async def test_a_button_that_asks_first(school: School) -> None:
    away = Button("I can't come", says="checkin away", confirm="The host will be told.")
    school.heard.reply = card("Will you come?", Buttons((away,)))
    asked = await school.ben.mentions(school.group, "checkin")
    assert "The host will be told." in asked.text
    school.heard.reply = SAVED
    await school.ben.press(asked, "I can't come")
    assert school.heard.asked[-1].words == "checkin away"


async def test_a_button_that_opens_a_form_opens_a_dialog(school: School) -> None:
    """The door is told before which words are answered with a form."""
    school.heard.reply = DOOR
    asked = await school.ben.mentions(school.group, "menu")
    school.heard.reply = FORM
    opened = await school.ben.press(asked, "Share")
    assert opened.dialog is not None
    school.heard.reply = ASK_AGAIN
    sure = await school.ben.submit(opened, note="x")
    school.heard.reply = SAVED
    done = await school.ben.press(sure, "Yes")  # a button in a dialog is answered there
    assert done.dialog is not None
    assert "Saved for Tuesday." in done.dialog.text


async def test_the_same_press_twice_is_answered_twice_and_done_once(school: School) -> None:
    """Teams's client asks again when no answer came in time."""
    value = {"action": {"verb": "say", "data": carry(Carried("checkin away"))}}
    school.heard.reply = SAVED
    both = [
        await school.ben.invoke(
            school.ben.direct(), "adaptiveCard/action", value, id="f:same", replyToId="1"
        )
        for _ in range(2)
    ]
    assert both[0].answer == both[1].answer
    assert len(school.heard.asked) == len(school.posts(school.ben.direct())) == 1


async def test_what_could_not_be_saved_is_tried_again(school: School) -> None:
    activity = school.ben.activity(school.ben.direct(), "share it")
    school.heard.reply = RuntimeError("the database is locked")
    await school.ben.send(school.ben.direct(), activity)
    school.heard.reply = SAVED
    assert (await school.ben.send(school.ben.direct(), activity)).text == "Saved for Tuesday."


async def test_what_we_choke_on_is_given_back(school: School) -> None:
    opened = await form_in_a_dialog(school, school.ben)
    school.heard.reply = card("x", Buttons((Button("Yes", says="x" * 2001),)))
    seen = await school.ben.submit(opened, note="many words")
    assert "Here are your words:\nmany words" in seen.dialog.text
    said = await school.ben.says(school.ben.direct(), "share it")
    assert said.text.startswith("I could not show you the answer")


async def test_an_older_client_sends_a_button_as_a_message(school: School) -> None:
    school.heard.reply = ASK_AGAIN
    asked = await school.ben.says(school.ben.direct(), "share")
    fallback = asked.surface.action("Yes")["fallback"]
    school.heard.reply = SAVED
    seen = await school.ben.act(asked.surface, fallback)
    assert seen.text == "Saved for Tuesday."
    assert (school.heard.asked[-1].words, school.heard.asked[-1].how) == ("share yes", "button")


# -- forms ----------------------------------------------------------------------------------------


async def form_in_a_dialog(school: School, hands: Hands) -> Seen:
    school.heard.reply = FORM
    door = await hands.mentions(school.weekly, "share")
    assert "own chat" in door.text
    return await hands.press(door, "Open the form")


def forget_forms(school: School) -> None:
    """As a restart does."""
    school.app._listeners._talk._forms = Recent(1)


async def test_a_form_opens_in_a_dialog_from_a_group(school: School) -> None:
    opened = await form_in_a_dialog(school, school.ben)
    assert opened.dialog.title == "Share something"
    assert list(opened.dialog.values) == ["note", "day"]
    school.heard.reply = SAVED
    seen = await school.ben.submit(opened, note="It worked, with a comma", day="Monday")
    assert (seen.dialog.title, seen.text) == (
        "Share something",
        "Share something\nSaved for Tuesday.",
    )
    sent = school.heard.asked[-1]
    assert (sent.words, sent.how) == ("share", "form")
    assert sent.values == {"note": "It worked, with a comma", "day": "mon"}
    assert sent.place.channel == school.weekly.id


async def test_teams_itself_asks_for_what_must_be_filled_in(school: School) -> None:
    opened = await form_in_a_dialog(school, school.ben)
    before = len(school.heard.asked)
    seen = await school.ben.submit(opened)
    assert seen.missing == {"note": "Please fill this in."}
    assert len(school.heard.asked) == before


@pytest.mark.parametrize(
    ("reply", "told"),
    [
        (FormErrors({"note": "In fewer words, please."}), "In fewer words, please."),
        (FormErrors({"": "Something else is wrong."}), "Something else is wrong."),
        (Refusal("The call is over."), "The call is over."),
        (RuntimeError("the database is locked"), "Your words are still here"),
    ],
)
async def test_a_form_that_is_not_taken_keeps_what_was_typed(
    reply: Exception, told: str, school: School
) -> None:
    opened = await form_in_a_dialog(school, school.ben)
    school.heard.reply = reply
    again = await school.ben.submit(opened, note="many *words*", day=["mon"])
    assert told in again.text
    assert again.dialog.values == {"note": "many *words*", "day": "mon"}
    school.heard.reply = SAVED
    assert "Saved" in (await school.ben.submit(again, note="few")).text
    assert school.heard.asked[-1].values == {"note": "few", "day": "mon"}


async def test_a_form_that_takes_too_long_keeps_what_was_typed(school: School) -> None:
    opened = await form_in_a_dialog(school, school.ben)
    school.heard.hangs = True
    again = await school.ben.submit(opened, note="many words")
    assert again.dialog.values["note"] == "many words"


async def test_a_form_in_our_own_chat_stands_in_the_message(school: School) -> None:
    school.heard.reply = FORM
    opened = await school.ben.says(school.ben.direct(), "share")
    assert (opened.dialog, opened.form is not None) == (None, True)
    school.heard.reply = FormErrors({"note": "In fewer words, please."})
    again = await school.ben.submit(opened, note="many words")
    assert "In fewer words" in again.text
    assert again.form.values["note"] == "many words"
    school.heard.reply = SAVED
    seen = await school.ben.submit(again, note="few")
    assert seen.surface.text == "Saved for Tuesday."
    assert [message_text(m) for m in school.ben.sees(school.ben.direct())] == ["Saved for Tuesday."]


async def test_a_form_in_a_message_of_an_older_client(school: School) -> None:
    school.heard.reply = FORM
    opened = await school.ben.says(school.ben.direct(), "share")
    school.heard.reply = FormErrors({"note": "In fewer words, please."})
    fallback = opened.form.sends()["fallback"]
    again = await school.ben.act(opened.form, fallback, note="many words")
    assert again.form.values["note"] == "many words"


async def test_a_form_that_is_not_remembered_is_asked_for_again(school: School) -> None:
    """After a restart: its fields come from the words that opened it, its values from Teams."""
    opened = await form_in_a_dialog(school, school.ben)
    forget_forms(school)
    replies = iter([FormErrors({"note": "In fewer words, please."}), FORM])

    async def answer(incoming: object) -> object:
        school.heard.asked.append(incoming)
        reply = next(replies)
        if isinstance(reply, Exception):
            raise reply
        return reply

    school.app._listeners._talk._once._answer = answer
    again = await school.ben.submit(opened, note="many words")
    assert again.dialog.values["note"] == "many words"
    asked = school.heard.asked[-1]
    assert (asked.values, asked.words, asked.delivery[-6:]) == (None, "share", ":again")


async def test_a_form_that_is_gone_gives_the_words_back(school: School) -> None:
    opened = await form_in_a_dialog(school, school.ben)
    forget_forms(school)
    school.heard.reply = Refusal("The call is over.")
    seen = await school.ben.submit(opened, note="many words")
    assert "The call is over." in seen.text
    assert "Here are your words:\nmany words" in seen.text


async def test_a_forms_place_is_where_it_was_sent(school: School) -> None:
    """Whatever a client writes into its data."""
    opened = await form_in_a_dialog(school, school.ben)
    forged = {"homeroom": {"v": 1, "says": "share", "form": "x", "channel": "19:theirs"}}
    school.heard.reply = SAVED
    await school.ben._from_dialog(opened.dialog, forged | {"channel": "19:theirs"})
    assert school.heard.asked[-1].place.channel == school.weekly.id


# -- the message extension ------------------------------------------------------------------------


async def test_a_message_is_saved(school: School) -> None:
    school.heard.reply = FORM
    said = await school.ana.says(school.weekly, "Read https://x.org/a?b=1&c=2 <3", mention=False)
    assert said.sent is not None
    opened = await school.ben.saves(school.weekly, said.sent)
    overheard, asked = school.heard.asked
    assert overheard.how == "overheard"
    assert (asked.words, asked.how) == ("save", "shortcut")
    assert asked.message is not None
    assert asked.message.text == "Read https://x.org/a?b=1&c=2 <3"
    assert asked.message.links == ("https://x.org/a?b=1&c=2",)
    assert asked.message.permalink.endswith(said.sent.id)
    school.heard.reply = FormErrors({"note": "In fewer words, please."})
    again = await school.ben.submit(opened, note="many words")
    assert again.dialog.values["note"] == "many words"
    school.heard.reply = SAVED
    assert "Saved" in (await school.ben.submit(again, note="few")).text
    assert len(school.conversations.known) == 1  # an extension works where we may not write


async def test_a_message_without_a_link(school: School) -> None:
    school.heard.reply = Refusal("I could not see a link in that message.")
    said = await school.ana.says(school.weekly, "Hello", mention=False)
    assert said.sent is not None
    seen = await school.ben.saves(school.weekly, said.sent)
    assert "could not see a link" in seen.dialog.text


async def test_a_search_while_writing(school: School) -> None:
    found = Pick("Number talks", "Ben · in Tuesday", card("Number talks", "by Ben"))
    school.heard.reply = Picks((found,))
    seen = await school.ben.searches(school.group, "number")
    (asked,) = school.heard.asked
    assert (asked.words, asked.how) == ("look number", "search")
    assert seen.said == ["Number talks", "Ben · in Tuesday"]
    assert "by Ben" in seen.surface.text
    await school.ben.searches(school.group)
    assert school.heard.asked[-1].words == "look"
    assert not school.conversations.known


@pytest.mark.parametrize(
    ("reply", "told"),
    [
        (Picks((), "Nothing yet. Share something!"), "Nothing yet. Share something!"),
        (Refusal("You are not in a network here yet."), "You are not in a network here yet."),
        (RuntimeError("the database is locked"), "I could not search just now"),
    ],
)
async def test_a_search_that_finds_nothing(reply: object, told: str, school: School) -> None:
    school.heard.reply = reply
    assert told in (await school.ben.searches(school.group, "x")).text


async def test_an_action_from_the_compose_box(school: School) -> None:
    school.heard.reply = FORM
    opened = await school.ben.composes(school.group, "share")
    assert opened.dialog.title == "Share something"
    assert (school.heard.asked[0].how, school.heard.asked[0].message) == ("button", None)


# -- where we are ---------------------------------------------------------------------------------


@pytest.mark.parametrize("where", ["direct", "weekly", "group"])
async def test_we_are_let_in_and_welcome_once(where: str, school: School) -> None:
    school.heard.reply = card("Hello! I am Homeroom.")
    chat = school.ana.direct() if where == "direct" else getattr(school, where)
    seen = await school.ana.adds_bot(chat)
    assert seen.text == "Hello! I am Homeroom."
    assert {(e.how, e.words) for e in school.heard.asked} == {("join", "welcome")}
    assert len({each.delivery for each in school.heard.asked}) == 1
    known = await school.conversations.find("tenant-1", chat.id)
    assert known is not None
    assert (known.service_url, known.team) == (school.teams.service_url, chat.team)
    if where == "direct":
        assert (known.person, known.person_id) == ("aad-ana-ruiz", school.ana.person.id)


async def test_we_are_taken_out(school: School) -> None:
    await school.ana.adds_bot(school.group)
    await school.ana.removes_bot(school.group)
    assert not school.conversations.known
    assert len(school.heard.asked) == 1


async def test_a_channel_is_renamed_and_deleted(school: School) -> None:
    await school.ana.mentions(school.weekly, "hi")
    told = {"tenant": {"id": "tenant-1"}, "team": {"id": school.weekly.team}}
    renamed = {"channel": {"id": school.weekly.id, "name": "Tuesdays"}}
    of = {**told, **renamed}
    await school.ana.tells(
        school.general, "conversationUpdate", channelData={**of, "eventType": "channelRenamed"}
    )
    known = await school.conversations.find("tenant-1", school.weekly.id)
    assert known is not None
    assert known.name == "Tuesdays"
    await school.ana.tells(
        school.general, "conversationUpdate", channelData={**of, "eventType": "channelDeleted"}
    )
    assert await school.conversations.find("tenant-1", school.weekly.id) is None


async def test_a_conversation_that_cannot_be_kept_is_no_reason_for_silence(school: School) -> None:
    async def learn(conversation: Conversation) -> None:
        raise RuntimeError("the database is locked")

    school.conversations.learn = learn
    school.heard.reply = SAVED
    assert (await school.ben.mentions(school.group, "find it")).text == "Saved for Tuesday."


async def test_many_at_once(school: School) -> None:
    school.heard.reply = SAVED
    said = (school.ben.says(school.ben.direct(), f"find {n}") for n in range(20))
    seen = await asyncio.gather(*said)
    assert {each.status for each in seen} == {200}
    assert len(school.posts(school.ben.direct())) == 20
