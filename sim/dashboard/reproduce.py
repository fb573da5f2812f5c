"""The command that makes a result again, as words and in the page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from typing import Any

from sim.dashboard import theme

_OPTION = re.compile(r"(?<!\S)--[a-z]+(?:-[a-z]+)*")


def changed(manifest: Mapping[str, Any]) -> list[str]:
    """The options that repeat what was changed on the command line (`changes`: text by dotted key), and that allow the
    files of rules which were read (`rules`: hashes by name)."""
    changes, files = manifest.get("changes") or {}, manifest.get("rules") or {}
    told = [("--rules", str(name)) for name in files if str(name).endswith(".py")]
    told += [("--set", f"{key}={value}") for key, value in changes.items()]
    return [theme.clean(word) for pair in told for word in pair]


def shown(command: str) -> str:
    """A command as safe HTML, in which no line ends within the name of an option."""
    text = _OPTION.sub(r'<span class="option">\g<0></span>', escape(command, quote=True))
    return f"<pre><code>{text}</code></pre>"
