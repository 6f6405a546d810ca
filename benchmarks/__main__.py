"""`make bench`."""

from benchmarks import checkins, clock, commands, due, start, teams

if __name__ == "__main__":
    start.main()
    commands.main()
    teams.main()
    checkins.main()
    clock.main()
    due.main()
