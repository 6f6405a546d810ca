"""A short storm for every run of the tests; the long ones are `make faults`."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from tests.faults.places import File, cluster
from tests.faults.storm import Place, Storm

pytestmark = pytest.mark.timeout(240)


async def rages(place: Place, folder: Path) -> None:
    """A few deaths at chosen effects, and a short storm: nothing lost, nothing twice. Then all of
    it is taken away, and dies again: nothing stands."""
    for effect in (12, 30):
        (own := folder / str(effect)).mkdir()
        one = Storm(place, own, calls=1, seed=effect)
        one.ground.faults.raging = False
        found = await one.rage(kills=0, lasts=timedelta(), die_at=effect)
        assert found.held, found
        assert not one.outlived
    left = await one.clear(die_at=effect)
    assert left.held, left
    (own := folder / "storm").mkdir()
    storm = Storm(place, own, calls=8, seed=1)
    found = await storm.rage(kills=8, lasts=timedelta(seconds=5))
    assert found.held, found
    assert found.faults > 0
    left = await storm.clear(kills=2)
    assert left.held, left


def test_deaths_on_a_file(tmp_path: Path) -> None:
    asyncio.run(rages(File(), tmp_path))


def test_deaths_of_two_senders_on_a_server_that_crashes(tmp_path: Path) -> None:
    with cluster() as server:
        asyncio.run(rages(server, tmp_path))
