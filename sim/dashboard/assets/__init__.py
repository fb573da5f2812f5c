"""The style sheet and the scripts of the pages, as files of their own: an editor knows their
languages."""

from __future__ import annotations

from importlib.resources import files


def asset(name: str) -> str:
    """The text of a file in this folder."""
    return (files(__name__) / name).read_text(encoding="utf-8")
