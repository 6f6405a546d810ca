"""Secrets are locked for one owner, and opened by any key that is known."""

from base64 import urlsafe_b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import ConfigError
from bot.keyring import CannotOpen, Keyring, new_key, split

OLD, NEW = (urlsafe_b64encode(each * 32).decode() for each in (b"o", b"n"))
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)
OWNER = st.text(st.characters(categories=["Lu", "Nd"], max_codepoint=127), min_size=1, max_size=12)


@given(secret=TEXT, owner=OWNER)
def test_what_is_locked_opens_for_its_owner_with_any_known_key(secret: str, owner: str) -> None:
    locked = Keyring([OLD]).lock(secret, of=owner)
    assert Keyring([NEW, OLD]).open(locked, of=owner) == secret
    assert len(secret) < 4 or secret not in locked
    with pytest.raises(CannotOpen):
        Keyring([OLD]).open(locked, of=owner + "X")
    with pytest.raises(CannotOpen):
        Keyring([NEW]).open(locked, of=owner)


@given(locked=TEXT)
def test_what_was_never_locked_does_not_open(locked: str) -> None:
    with pytest.raises(CannotOpen):
        Keyring([OLD]).open(locked, of="T1")
    assert not Keyring([OLD]).is_newest(locked)


def test_the_newest_key_locks() -> None:
    both = Keyring([NEW, OLD])
    assert both.is_newest(both.lock("x", of="T1"))
    assert not both.is_newest(Keyring([OLD]).lock("x", of="T1"))


@pytest.mark.parametrize("key", ["x", "x" * 44, OLD[:-2], OLD[:-4], "ключ"])
def test_what_is_no_key_is_numbered_and_not_quoted(key: str) -> None:
    with pytest.raises(ConfigError) as caught:
        Keyring([OLD, key])
    assert "number 2 is none" in str(caught.value)
    assert key == "x" or key not in str(caught.value)


def test_new_keys_are_keys_and_differ() -> None:
    made = {new_key() for _ in range(5)}
    assert len(made) == 5
    Keyring(sorted(made))


def test_keys_with_commas_between() -> None:
    assert split(f" {NEW} ,,{OLD}, ") == [NEW, OLD]
    assert split("") == []
    with pytest.raises(ConfigError, match="is empty"):
        Keyring([])
