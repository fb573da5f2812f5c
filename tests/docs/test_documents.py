"""What the documents say holds: commands and snippets run, generated parts are current, links lead
somewhere."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from itertools import pairwise

import pytest
from documents import DOCUMENTS, ROOT, anchors, blocks, commands, links, text_of, words
from drivers.ready import make_ready
from typer.testing import CliRunner

import sim
from sim.extension import allow
from sim.scenario import Scenario
from sim.scenario.explain import explain, keys

sys.path.append(str(ROOT / "docs"))
import generate

by_name = pytest.mark.parametrize(
    "document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix()
)

SHORT = {"clock.horizon": "3w", "clock.warmup": "1w", "claims": "[]"}
SHORTER = [word for key, value in SHORT.items() for word in ("--set", f"{key}={value}")]
VARIED = "variants.cautious.consensus.with.patience"
FEW = ["--workers", "1", "--replications", "2"]
SETTING_UP = ("python3 -m venv ", "source ", "pip install ")


@pytest.fixture(scope="module")
def kernel():
    """The compiled engine, which plays all that has no custom rules."""
    make_ready()


@pytest.fixture
def desk(tmp_path, monkeypatch, kernel):
    """A current folder with the shipped scenarios, where no browser opens and no server stays; no
    file of rules is loaded yet."""

    def interrupted(server):
        raise KeyboardInterrupt

    shutil.copytree(ROOT / "scenarios", tmp_path / "scenarios")
    monkeypatch.chdir(tmp_path)
    for name in ("_allowed", "_origins"):
        monkeypatch.setattr(f"sim.extension.files.{name}", {})
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "no-configuration"))
    monkeypatch.setattr("sim.compiler.is_cached", lambda: False)
    monkeypatch.setattr("sim.commands.serve._app", lambda *arguments: None)
    monkeypatch.setattr("http.server.HTTPServer.serve_forever", interrupted)
    monkeypatch.setattr("webbrowser.open", lambda address: address.startswith("file:"))
    return tmp_path


def engine(custom: object) -> str:
    """The fast engine, unless custom rules would have to be compiled for it."""
    return "mesa" if custom else "compiled"


def shortened(arguments: list[str]) -> list[str]:
    """The same call of `run`, `audit` or `bridges` with few, short replications, too few to test
    claims, of `verify` for little work, or of `serve` at any port."""
    played = ["--engine", engine("--rules" in arguments)]
    if arguments[0] == "verify":
        return [*arguments, *played, *FEW[:2]]
    if arguments[0] == "serve":
        return [*arguments, "--port", "0"]
    if arguments[0] == "sweep" and "--rules" in arguments:
        few = [
            *played,
            *FEW[:2],
            "--set",
            "sweep.replications=2",
            "--set",
            f"sweep.vary={{{VARIED}: [50%]}}",
        ]
        return [*arguments, *few, *SHORTER]
    if arguments[0] == "bridges":
        return [*arguments, *played, *FEW, "--candidates", "2", *SHORTER]
    if arguments[0] not in ("run", "audit"):
        return arguments
    return [*arguments, *played, *FEW, *SHORTER]


def obey(command: str) -> None:
    """Run a command of a document, or check that what it needs is there; AssertionError when it
    fails."""
    if command.startswith(SETTING_UP):
        return
    (name, *arguments), goes_to = words(command)
    if name == "make":
        assert re.search(rf"^{arguments[0]}:", (ROOT / "Makefile").read_text(), re.MULTILINE), (
            command
        )
        if shutil.which("make"):
            dry = subprocess.run(
                ["make", "-n", *arguments], cwd=ROOT, capture_output=True, text=True
            )
            assert dry.returncode == 0, f"{command}\n{dry.stderr}"
    elif name == ".venv/bin/python":
        called = [
            sys.executable,
            *arguments,
            *(["-p", "no:cacheprovider"] if "pytest" in arguments else []),
        ]
        run = subprocess.run(called, cwd=ROOT, capture_output=True, text=True)
        assert run.returncode == 0, f"{command}\n{run.stdout}"
    elif name == "pytest":
        called = [sys.executable, "-m", "pytest", "-q", "-n0", "-p", "no:cacheprovider", *arguments]
        run = subprocess.run(
            called, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": f"{ROOT}:."}
        )
        assert run.returncode == 0, run.stdout
    elif name == "python":
        run = subprocess.run(
            [sys.executable, ROOT / arguments[0], "--help"], capture_output=True, text=True
        )
        options = [word for word in arguments if word.startswith("--")]
        assert run.returncode == 0 and all(option in run.stdout for option in options), command
    else:
        assert name == "leaderstream", f"no rule for how to test: {command}"
        from sim.commands.app import app

        result = CliRunner().invoke(app, shortened(arguments), catch_exceptions=False)
        assert result.exit_code == 0, f"{command}\n{result.stderr}"
        if goes_to:
            with open(goes_to, "w", encoding="utf-8") as stream:
                stream.write(result.stdout)


def keep(block, desk) -> bool:
    """Write a snippet that opens with the name of a file into it, and allow scenarios to name its
    rules."""
    name = re.match(r"# (\S+\.py)\n", block.text)
    if name:
        (desk / name[1]).write_text(block.text, encoding="utf-8")
        if not name[1].startswith("test_"):
            allow(desk / name[1])
    return name is not None


@pytest.mark.slow
@by_name
def test_every_command_of_a_document_runs_in_the_order_it_stands_in(document, desk):
    text = text_of(document)
    for block in blocks(text, "sh", "console", "yaml", "python"):
        if block.language == "yaml":
            name = re.match(r"# (\S+\.yaml)\n", block.text)
            assert name, (
                f"{document.name}:{block.line}: a scenario opens with a comment that names its file"
            )
            (desk / name[1]).write_text(block.text, encoding="utf-8")
            Scenario.load(desk / name[1])
        elif block.language == "python":
            keep(block, desk)
        else:
            for command in commands(block):
                obey(command)


@pytest.mark.slow
@by_name
def test_every_python_snippet_of_a_document_runs(document, desk, monkeypatch, capsys):
    full = sim.run

    def short(scenario, **settings):
        """`run` itself, with its own settings for little work."""
        few = Scenario.from_dict(scenario.resolved(), scenario.folder, SHORT)
        little = {"replications": 2, "engine": engine(few.rule_files), "workers": 1}
        return full(few, **{**settings, **little})

    monkeypatch.setattr(sim, "run", short, raising=False)
    for block in blocks(text_of(document), "python", "yaml"):
        if block.language == "yaml":
            (desk / block.text.splitlines()[0].removeprefix("# ")).write_text(
                block.text, encoding="utf-8"
            )
            continue
        if keep(block, desk):
            continue
        exec(compile(block.text, f"{document.name}:{block.line}", "exec"), {"__name__": "snippet"})
        assert ("print(" not in block.text) or capsys.readouterr().out


@pytest.mark.slow
def test_generated_parts_are_current():
    assert generate.outdated(ROOT) == []


def test_a_part_that_is_out_of_date_is_noticed():
    text = "a\n<!-- begin rules -->\n\nold\n\n<!-- end rules -->\nb"
    assert generate.put(text, "rules", "new") == text.replace("old", "new")
    assert generate.put(text, "rules", "old") == text
    for broken in ("", text + text, "<!-- end rules --><!-- begin rules -->"):
        with pytest.raises(ValueError, match="expected"):
            generate.put(broken, "rules", "new")


def test_the_list_of_parameters_has_every_key_that_holds_a_value():
    table = generate.parameters()
    for key in keys():
        of_a_kind = re.match(r"issues\.NAME\.(power|consensus)\.", key)
        listed = re.search(rf"^- `{re.escape(key)}`[ :]", table, re.MULTILINE) is not None
        assert listed == (not of_a_kind and explain(key).type != "mapping"), key


def test_the_validation_shown_has_every_row_on_both_drivers():
    from sim.shipped import shipped
    from sim.validation import CHECKS, rows_of
    from sim.validation.table import number

    part = text_of(ROOT / "docs" / "model.md").partition("<!-- begin validation -->")[2]
    shown = part.partition("<!-- end validation -->")[0].splitlines()
    rows = rows_of(CHECKS, shipped("theory"))
    for row in rows:
        words_shown = [
            line.strip().removeprefix(row.setting).split()
            for line in shown
            if f"  {row.setting}  " in line
        ]
        assert [(words[0], words[-1]) for words in words_shown] == [
            ("mesa", "pass"),
            ("compiled", "pass"),
        ], row.name
        assert all(number(row.exact) in words for words in words_shown), row.name
    assert sum(line.endswith("  pass") for line in shown) == 2 * len(rows)


@by_name
def test_links_lead_to_files_and_headings_that_exist(document):
    for target in links(text_of(document)):
        path, _, anchor = target.partition("#")
        there = document.parent / path if path else document
        assert there.exists(), f"{document.name}: {target}"
        if anchor:
            assert anchor in anchors(text_of(there)), f"{document.name}: {target}"


@by_name
def test_tests_that_a_document_names_exist(document):
    for path, name in re.findall(r"`(tests/[\w./]*)(?:(?:::|`\s+\(`)(\w+))?`", text_of(document)):
        assert (ROOT / path).exists(), f"{document.name}: {path}"
        if name:
            text = text_of(ROOT / path)
            assert f"def {name}(" in text, f"{document.name}: {path}::{name}"


def shown_run(document):
    """The block of a document that shows what `run` prints of the flagship."""
    found = blocks(text_of(document), "text")
    return next(block for block in found if block.text.startswith("$ leaderstream run"))


def test_the_readme_is_short_and_its_output_is_part_of_what_is_shown_in_full():
    lines = text_of(ROOT / "README.md").splitlines()
    assert len(lines) < 120 and max(map(len, lines)) <= 80
    command, *part = shown_run(ROOT / "README.md").text.splitlines()
    whole = shown_run(ROOT / "docs" / "running.md").text.splitlines()
    place = whole.index("In short")
    assert command == whole[0] and part == whole[place : place + len(part)] and len(part) == 11


@pytest.mark.slow
def test_the_output_shown_looks_like_what_the_command_prints(desk):
    shown = shown_run(ROOT / "docs" / "running.md")
    command, *lines = shown.text.splitlines()
    from sim.commands.app import app

    printed = CliRunner().invoke(app, shortened(words(command.removeprefix("$ "))[0][1:])).stdout
    said = " ".join(printed.split())
    (place,) = (
        place for place, line in enumerate(lines) if line.split()[:2] == ["quality", "delay"]
    )
    assert "In short" in lines and "In short" in printed.splitlines()
    assert " ".join(lines[place].split()) in said
    rows = lines[place + 1 : next(at for at, line in enumerate(lines) if line.startswith("±"))]
    assert len(rows) == 6
    for row in rows:
        assert re.search(rf"^{row.split()[0]} .*\d±\d", printed, re.MULTILINE)
    assert "more: --details" in printed and lines[-1].startswith("more: --details")


def test_what_import_and_fit_print_is_shown_as_it_is(desk):
    from sim.commands.app import app

    shown = blocks(text_of(ROOT / "docs" / "own-organisation.md"), "sh", "text")
    for before, block in pairwise(shown):
        if block.language == "text":
            ((_, *arguments), _) = words(commands(before)[0])
            printed = CliRunner(env={"COLUMNS": "80"}).invoke(app, arguments).stdout
            assert block.text.strip() in printed, f"own-organisation.md:{block.line}\n{printed}"


def test_every_target_that_generates_is_listed_and_every_generator_has_one():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = dict(re.findall(r"^([a-z]+):.*?## (.+)$", makefile, re.MULTILINE))
    phony = re.search(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)
    assert phony and set(phony[1].split()) == set(targets), "what `make help` lists"
    for generator in ("generate.py", "reference.py", "execute.py", "gallery.py"):
        assert f"docs/{generator}" in makefile and (ROOT / "docs" / generator).is_file()
    assert "-m sim.scenario.schema" in makefile and "docs/picture.png" in makefile


def test_the_map_for_contributors_names_what_there_is():
    named = set(
        re.findall(
            r"`((?:sim|tests|docs|scenarios|benchmarks)/[\w/.]*)`",
            text_of(ROOT / "CONTRIBUTING.md"),
        )
    )
    patterns = {
        "sim/commands/NAME.py",
        "sim/rules/FAMILY.py",
        "sim/sources/NAME.py",
        "sim/dashboard/figures/run/NAME.py",
    }
    assert patterns < named
    assert [name for name in sorted(named - patterns) if not (ROOT / name).exists()] == []
    folders = {
        f"sim/{path.name}/" for path in (ROOT / "sim").iterdir() if (path / "__init__.py").is_file()
    }
    small = {"sim/demand/", "sim/replays/", "sim/story/", "sim/theory/", "sim/validation/"}
    assert folders - named <= small


def test_the_map_of_the_house_has_every_floor():
    from house import HEIGHT

    text = text_of(ROOT / "docs" / "design.md")
    for name in HEIGHT:
        path = ROOT / name.replace(".", "/")
        if path.is_dir() or path.with_suffix(".py").is_file():
            assert re.search(rf"`{name.replace('.', '/')}(/|\.py)`", text), name


@by_name
def test_no_line_of_a_document_is_longer_than_100(document):
    text = text_of(document)
    # The output of `leaderstream validate` is wider, and shown as it is printed.
    text = re.sub(r"<!-- begin validation -->.*?<!-- end validation -->", "", text, flags=re.DOTALL)
    assert [line for line in text.splitlines() if len(line) > 100] == []


def places_of(text: str) -> list[tuple[str, list[str]]]:
    """The paths of 'Where things are' with the names in the brackets after each."""
    part = text.partition("\n## Where things are\n")[2].partition("\n## ")[0]
    flat = " ".join(part.split())
    places = re.findall(r"`((?:sim|tests)/[\w./]*)`(?: \(((?:`\w+`(?:, )?)+)\))?", flat)
    return [(path, re.findall(r"\w+", names)) for path, names in places]


def test_where_things_are_names_files_and_functions_that_exist():
    places = places_of(text_of(ROOT / "docs" / "design.md"))
    assert sum(len(names) for _, names in places) > 30
    for path, names in places:
        there = ROOT / path
        assert there.exists(), path
        for name in names:
            declared = rf"^\s*(def|class) {name}\b|^{name}\b.*="
            assert re.search(declared, text_of(there), re.MULTILINE), f"{path}: {name}"


def test_a_place_that_does_not_exist_is_found():
    text = (
        "\n## Where things are\n- A? `sim/a.py` (`one`,\n  `two`), `sim/b/`.\n## More\n`sim/c.py`"
    )
    assert places_of(text) == [("sim/a.py", ["one", "two"]), ("sim/b/", [])]
