"""`make bench`."""

from benchmarks import commands, start

if __name__ == "__main__":
    start.main()
    commands.main()
