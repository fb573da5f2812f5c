"""`figure`: one figure of a result, as a file."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.commands import completion
from sim.commands.console import Console, Result, examples, printable
from sim.commands.environment import results_folder
from sim.commands.guard import command
from sim.errors import Refused, UsageError
from sim.files import insist_writable

if TYPE_CHECKING:
    from sim.results import RunResult

HELP = f"""{
    examples(
        "leaderstream figure mine --list                              # what there is to see of it",
        "leaderstream figure mine trade-off --out trade-off.svg",
        'leaderstream figure mine trade-off --choice "Value against delay" --out value.pdf',
        "leaderstream figure mine leaders --variant top-down --out leaders.png --width 480",
        "leaderstream figure mine stream --issue 7 --out stream.html  # plays, in any browser",
        "leaderstream figure mine stream --variant shared --variant top-down --out two.svg",
        "leaderstream figure mine-sweep pareto --out pareto.svg",
        "leaderstream figure mine present-gain --out gain.png         # a slide of 1600 x 900",
        "leaderstream figure mine present --out slides                # all slides, as SVG",
    )
}

Writes one figure of a result, of a run, a sweep, a search for what matters or a calibration, in the
format that the file's ending names: svg, png or pdf (png and pdf need the extra
leaderstream[figures] and a Chrome or Chromium), html (one file that works offline) or json
(Plotly's). Nothing is asked of any network. No file is overwritten without --force.

The slides of the page ("Present") are figures, too: their names begin with present-. "present" is
all of them: --out then names a folder, which is made if there is none.
"""

SLIDES = "present"
"""What stands for all slides, in place of a figure's name."""
_EXISTS = "{} exists; --force overwrites it"
_NO_SLIDES = "it is of two policies of a run that can be compared"

Name = Annotated[
    str | None,
    typer.Argument(
        metavar="NAME",
        help="Which figure; --list names them.",
        autocompletion=completion.figures,
    ),
]
Out = Annotated[
    Path | None,
    typer.Option(
        "--out", metavar="FILE", help="Write to this file: .svg, .png, .pdf, .html or .json."
    ),
]
Listed = Annotated[
    bool,
    typer.Option("--list", help="Only list the figures: what each answers, and its choices."),
]
Variant = Annotated[
    list[str] | None,
    typer.Option(
        "--variant",
        metavar="V",
        help="The policy, where a figure shows one (default: the first); where it shows more than "
        "six, the one to highlight; of the stream, two stand beside one another. Repeatable.",
        autocompletion=completion.policies,
    ),
]
Issue = Annotated[
    int | None,
    typer.Option(
        "--issue", metavar="N", help="Of the stream: the issue. Default: the first watched."
    ),
]
Choice = Annotated[
    str | None,
    typer.Option(
        "--choice",
        metavar="WHAT",
        help="Which of several things, by its text or its number in --list.",
    ),
]
Width = Annotated[
    int | None,
    typer.Option(
        "--width",
        metavar="PX",
        min=300,
        max=4000,
        help="In pixels. Default: 1000, with --narrow 480.",
    ),
]
Narrow = Annotated[
    bool,
    typer.Option(
        "--narrow", help="Arrange it for less than 820 pixels, as a smaller --width does by itself."
    ),
]
Force = Annotated[bool, typer.Option("--force", help="Overwrite the file.")]


def register(app: typer.Typer) -> None:
    """Offer the command."""
    command(app, name="figure", help=HELP, short_help="Write one figure of a result as a file.")(
        figure
    )


def figure(
    console: Console,
    result: Result,
    name: Name = None,
    out: Out = None,
    listed: Listed = False,
    variant: Variant = None,
    issue: Issue = None,
    choice: Choice = None,
    width: Width = None,
    narrow: Narrow = False,
    force: Force = False,
) -> None:
    """Draw a figure and write it, or list what there is."""
    from sim.reading.listing import find
    from sim.results import load

    if listed:
        _list(console, load(find(result, results_folder())))
        return
    if name is None or out is None:
        raise UsageError(
            "give the name of a figure and --out FILE, or --list for the figures that there are"
        )
    if name == SLIDES:
        _slides(console, load(find(result, results_folder())), out, width, force)
        return
    form = _insist(out, force)
    from sim.dashboard import picture
    from sim.dashboard.document import write
    from sim.dashboard.figures import registry

    loaded = load(find(result, results_folder()))
    narrow = narrow or (width is not None and width < picture.NARROW)
    still = form in picture.PICTURES
    drawn = registry.of(
        loaded,
        name,
        narrow=narrow,
        choice=_index_of_choice(choice),
        variant=variant,
        issue=issue,
        still=still,
    )
    size = width or (picture.WIDTHS[narrow] if still and not drawn.layout.width else None)
    title = f"{loaded.manifest.get('name') or 'leaderstream'}: {registry.find(name).shows}"
    path = write(out, picture.content(drawn, form, title, size))
    if console.json:
        console.data_json(
            {"figure": name, "path": str(path), "format": form, "bytes": path.stat().st_size}
        )
    else:
        console.data(str(path))
    console.next(f"leaderstream view {result}")


def _slides(
    console: Console, result: RunResult, folder: Path, width: int | None, force: bool
) -> None:
    """Write every slide to a folder, or none of them where that cannot be done."""
    from sim.dashboard import picture
    from sim.dashboard.document import write
    from sim.dashboard.drawing.svg import drawn
    from sim.dashboard.figures import registry

    reading, figures = registry.available(result)
    paths = {figure: folder / f"{figure.name}.svg" for figure in registry.slides(reading, figures)}
    if not paths:
        raise Refused(f"there is nothing to present of this result: {_NO_SLIDES}")
    if not folder.parent.is_dir() or (folder.exists() and not folder.is_dir()):
        raise UsageError(
            f"--out {folder}: for '{SLIDES}' give a folder, or a new one beside others"
        )
    there = [path for path in paths.values() if os.path.lexists(path)]
    if there and not force:
        raise Refused(_EXISTS.format(there[0]))
    insist_writable(folder)
    folder.mkdir(exist_ok=True)
    for figure, path in paths.items():
        slide = figure.draw(reading, False, 0)
        write(path, drawn(slide, width or picture.SCREEN, page=False))
    if console.json:
        console.data_json([{"figure": path.stem, "path": str(path)} for path in paths.values()])
    else:
        console.data("\n".join(map(str, paths.values())))
    console.next(f"leaderstream view {result.folder}")


def _insist(out: Path, force: bool) -> str:
    """The file's format; an error before anything is drawn where it could not be written."""
    from sim.dashboard import picture

    form = picture.format_of(out)
    if not out.parent.is_dir():
        raise Refused(f"{out.parent} does not exist; create the folder first")
    if os.path.lexists(out) and (out.is_dir() or not force):
        raise Refused(f"{out} exists" if out.is_dir() else _EXISTS.format(out))
    insist_writable(out.parent)
    if form in picture.BY_BROWSER:
        picture.need_browser()
    return form


def _index_of_choice(choice: str | None) -> int | str:
    """A choice as the figures take it: a number counts from 1 here, from 0 there."""
    if choice is None:
        return 0
    return int(choice) - 1 if choice.isascii() and choice.isdigit() else choice


def _list(console: Console, result: RunResult) -> None:
    """Every figure: what it shows, the question it answers, and between what one can choose."""
    from sim.dashboard.figures.registry import available, choices_of

    reading, figures = available(result)
    rows: list[dict[str, Any]] = []
    for figure in figures:
        row = {"figure": figure.name, "shows": figure.shows, "question": figure.question}
        rows.append(row | {"choices": choices_of(figure, reading)})
        if figure.issues(reading):
            rows[-1]["issues"] = list(figure.issues(reading))
    if console.json:
        console.data_json(rows)
    else:
        console.data("\n".join(line for row in rows for line in _lines(row)))
    if rows:
        first = rows[0]["figure"]
        console.next(f"leaderstream figure {result.folder} {first} --out {first}.svg")


def _lines(row: dict[str, Any]) -> list[str]:
    lines = [f"{row['figure']:<18} {row['shows']}", f"{'':<18}   {row['question']}"]
    lines += [
        f"{'':<18}   --choice {place}: {text}" for place, text in enumerate(row["choices"], start=1)
    ]
    if row.get("issues"):
        lines.append(f"{'':<18}   --issue {', '.join(map(str, row['issues']))}")
    return [printable(line) for line in lines]
