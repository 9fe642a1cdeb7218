"""`python -m reelmock`: the same command line as `reelmock`."""

from reelmock.mockserver.cli import main

if __name__ == "__main__":
    main(prog_name="reelmock")
