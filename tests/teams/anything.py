"""Cards and forms with any text in them, for the property tests."""

from hypothesis import strategies as st

from bot.speech import (
    Button,
    Buttons,
    Card,
    ChoiceField,
    Fields,
    Form,
    Heading,
    HowTo,
    Image,
    Items,
    Link,
    Say,
    Small,
    Strong,
    Text,
    TextField,
)
from tests.slack.samples import CALL, DAY
from tests.teams.samples import NASTY

ODD = ["\x00\x1b[0m", "\u202eabc", "🙂" * 9, "\ud800", "<AT id=0>x</AT>", "{{{{", "\\", "\n\n \n"]
words = st.text(max_size=30) | st.sampled_from([*NASTY, *ODD])
typed = words | st.builds(lambda a, n: a * n, words, st.integers(1, 1500))
urls = st.sampled_from(["https://x.org/?a=1&b=2", "javascript:1", "", "http://a b"]) | typed
spans = st.lists(
    typed
    | st.builds(Strong, typed)
    | st.builds(Link, urls, typed)
    | st.builds(Say, words)
    | st.sampled_from([CALL, DAY, HowTo("invite me")]),
    max_size=5,
).map(tuple)
labels = st.text(max_size=200) | st.sampled_from([*NASTY, *ODD])
buttons = st.builds(
    Button,
    labels,
    st.text(max_size=2000),
    st.sampled_from(["", "main", "danger"]),
    confirm=labels,
    url=st.sampled_from(["", "https://x.org", "mailto:a"]),
)
elements = st.one_of(
    st.builds(Heading, typed),
    st.builds(Text, spans),
    st.builds(Small, spans),
    st.builds(Fields, st.lists(st.tuples(typed, spans), max_size=6).map(tuple)),
    st.builds(Items, st.lists(spans, max_size=60).map(tuple), st.booleans()),
    st.builds(Image, urls, typed),
    st.builds(Buttons, st.lists(buttons, max_size=60).map(tuple)),
)
cards = st.builds(Card, st.lists(elements, max_size=70).map(tuple), typed)

values = st.text(min_size=1, max_size=20) | st.sampled_from(
    ["a,b", "%2C", "%", ",", "a b", "\ud800"]
)
options = st.lists(
    st.tuples(values, labels), min_size=1, max_size=8, unique_by=lambda each: each[0]
).map(tuple)
texts = st.builds(TextField, st.just("text"), labels, value=words, hint=words, example=words)
choices = st.builds(ChoiceField, st.just("choice"), labels, options, many=st.booleans(), hint=words)
forms = st.builds(Form, labels, words, st.tuples(texts, choices), submit=labels, intro=spans)
