"""Sharing a resource and why it helped."""

import re

from msgspec.structs import replace

from bot.compose.phrases import shorten
from bot.errors import Refusal
from bot.links import (
    find_links,
    host_of,
    on_own_machine,
    out_of_reach,
    same_page,
    slip_in,
    tells_a_secret,
    without_link,
)
from bot.speech import (
    Button,
    Buttons,
    Card,
    File,
    Form,
    FormErrors,
    Line,
    Link,
    LinkField,
    Reply,
    Say,
    Small,
    Text,
    TextField,
    card,
    clean,
    line,
)
from handlers import while_hidden
from handlers.voices import Spoken, kept_as, show, speak
from handlers.words import Ask, number, word
from storage import resources
from storage.models import Resource, Voice

MOST_WHY, MOST_TAGS, MOST_TAG, MOST_TITLE = 3000, 10, 40, 300
OWN_MACHINE = "That address is on your own machine: nobody else can open it."
INSIDE = "That address is inside one organisation’s own network: others cannot open it."
FOR_ALL_TO_READ = (
    "That address has a name or a password in it, before the @, which everyone would read. Please"
    " share it without them."
)
_TAG = re.compile(r"(?<!\S)#(?=[\w\-]*[^\W\d_])(\w[\w\-]*)[.,;]?")  # “#1” is no tag


@word(
    "share",
    hint="<link> why it helped #tags",
    example="share https://example.org why it helped you #reading",
    opens="bare",
)
def share(ask: Ask) -> Reply:
    """Share a link and why it helped, so that the whole network can find it."""
    if ask.said.values is not None:
        return _share_form_sent(ask)
    typed = clean(ask.rest)
    return _share_typed(ask, typed) if typed else share_form()


def _share_form_sent(ask: Ask) -> Card:
    read = share_form().read(ask.said.values or {})
    if not find_links(read["link"]):
        raise FormErrors({"link": "That address has a slip in it. Please look at it again."})
    if no := not_for_all(read["link"]):
        raise FormErrors({"link": no})
    return _keep(ask, read["link"], read["why"], _tags_in(read["tags"]))


def not_for_all(address: str) -> str:
    """Why an address is nothing for a whole network; "" where it is."""
    if tells_a_secret(address):
        return FOR_ALL_TO_READ
    if on_own_machine(address):
        return OWN_MACHINE
    return INSIDE if out_of_reach(address) else ""


def _share_typed(ask: Ask, typed: str) -> Card:
    links = find_links(typed)
    if not links:
        slip = slip_in(typed)
        why = f" ({shorten(slip, 60)} is no address that opens)" if slip else ""
        raise Refusal(
            f"I could not see a link in that{why}, so nothing was saved. A link starts with"
            " https:// – for example: ",
            Say("share https://example.org why it helped"),
            f". You typed: {typed}",
        )
    if no := not_for_all(links[0]):
        raise Refusal(f"{no} Nothing was saved. You typed: {typed}")
    said = without_link(typed, links[0])
    why = re.sub(r"[ \t]{2,}", " ", _TAG.sub(" ", said)).strip()
    if len(why) > MOST_WHY:
        raise Refusal(
            f"That is {len(why):,} characters; {MOST_WHY:,} fit, so nothing was saved. Please say"
            f" it in fewer. You typed: {typed}"
        )
    return _keep(ask, links[0], why, _tags_in(" ".join(_TAG.findall(said))))


@word("save", who="nobody", opens=True)
def save(ask: Ask) -> Reply:
    """Keep the link or the file in somebody's message: a form with its words filled in.

    Another bot's is kept, too: a feed posts links that people want."""
    message = ask.said.message
    if message and message.by == "us":
        raise Refusal(
            "That is a post of mine, so what is in it is kept already. To save it for yourself,"
            " find it and press Save: ",
            Say("find <words>"),
            ".",
        )
    if message is None or not (message.links or message.files):
        raise Refusal(
            "I could not see a link or a file in that message. To share one yourself, type ",
            Say("share"),
            ".",
        )
    quoted = message.text
    for each in (*message.links, *(file.url for file in message.files)):
        quoted = quoted.replace(each, host_of(each))
    # In quotation marks: these are somebody else's words, not those of whoever saves.
    why = f"“{shorten(quoted, MOST_WHY - 2)}”" if quoted else ""
    if message.files and message.links[:1] in ((), (message.files[0].url,)):
        return _told_who_reads(ask, file_form(message.files[0], why))
    return _told_who_reads(ask, share_form(message.links[0], why, title="Save as resource"))


