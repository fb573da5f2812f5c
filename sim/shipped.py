"""The scenarios and documents that come with leaderstream: where they are, in a checkout and where
it was installed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path, PurePosixPath

from sim.errors import LeaderstreamError

_HOME = "share/leaderstream"
_INSTALLED = f"{_HOME}/scenarios"
MODEL, CITATION, LICENSE = "docs/model.md", "CITATION.cff", "LICENSE"
"""Documents that archives hold, by their place in a checkout."""


def shipped(folder: str = "") -> dict[str, Path]:
    """The shipped scenarios of a folder of `scenarios/` ("": its own) by name: path of the file, in
    order of name.

    In a checkout they stand beside the package, else where they were installed. LeaderstreamError
    when there are none.
    """
    beside = Path(__file__).resolve().parents[1] / "scenarios"
    paths = (
        list((beside / folder).glob("*.yaml"))
        if (beside / "leader-stream.yaml").is_file()
        else _installed(folder)
    )
    if not paths:
        raise LeaderstreamError("the shipped scenarios are not installed")
    return {path.stem: path for path in sorted(paths)}


def document(name: str) -> Path:
    """A shipped document, such as MODEL: beside the package in a checkout, else where it was
    installed. LeaderstreamError when it is not there."""
    root = Path(__file__).resolve().parents[1]
    checkout = (root / "scenarios" / "leader-stream.yaml").is_file()
    found = [root / name] if checkout else _located(lambda path: path.endswith(f"{_HOME}/{name}"))
    if not found or not found[0].is_file():
        raise LeaderstreamError(f"{name} of leaderstream is not installed")
    return found[0]


def _installed(folder: str) -> list[Path]:
    home = "/".join(part for part in (_INSTALLED, folder) if part)
    return _located(lambda path: PurePosixPath(path).match(f"{home}/*.yaml"))


def _located(wanted: Callable[[str], bool]) -> list[Path]:
    """The installed files whose paths are wanted."""
    from importlib.metadata import PackageNotFoundError, files

    try:
        listed = files("leaderstream") or []
    except PackageNotFoundError:
        return []
    return [Path(str(path.locate())).resolve() for path in listed if wanted(path.as_posix())]
