"""Sharing a resource and why it helped."""

import re

from bot.errors import Refusal
from bot.links import find_links, host_of, same_page
from bot.speech import (
    Button,
    Buttons,
    Card,
    Form,
    FormErrors,
    Line,
    Link,
    LinkField,
    Reply,
    Small,
    Text,
    TextField,
    When,
    card,
    clean,
    line,
)
from handlers.words import Ask, number, word
from storage import calls, resources
from storage.models import Resource, Voice

MOST_TAGS, MOST_TAG = 10, 40
_TAG = re.compile(r"(?<!\S)#(\w[\w\-]*)")


@word(
    "share",
    hint="<link> why it helped #tags",
    example="share https://example.org why it helped you #reading",
)
def share(ask: Ask) -> Reply:
    """Share a link and why it helped, so that the whole network can find it."""
    if ask.said.values is not None:
        read = share_form().read(ask.said.values)
        return _keep(ask, read["link"], read["why"], _tags_in(read["tags"]))
    typed = clean(ask.rest)
    if not typed:
        return share_form()
    links = find_links(typed)
    if not links:
        raise Refusal(
            "I could not see a link in that, so nothing was saved. A link starts with https:// –"
            f" for example: /learn share https://example.org why it helped. You typed: {typed}"
        )
    why = typed.replace(links[0], " ", 1).replace("<>", " ")
    return _keep(ask, links[0], _without(why, _TAG), _tags_in(" ".join(_TAG.findall(why))))


def _without(text: str, pattern: re.Pattern[str]) -> str:
    return re.sub(r"[ \t]{2,}", " ", pattern.sub(" ", text)).strip()


@word("save", who="nobody")
def save(ask: Ask) -> Reply:
    """Keep the link in somebody's message: a form with its words filled in."""
    message = ask.said.message
    if message is None or not message.links:
        raise Refusal(
            "I could not see a link in that message. To share one yourself, type /learn share."
        )
    why = message.text
    for each in message.links:
        why = why.replace(each, " ")
    return share_form(message.links[0], " ".join(why.split())[:2900], title="Save as resource")


@word("voice", who="nobody")
def edit(ask: Ask) -> Reply:
    """Change why a resource helped you."""
    voice, resource = _mine(ask)
    form = share_form(
        resource.url, voice.why, " ".join(voice.tags), title="Change it", says=ask.said.words
    )
    if ask.said.values is None:
        return form
    read = form.read(ask.said.values)
    if same_page(read["link"]) != resource.key:
        raise FormErrors({"link": "To share another link, close this and type /learn share."})
    resources.change_voice(
        ask.session, voice_id=voice.id, why=read["why"], tags=_tags_in(read["tags"])
    )
    resources.index(ask.session, resource_id=resource.id)
    return card("Changed. Everyone sees your new words from now on.")


@word("withdraw", who="nobody")
def withdraw(ask: Ask) -> Reply:
    """Take back what you shared."""
    voice, resource = _mine(ask)
    resources.withdraw(ask.session, voice_id=voice.id, now=ask.now)
    resources.index(ask.session, resource_id=resource.id)
    return card(
        Text(line("Withdrawn: ", Link(resource.url, resource.title or resource.url))),
        Small(("Changed your mind? Share the link again.",)),
        instead=True,
    )


def share_form(
    link: str = "",
    why: str = "",
    tags: str = "",
    *,
    title: str = "Share a resource",
    says: str = "share",
) -> Form:
    """The form behind `share`; also used to change what was shared."""
    return Form(
        title,
        says,
        (
            LinkField("link", "Link", link, hint="It starts with https://"),
            TextField(
                "why",
                "Why it helped",
                why,
                long=True,
                required=False,
                example="What did you try, and what changed?",
            ),
            TextField(
                "tags", "Tags", tags, required=False, most=300, example="reading grade3 coaching"
            ),
        ),
        submit="Share",
    )


def _keep(ask: Ask, url: str, why: str, tags: list[str]) -> Card:
    me = ask.me
    key = same_page(url)
    resource_id, title, _ = resources.keep(
        ask.session, network_id=me.network_id, key=key, url=url, now=ask.now
    )
    mine = resources.voice_of(ask.session, resource_id=resource_id, member_id=me.member_id)
    if mine and mine.withdrawn_at is None and (mine.why, mine.tags) == (why, tags):
        return _saved(ask, "This is already saved, as you said it. ", resource_id, url, title, why)
    if mine:
        resources.change_voice(ask.session, voice_id=mine.id, why=why or mine.why, tags=tags)
    else:
        resources.add_voice(
            ask.session,
            resource_id=resource_id,
            network_id=me.network_id,
            member_id=me.member_id,
            channel_id=me.channel_id,
            why=why,
            tags=tags,
            now=ask.now,
        )
    resources.index(ask.session, resource_id=resource_id)
    return _saved(ask, "Changed: " if mine else "Saved", resource_id, url, title, why)


def _saved(ask: Ask, said: str, resource_id: int, url: str, title: str, why: str) -> Card:
    call = calls.next_start(ask.session, network_id=ask.me.network_id, now=ask.now)
    spans: Line = (said,)
    if said == "Saved":
        spans = (
            line("Saved for ", When(call.starts_at, call.zone, "day"), ": ")
            if call
            else ("Saved: ",)
        )
    buttons = [
        Button("Post it here", f"post resource {resource_id}"),
        Button("Change", f"voice {resource_id}"),
        Button("Withdraw", f"withdraw {resource_id}"),
    ]
    return card(
        Text(line(*spans, Link(url, title or host_of(url)))),
        Small(
            ("Everyone in the network can find it with /learn find.",)
            if why
            else ("Say why it helped, so that others know: press Change.",)
        ),
        Buttons(tuple(buttons)),
        summary="Saved",
    )


def _mine(ask: Ask) -> tuple[Voice, Resource]:
    resource = resources.get(
        ask.session, network_id=ask.me.network_id, resource_id=number(ask.rest)
    )
    voices = [v for v in resource.voices if v.member_id == ask.me.member_id] if resource else []
    if not resource or not voices or voices[0].withdrawn_at:
        raise Refusal(
            "You have not shared that one, or took it back. /learn find shows what is there."
        )
    return voices[0], resource


def _tags_in(typed: str) -> list[str]:
    """Tags as people type them, with or without #, lower case, once each, ten at most."""
    found = [piece.strip("#,;").casefold() for piece in typed.replace(",", " ").split()]
    return list(dict.fromkeys(tag[:MOST_TAG] for tag in found if tag))[:MOST_TAGS]
