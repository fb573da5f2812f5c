"""The user's configuration: which files of rules are allowed wherever they are named.

# ~/.config/leaderstream/config.toml
allow = ["~/theories/my_rules.py"]
"""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Any

from sim.errors import UsageError, nearest


def path() -> Path:
    """Where the configuration is looked for: leaderstream/config.toml in XDG_CONFIG_HOME, else in ~/.config."""
    home = os.environ.get("XDG_CONFIG_HOME")
    return (Path(home) if home else Path.home() / ".config") / "leaderstream" / "config.toml"


def allowed() -> list[Path]:
    """The files of rules that the user allows; a relative path counts from the configuration's folder.

    UsageError for a configuration that cannot be used.
    """
    place = path()
    try:
        found = tomllib.loads(place.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return []
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(f"{place}: cannot be used: {error}") from None
    for key in found:
        if key != "allow":
            raise UsageError(f"{place}: {key} is no key; allowed here: allow{nearest(key, ['allow'])}")
    return [place.parent / Path(each).expanduser() for each in _texts(place, found.get("allow", []))]


def _texts(place: Path, found: Any) -> list[str]:
    if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
        raise UsageError(f'{place}: allow is a list of files of rules, such as ["my_rules.py"]')
    return found