def _told_who_reads(ask: Ask, form: Form) -> Form:
    """What was said elsewhere was said to fewer than those who read it then."""
    if ask.me.channel_id is not None:
        return form
    said = (
        f"This message is not in one of {ask.me.network}’s channels: everyone in the network will"
        " read what you save. Please ask whoever wrote it first, or leave their words out."
    )
    return replace(form, intro=(said,))


@word("save file", who="nobody", opens=True)
def save_file(ask: Ask) -> Reply:
    """Keep a file of somebody's message: its title and where it is; nobody fetches it."""
    form = file_form(File("", ""))
    if ask.said.values is None:
        return form
    read = form.read(ask.said.values)
    if no := not_for_all(read["link"]):
        raise FormErrors({"link": no})
    tags = _tags_in(read["tags"])
    return _keep(ask, read["link"], read["why"], tags, title=read["title"])


def file_form(file: File, why: str = "") -> Form:
    """The form that keeps a file."""
    form = share_form(file.url, why, title="Save as resource", says="save file")
    named = TextField("title", "Title", file.title, most=MOST_TITLE)
    return replace(form, fields=(named, *form.fields))


@word("voice", who="nobody", opens=True)
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
        raise FormErrors({"link": ("To share another link, close this and type ", Say("share"))})
    tags = _tags_in(read["tags"])
    if (voice.why, voice.tags) == (read["why"], tags):
        return card("Nothing changed: it stands as you said it.")
    resources.change_voice(ask.session, voice_id=voice.id, why=read["why"], tags=tags, now=ask.now)
    show(ask, resource.id, voice.at)
    return card("Changed. Everyone sees your new words from now on.")


@word("withdraw", who="nobody")
def withdraw(ask: Ask) -> Reply:
    """Take back what you shared."""
    done = while_hidden.voice_withdrawn(ask, resource_id=number(ask.rest))
    try:
        voice, resource = _mine(ask)
    except Refusal:
        if done:
            return done
        raise
    resources.withdraw(ask.session, voice_id=voice.id, now=ask.now)
    show(ask, resource.id, voice.at)
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
        submit="Share" if says == "share" else "Save",
    )


def _keep(ask: Ask, url: str, why: str, tags: list[str], title: str = "") -> Card:
    spoken = speak(ask, url, why, tags, title)
    said = line(*kept_as(spoken), Link(url, spoken.title or host_of(url)))
    if spoken.outcome == "hidden":
        return _kept_aside(ask, said, spoken)
    summary = {"same": "Already saved", "changed": "Changed", "new": "Saved"}[spoken.outcome]
    if spoken.first and spoken.outcome == "new":
        said = (*said, f". {spoken.first} shared it first; your words stand beside theirs.")
    return _saved(ask, said, spoken, summary)


def _kept_aside(ask: Ask, said: Line, spoken: Spoken) -> Card:
    """What a host hid stays hidden, whoever shares it again."""
    back = Button("Bring it back", f"hide undo {spoken.hidden}")
    return card(
        Text(said),
        "So nobody sees it for now. If you see it otherwise, please talk to"
        f" {spoken.host}: when it is brought back, your words are there too.",
        *([Buttons((back,))] if ask.me.hosts else []),
        summary="A host has hidden that link",
    )


def _saved(ask: Ask, said: Line, spoken: Spoken, summary: str) -> Card:
    resource_id, why = spoken.resource_id, spoken.why
    post = Button("Post it here", f"post resource {resource_id}")
    here = ask.me.channel_id is not None
    return card(
        Text(said),
        Small(
            ("Everyone in the network can find it with ", Say("find"))
            if why
            else ("Say why it helped, so that others know: press Change.",)
        ),
        Buttons(
            (
                *([post] if here else []),
                Button("Change", f"voice {resource_id}"),
                Button("Withdraw", f"withdraw {resource_id}"),
            )
        ),
        summary=summary,
    )


def _mine(ask: Ask) -> tuple[Voice, Resource]:
    resource = resources.get(
        ask.session, network_id=ask.me.network_id, resource_id=number(ask.rest)
    )
    voices = [v for v in resource.voices if v.member_id == ask.me.member_id] if resource else []
    if not resource or not voices or voices[0].withdrawn_at:
        raise Refusal(
            "You have not shared that one, or took it back. ", Say("find"), " shows what is there."
        )
    return voices[0], resource


def _tags_in(typed: str) -> list[str]:
    """Tags as people type them, with or without #, lower case, once each."""
    found = [piece.strip("#.,;").casefold() for piece in typed.replace(",", " ").split()]
    tags = list(dict.fromkeys(filter(None, found)))
    if len(tags) > MOST_TAGS or any(len(tag) > MOST_TAG for tag in tags):
        said = f"Nothing was saved: at most {MOST_TAGS} tags fit, each of {MOST_TAG} characters."
        raise FormErrors({"tags": f"{said} Please take some out."})
    return tags
