"""`make bench`."""

from benchmarks import checkins, clock, commands, due, start

if __name__ == "__main__":
    start.main()
    commands.main()
    checkins.main()
    clock.main()
    due.main()
