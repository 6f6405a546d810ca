"""`make bench`."""

from benchmarks import clock, commands, due, start

if __name__ == "__main__":
    start.main()
    commands.main()
    clock.main()
    due.main()
