"""Runs the notebooks of docs/notebooks and stores what they answer, the same bytes whenever nothing
changed.

    python docs/execute.py                               # all of them
    python docs/execute.py docs/notebooks/1-first-run.ipynb

Each runs in a kernel and an empty folder of its own. What differs from run to run or from machine
to machine is not stored: progress, times, the names of kernels and cells. Interactive figures are
stored as pictures, which needs kaleido and a Chrome or Chromium; whoever runs the notebook gets
them whole.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "notebooks"
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

FIGURE = "application/vnd.plotly.v1+json"
SECONDS = 600
"""How long a cell may take: the first run on a machine compiles the simulator."""
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"file_extension": ".py", "mimetype": "text/x-python", "name": "python"},
}
_WIDTH = 800
_UID = re.compile(r'id="(?:defs-|clip)([0-9a-f]{6})"')
_TRACE = re.compile(r"\btrace[0-9a-f]{6}\b")


def notebooks() -> list[Path]:
    """The notebooks, in order of name."""
    return sorted(FOLDER.glob("*.ipynb"))


def executed(path: Path, folder: Path) -> Any:
    """The notebook after a run in `folder`; CellExecutionError with the cell and its error where
    one fails.

    It uses this checkout, whatever is installed, and the kernel of this Python.
    """
    import nbformat
    from nbclient import NotebookClient
    from traitlets.config import Config

    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    # Figures come as data alone: the page of each would hold the whole of plotly.js.
    env = os.environ | {"PYTHONPATH": os.pathsep.join(paths), "PLOTLY_RENDERER": "plotly_mimetype"}
    notebook = nbformat.read(path, as_version=4)
    where = {"metadata": {"path": str(folder)}}
    with tempfile.TemporaryDirectory() as sockets:
        # Files as sockets: what a kernel is told to do passes no network, not even that of this
        # machine alone.
        how = Config(KernelManager={"transport": "ipc", "ip": f"{sockets}/kernel"})
        # What a cell prints is one output, however many pieces it came in.
        options: dict[str, Any] = {
            "kernel_name": "python3",
            "timeout": SECONDS,
            "coalesce_streams": True,
        }
        client = NotebookClient(notebook, resources=where, config=how, **options)
        client.execute(env=env)
    return notebook


def outputs(notebook: Any) -> list[Any]:
    """All outputs of a notebook, cell after cell."""
    return [output for cell in notebook.cells for output in cell.get("outputs", ())]


def is_progress(output: Any) -> bool:
    """Whether an output is the line that says how far a run is."""
    from sim.progress import MARK

    return any(output.get("metadata", {}).get(key) == value for key, value in MARK.items())


def is_passing(output: Any) -> bool:
    """Whether an output says something of this run or machine only: progress, and warnings of other
    packages."""
    return is_progress(output) or output.get("name") == "stderr"


def stripped(notebook: Any) -> Any:
    """The notebook without what differs from run to run, its figures as pictures; changed in
    place."""
    notebook.metadata.clear()
    notebook.metadata.update(METADATA)
    for place, cell in enumerate(notebook.cells, start=1):
        cell["id"] = f"cell-{place}"
        cell.metadata.clear()
        if "outputs" in cell:
            cell.outputs = [_stored(output) for output in cell.outputs if not is_passing(output)]
    return notebook


def _stored(output: Any) -> Any:
    output.get("metadata", {}).clear()
    data = output.get("data", {})
    if FIGURE in data:
        figure = data.pop(FIGURE)
        data.clear()
        data["image/svg+xml"] = picture(figure)
        data["text/plain"] = "<a figure>"
    return output


def picture(figure: Any) -> str:
    """A Plotly figure, as data, as SVG with the same bytes every time."""
    import plotly.graph_objects as go

    from sim.dashboard.picture import content

    drawn = go.Figure({"data": figure["data"], "layout": figure["layout"]})
    return steady(content(drawn, "svg", "", _WIDTH).decode())


def steady(svg: str) -> str:
    """Plotly's SVG with the identifiers that it draws at random made from its content."""
    traces = {
        name: f"trace-{place}" for place, name in enumerate(dict.fromkeys(_TRACE.findall(svg)))
    }
    svg = _TRACE.sub(lambda found: traces[found[0]], svg)
    for place, uid in enumerate(dict.fromkeys(_UID.findall(svg))):
        svg = re.sub(f"(?<=[-a-z]){uid}", f"UID-{place}-", svg)
    return svg.replace("UID", hashlib.sha256(svg.encode()).hexdigest()[:6])


def store(path: Path) -> None:
    """Run a notebook and write it back."""
    import nbformat

    with tempfile.TemporaryDirectory() as folder:
        notebook = executed(path, Path(folder))
    text = nbformat.writes(stripped(notebook)).rstrip() + "\n"
    path.write_text(text, encoding="utf-8")


def main() -> int:
    """Run and store the notebooks that are named, or all."""
    parser = argparse.ArgumentParser(description="Run the notebooks and store their outputs.")
    parser.add_argument(
        "files", nargs="*", type=Path, help="the notebooks (default: all of docs/notebooks)"
    )
    for path in parser.parse_args().files or notebooks():
        store(path)
        print(f"{path.name}: run and stored, {path.stat().st_size / 1000:.0f} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
