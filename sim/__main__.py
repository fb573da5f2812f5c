"""`python -m sim ...` is the command `leaderstream ...`, also where no command was installed."""

from sim.commands import main

if __name__ == "__main__":
    main()
