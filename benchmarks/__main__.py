"""`make bench`."""

from benchmarks import checkins, clock, commands, start

if __name__ == "__main__":
    start.main()
    commands.main()
    checkins.main()
    clock.main()
