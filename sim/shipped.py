"""The scenarios that come with leaderstream: where they are, in a checkout and where it was
installed."""

from __future__ import annotations

from pathlib import Path

from sim.errors import LeaderstreamError

_INSTALLED = "share/leaderstream/scenarios"


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


def _installed(folder: str) -> list[Path]:
    from importlib.metadata import PackageNotFoundError, files

    try:
        listed = files("leaderstream") or []
    except PackageNotFoundError:
        return []
    home = "/".join(part for part in (_INSTALLED, folder) if part)
    inside = [
        path for path in listed if path.suffix == ".yaml" and path.parent.as_posix().endswith(home)
    ]
    return [Path(str(path.locate())).resolve() for path in inside]
