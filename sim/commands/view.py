"""`view`: open the dashboard of a result."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.commands.console import Console, Result, examples
from sim.commands.environment import results_folder
from sim.commands.guard import command
from sim.errors import InvalidInput, Problem, nearest
from sim.results import DASHBOARD

HELP = f"""{
    examples(
        "leaderstream view leader-stream",
        "leaderstream view results/leader-stream-2",
        "leaderstream view leader-stream --print-path",
    )
}

Opens the dashboard of a result, a folder or the name of one in results/, in the browser, once the
page and every other file of the result are found to be as they were written.
"""

PrintPath = Annotated[bool, typer.Option("--print-path", help="Only print the dashboard's path.")]


def register(app: typer.Typer) -> None:
    """Offer the command."""
    command(app, name="view", help=HELP, short_help="Open the dashboard of a result.")(view)


def view(console: Console, result: Result, print_path: PrintPath = False) -> None:
    """Open the dashboard of a result."""
    path = dashboard_of(result).resolve()
    if doubt := unchecked(path):
        console.problem(f"note: {doubt}")
    if console.json:
        console.data_json({"dashboard": str(path)})
    elif print_path:
        console.data(str(path))
    if not print_path:
        import webbrowser

        if webbrowser.open(path.as_uri()):
            console.note(f"opened {path}")
        else:
            console.note(f"no browser could be started here; open this file in one: {path}")
    console.next("leaderstream trace FILE --issue 1")


def unchecked(page: Path) -> str:
    """Why it cannot be known whether a page is as it was written, '' when it is. InvalidInput when
    a file of its result is not."""
    from sim import seal

    folder = page.parent
    if not (folder / seal.MANIFEST).is_file():
        return (
            f"there is no {seal.MANIFEST} beside the page, so whether it is as it was written "
            f"cannot be checked"
        )
    manifest = seal.manifest_of(folder)
    # A table that was removed to save room takes nothing from the page.
    seal.insist(folder, manifest, [path.name for path in folder.iterdir()])
    if page.name in manifest.get(seal.HASHES, {}):
        return ""
    return (
        "the version of leaderstream that made the page kept no hash of it: whether it was "
        "changed cannot be checked"
    )


def dashboard_of(result: str) -> Path:
    """The dashboard file of a result given by folder, file or name; InvalidInput when there is
    none."""
    results = results_folder()
    for folder in (Path(result), results / result):
        if folder.name == DASHBOARD and folder.is_file():
            return folder
        if (folder / DASHBOARD).is_file():
            return folder / DASHBOARD
    known = sorted(path.parent.name for path in results.glob(f"*/{DASHBOARD}"))
    there = f"; there are: {', '.join(known)}" if known else "; `leaderstream run FILE` makes one"
    raise InvalidInput(
        [Problem(result, 0, 0, "", f"no result with a dashboard{nearest(result, known)}{there}")]
    )
