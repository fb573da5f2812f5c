"""The notebooks of docs/notebooks: they run, what they answered is stored, and nothing in it tells
of a machine."""

from __future__ import annotations

import getpass
import socket
import sys
from pathlib import Path

import nbformat
import pytest
from documents import ROOT, links

sys.path.append(str(ROOT / "docs"))
import execute

MOST_BYTES = 300_000
by_name = pytest.mark.parametrize("path", execute.notebooks(), ids=lambda path: path.name)


def code(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def texts(output) -> str:
    """All that an output shows, as one text."""
    return "\n".join(
        [
            output.get("text", ""),
            *(str(value) for _, value in sorted(output.get("data", {}).items())),
        ]
    )


def words(output) -> list[str]:
    """What an output says as plain text, whatever its layout."""
    return f"{output.get('text', '')} {output.get('data', {}).get('text/plain', '')}".split()


@pytest.mark.slow
@by_name
def test_a_notebook_runs_in_an_empty_folder_and_answers_as_it_did(path, tmp_path):
    stored = nbformat.read(path, as_version=4)
    fresh = execute.executed(path, tmp_path)
    assert any(execute.is_progress(output) for output in execute.outputs(fresh))
    assert not any(output.output_type == "error" for output in execute.outputs(fresh))
    for was, now in zip(code(stored), code(fresh), strict=True):
        shown = [output for output in now.outputs if not execute.is_passing(output)]
        assert [output.output_type for output in was.outputs] == [
            output.output_type for output in shown
        ], was.source
        for old, new in zip(was.outputs, shown, strict=True):
            if execute.FIGURE in new.get("data", {}):
                assert "image/svg+xml" in old.data
            else:
                assert words(old) == words(new), f"{was.source}\nIf this is meant: make notebooks"
                assert set(old.get("data", {})) == set(new.get("data", {})), was.source


@by_name
def test_a_notebook_is_stored_whole_and_small(path):
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    cells = code(notebook)
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    assert cells and all(
        cell.outputs for cell in cells if not cell.source.startswith(("import ", "def "))
    )
    assert notebook.cells[0].cell_type == "markdown" and notebook.cells[0].source.startswith("# ")
    assert path.stat().st_size < MOST_BYTES
    assert notebook.metadata == execute.METADATA
    assert not any(cell.metadata for cell in notebook.cells)


@by_name
def test_nothing_stored_tells_of_a_machine_or_asks_a_network(path):
    text = path.read_text(encoding="utf-8")
    notebook = nbformat.read(path, as_version=4)
    shown = "\n".join(texts(output) for output in execute.outputs(notebook))
    for private in (
        str(ROOT),
        str(Path.home()),
        "/tmp/",
        socket.gethostname(),
        f"/{getpass.getuser()}/",
        "0x7f",
    ):
        assert private not in text, private
    assert "<script" not in shown
    addresses = shown.replace("http://www.w3.org/2000/svg", "").replace(
        "http://www.w3.org/1999/xlink", ""
    )
    assert "http" not in addresses


@by_name
def test_links_of_a_notebook_lead_somewhere(path):
    for cell in nbformat.read(path, as_version=4).cells:
        for target in links(cell.source) if cell.cell_type == "markdown" else ():
            assert (path.parent / target).exists(), target


def test_what_is_stored_keeps_the_answers_alone():
    from sim.progress import MARK

    progress = nbformat.v4.new_output(
        "display_data", {"text/plain": "3/3 runs, 8.1/s"}, metadata=MARK
    )
    warning = nbformat.v4.new_output("stream", name="stderr", text="/home/somebody/x.py: warning")
    answer = nbformat.v4.new_output(
        "execute_result", {"text/plain": "42"}, execution_count=1, metadata={"a": 1}
    )
    cell = nbformat.v4.new_code_cell(
        "6 * 7", outputs=[progress, warning, answer], execution_count=1
    )
    cell.metadata["execution"] = {"shell.execute_reply": "2026-01-01T00:00:00Z"}
    mine = {"kernelspec": {"name": "mine", "display_name": "Mine"}, "language": "x"}
    notebook = nbformat.v4.new_notebook(cells=[cell], metadata=mine)
    execute.stripped(notebook)
    assert [output.data for output in notebook.cells[0].outputs] == [{"text/plain": "42"}]
    assert notebook.metadata == execute.METADATA and notebook.cells[0].id == "cell-1"
    assert not notebook.cells[0].metadata and not notebook.cells[0].outputs[0].metadata


def test_a_picture_has_no_identifiers_drawn_at_random():
    drawn = (
        '<defs id="defs-{0}"><path id="clip{0}xy"/><path id="clip{1}"/></defs><g '
        'class="trace{2} trace{3}"/>'
    )
    one = drawn.format("a1b2c3", "123456", "0f0f0f", "1e1e1e")
    again = drawn.format("d00d1e", "654321", "aaaaaa", "bbbbbb")
    assert execute.steady(one) == execute.steady(again) != one
    assert "trace-0 trace-1" in execute.steady(one) and "a1b2c3" not in execute.steady(one)
    assert execute.steady(one.replace("xy", "xyz")) != execute.steady(again)
