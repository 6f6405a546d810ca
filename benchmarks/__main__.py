"""`make bench`."""

from benchmarks import commands

if __name__ == "__main__":
    commands.main()
