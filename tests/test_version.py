"""The version of the model changes with what decides results, and with nothing else."""

from __future__ import annotations

import ast
import json
import shutil
from pathlib import Path

import pytest

import sim
from sim import version
from sim.version import DECIDING, canonical, model_version, sources, version_of

SIM = Path(sim.__file__).parent

# What the drivers import beside the sources that decide results, and why that does not enter the
# version.
EXEMPT = {
    "sim.cards": "what an organisation looks like in a notebook",
    "sim.errors": "words",
    "sim.files": "whether a file can be read; what it holds is in the key of a run, resolved",
    "sim.scenario": "what it makes of a file is in the key of a run, resolved",
    "sim.texts": "words",
}

SAMPLE = '''
"""What this is."""
from __future__ import annotations

WEIGHTS = {"a": (1, -2.5e-3), "b": None}
"""What they are."""


class Mind:
    """A mind."""

    def weigh(self, *ideas: float, by: str = "merit", **more) -> float:
        """The weight."""
        # In order.
        total = 0.0
        for i, x in enumerate(ideas):
            total += x * WEIGHTS["a"][i % 2] if x > 0 and not more else ~i
        many = (n := len(ideas)) >= 3
        return f"{total!r:>{10}}: {by}" "s" if many else [lambda y: y ** n, ..., b"\\x00", 1j]
'''


@pytest.fixture
def copy(tmp_path):
    for path in sources(SIM):
        target = tmp_path / path.relative_to(SIM)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
    return tmp_path


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """The same files with next to nothing in them."""
    root = tmp_path_factory.mktemp("small")
    for path in sources(SIM):
        target = root / path.relative_to(SIM)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text("x = 1\n", encoding="utf-8")
    return root


def edit(root, name, old, new):
    text = (root / name).read_text(encoding="utf-8")
    assert old in text
    (root / name).write_text(text.replace(old, new, 1), encoding="utf-8")


def test_it_is_that_of_the_sources(copy):
    assert model_version() == version_of(copy)
    assert len(model_version()) == 16
    assert set(model_version()) <= set("0123456789abcdef")


def test_it_is_worked_out_once_for_the_same_bytes(small, tmp_path, monkeypatch):
    worked_out = []

    def counted(root, names):
        worked_out.append(version_of(root, names))
        return worked_out[-1]

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(version, "version_of", counted)
    first = version._remembered(small, DECIDING)
    assert version._remembered(small, DECIDING) == first and worked_out == [first]
    kept = tmp_path / "leaderstream" / version.FILE
    (key,) = json.loads(kept.read_text())
    for broken in ("", "[]", "{", json.dumps({key: 1}), json.dumps({key: "short"})):
        kept.write_text(broken)
        assert version._remembered(small, DECIDING) == first
    assert len(worked_out) == 6
    before = (small / "clock.py").read_text()
    (small / "clock.py").write_text("x = 3\n")
    assert version._remembered(small, DECIDING) == worked_out[-1] != first
    (small / "clock.py").write_text(before)
    assert version._remembered(small, DECIDING) == first and len(worked_out) == 7
    assert len(json.loads(kept.read_text())) == 2


def test_words_for_people_and_layout_do_not_change_it(copy):
    before = version_of(copy)
    for path in sources(copy):
        text = path.read_text(encoding="utf-8")
        path.write_text("# A comment.\n\n" + text + "\n# Another.\n\n", encoding="utf-8")
    edit(copy, "rules/closing.py", '"""', '"""Something else. ')
    edit(copy, "outcome.py", '"""One row an issue', '"""A row an issue')
    edit(copy, "arithmetic.py", "\n\n\n", "\n\n\n\n")
    assert version_of(copy) == before


@pytest.mark.parametrize("path", [path.relative_to(SIM).as_posix() for path in sources(SIM)])
def test_every_source_counts(small, path):
    before = version_of(small)
    (small / path).write_text("x = 2\n", encoding="utf-8")
    assert version_of(small) != before


def test_of_a_measure_counts_what_it_is_taken_over_but_no_word(copy):
    before = version_of(copy)
    edit(copy, "measures.py", 'title="Decision quality"', 'title="Quality", digits=2')
    assert version_of(copy) == before
    edit(copy, "measures.py", '"quality",\n        RESOLVED', '"quality",\n        COHORT')
    assert version_of(copy) != before


def test_a_further_a_renamed_and_a_missing_file_are_noticed(small):
    before = version_of(small)
    (small / "rules" / "further.py").write_text("", encoding="utf-8")
    further = version_of(small)
    (small / "rules" / "further.py").rename(small / "rules" / "renamed.py")
    assert len({before, further, version_of(small)}) == 3
    (small / "rules" / "renamed.py").unlink()
    assert version_of(small) == before
    (small / "clock.py").rename(small / "watch.py")
    with pytest.raises(FileNotFoundError):
        version_of(small)
    (small / "watch.py").rename(small / "clock.py")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("x = 1", "x = 1.0"),
        ("x = 1", "x = True"),
        ("x = ['']", "x = []"),
        ("x = f'{a}'", "x = f'{a} '"),
        ("x = '1'", "x = 1"),
        ("x = 0.1", "x = 0.10000000000000002"),
        ("x = a + b", "x = a - b"),
        ("x = a, b", "x = [a, b]"),
        ("x = a + (b + c)", "x = a + b + c"),
        ("f(a, b=1)", "f(a, c=1)"),
        ("def f(a, /): return a", "def f(a): return a"),
        ("def f(a=1, *, b): pass", "def f(a, *, b=1): pass"),
        ("if a:\n    b\nc", "if a:\n    b\n    c"),
        ("@rule\ndef f(): pass", "def f(): pass"),
        ("f('text')", "f('other')"),
        ("return_ = None", "return_: None"),
        ("x = {**a, 'b': 1}", "x = {'b': 1, **a}"),
        ("for a in b: pass\nelse: c", "for a in b: pass\nc"),
    ],
)
def test_what_means_something_else_is_spelled_otherwise(one, other):
    assert canonical(one) != canonical(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("x = 1", "x  =  (1)  # one"),
        ("x = 'a'", 'x = "a"'),
        ("x = 1000", "x = 1_000"),
        ("def f():\n  'said'\n  return 1", "def f():\n    return 1"),
        ("class A:\n  x = 1\n  'said'", "class A:\n  x = 1"),
        ("f(a,\n  b)", "f(a, b,)"),
    ],
)
def test_what_means_the_same_is_spelled_the_same(one, other):
    assert canonical(one) == canonical(other)


def test_the_spelling_is_the_same_in_every_version_of_python():
    import hashlib

    assert hashlib.sha256(canonical(SAMPLE).encode()).hexdigest()[:16] == "07b217d689883cb5"


def modules(path):
    """The modules of `sim` that a file imports, at its top or within."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_nothing_that_the_deciding_sources_import_is_forgotten():
    deciding = tuple("sim." + name.removesuffix(".py").replace("/", ".") for name in DECIDING)
    used = {
        module for path in sources(SIM) for module in modules(path) if module.startswith("sim.")
    }
    unknown = {
        name
        for name in used
        if not any(f"{name}.".startswith(f"{known}.") for known in (*deciding, *EXEMPT))
    }
    assert unknown == set()
    assert any(name.startswith("sim.scenario") for name in used)
