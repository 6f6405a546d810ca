"""The same delivery happens once."""

from datetime import timedelta

from storage import deliveries
from tests.bot.rows import MONDAY


def test_a_delivery_is_new_once(session):
    assert deliveries.first(session, id="Ev1", now=MONDAY)
    assert not deliveries.first(session, id="Ev1", now=MONDAY + timedelta(hours=1))
    assert deliveries.first(session, id="Ev2", now=MONDAY)


def test_a_delivery_is_remembered_for_longer_than_platforms_try_again(session):
    deliveries.first(session, id="old", now=MONDAY)
    deliveries.first(session, id="young", now=MONDAY + timedelta(days=1))
    deliveries.forget(session, now=MONDAY + timedelta(days=2))
    assert not deliveries.first(session, id="old", now=MONDAY + timedelta(days=2))
    deliveries.forget(session, now=MONDAY + timedelta(days=2, seconds=1))
    assert deliveries.first(session, id="old", now=MONDAY + timedelta(days=3))
    assert not deliveries.first(session, id="young", now=MONDAY + timedelta(days=3))
