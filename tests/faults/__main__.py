"""`make faults`: a death at every effect, then storms with a thousand deaths, on both databases.

python -m tests.faults [KILLS] [SEED]
"""

import asyncio
import sys
import tempfile
from datetime import timedelta
from pathlib import Path

from tests.faults.places import File, cluster
from tests.faults.storm import Count, Place, Storm

KILLS = 1000
CALLS = 400


def everywhere(place: Place, step: int = 1) -> Count:
    """Die before each effect in turn, `step` apart, until a sender lives to send everything."""
    total = Count(f"{place.kind}, a death before each effect")
    effect = 1
    while True:
        with tempfile.TemporaryDirectory() as folder:
            storm = Storm(place, Path(folder), calls=1, seed=effect)
            storm.ground.faults.raging = False
            found = asyncio.run(storm.rage(kills=0, lasts=timedelta(), die_at=effect))
        total.add(found)
        if storm.outlived:
            return total
        effect += step


def clearing(place: Place, step: int = 1) -> bool:
    """The same while all of it is taken away, since it is older than is kept."""
    effect, held = 1, True
    while True:
        with tempfile.TemporaryDirectory() as folder:
            storm = Storm(place, Path(folder), calls=1, seed=effect)
            storm.ground.faults.raging = False
            asyncio.run(storm.rage(kills=0, lasts=timedelta()))
            left = asyncio.run(storm.clear(die_at=effect))
        held &= left.held
        if storm.outlived:
            print(f"{place.kind}, a death before each of {effect} effects of deleting: {left}")
            return held
        effect += step


def storm(place: Place, kills: int, calls: int, seed: int) -> Count:
    """Random deaths while posts come due, one every second or so for each sender."""
    lasts = timedelta(seconds=kills * 1.2 / place.senders)
    with tempfile.TemporaryDirectory() as folder:
        raging = Storm(place, Path(folder), calls=calls, seed=seed)
        return asyncio.run(raging.rage(kills=kills, lasts=lasts))


def main(kills: int = KILLS, seed: int = 1) -> int:
    """Print what every storm left; 1 when a promise was broken."""
    held = True
    with cluster() as server:
        for place in (File(), server):
            for found in (everywhere(place), storm(place, kills, CALLS, seed)):
                print(found, flush=True)
                held &= found.held
            held &= clearing(place)
    print("The promise held." if held else "THE PROMISE WAS BROKEN.")
    return int(not held)


if __name__ == "__main__":
    sys.exit(main(*(int(each) for each in sys.argv[1:])))
