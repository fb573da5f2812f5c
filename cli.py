"""The door: `python cli.py ...` is the command `leaderstream ...`."""

from sim.commands import main

if __name__ == "__main__":
    main()
