"""`archive`: a result as one file that others can cite, check and run again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.commands.console import Console, Result, examples
from sim.commands.environment import results_folder
from sim.commands.guard import command
from sim.commands.verify import Data
from sim.files import insist_writable

HELP = f"""{
    examples(
        "leaderstream archive mine",
        "leaderstream archive mine --out paper-figure-3.zip --license CC-BY-4.0",
        "leaderstream archive mine --author 'Ada Lovelace'",
        "leaderstream verify mine.zip",
    )
}

Writes a result of run, sweep or sensitivity as an RO-Crate, one zip file that needs nothing else:
the scenario with its data files and rules, the tables, the manifest and the page; the description
of the model (ODD) with all settings of the scenario, and which differ from the defaults; the source
of the model and the versions of the packages; how to cite it, and how to run it again. The same
result gives the same bytes. leaderstream verify checks an archive, zipped or unpacked.

Where privacy.smallest_group is set, the files of people and ties are left out. A result of another
version of the model is refused, as the archive could not hold the model that made it.
"""

Out = Annotated[
    Path | None,
    typer.Option(
        "--out", metavar="FILE.zip", help="Write this file. Default: the result's name.zip."
    ),
]
Author = Annotated[
    list[str] | None,
    typer.Option(
        "--author", metavar="NAME", help="An author, with an ORCID where there is one; repeatable."
    ),
]
License = Annotated[
    str,
    typer.Option(
        "--license",
        metavar="ID",
        help="The licence of the result: an SPDX identifier or an address. Default: none stated.",
        show_default=False,
    ),
]


def register(app: typer.Typer) -> None:
    """Offer the command."""
    command(
        app,
        rules=True,
        name="archive",
        help=HELP,
        short_help="Write a result as one file to cite, check and run again.",
    )(archive)


def archive(
    console: Console,
    result: Result,
    out: Out = None,
    author: Author = None,
    license: License = "",
    data: Data = None,
) -> None:
    """Write the archive and say what it holds."""
    from sim.reading import archiving
    from sim.reading.crate import Published
    from sim.reading.listing import find

    folder = find(result, results_folder())
    target = Path(f"{folder.resolve().name}.zip") if out is None else out
    published = Published(tuple(author or ()), license)
    insist_writable(target.parent)
    path, count = archiving.archive(folder, target, data=data, published=published)
    size = path.stat().st_size
    if console.json:
        console.data_json({"path": str(path), "files": count, "bytes": size})
    else:
        console.data(f"{path}: {count} files, {size / 1e6:.1f} MB")
    if not published.license:
        console.note("no licence was stated: --license says what others may do with the result")
    console.next(f"leaderstream verify {path}")
