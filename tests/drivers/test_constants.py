"""A number that both drivers know by a name stands once, below both."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def constants(source: str) -> set[str]:
    """The names in capitals that a module itself gives a number, or several at once."""
    names = set()
    for node in ast.parse(source).body:
        targets = (
            node.targets
            if isinstance(node, ast.Assign)
            else [node.target]
            if isinstance(node, ast.AnnAssign)
            else []
        )
        for target in targets:
            given = target.elts if isinstance(target, ast.Tuple) else [target]
            names |= {name.id for name in given if isinstance(name, ast.Name)}
    return {name for name in names if name.strip("_").isupper()}


def of_driver(folder: str) -> dict[str, list[str]]:
    """The constants that a driver's modules define, and in which files."""
    files: dict[str, list[str]] = {}
    for path in sorted((ROOT / "sim" / folder).rglob("*.py")):
        for name in constants(path.read_text(encoding="utf-8")):
            files.setdefault(name, []).append(path.name)
    return files


def test_no_constant_stands_in_both_drivers():
    agents, kernel = of_driver("agents"), of_driver("kernel")
    assert kernel["TICK"] == ["state.py"]
    assert {name: (agents[name], kernel[name]) for name in agents.keys() & kernel.keys()} == {}


def test_constants_are_found_however_they_are_written():
    source = "A = 1\nB, C = range(2)\n_D: float = 2.0\nlower = 3\ndef f():\n    E = 4\n"
    assert constants(source) == {"A", "B", "C", "_D"}


def test_neither_driver_compares_a_code_with_a_bare_number():
    """A rule, a state, a fallback, a kind of message or of closing has a name everywhere."""
    codes = {"rule", "state", "closed_by", "decider", "what", "consensus", "fallback", "power"}
    codes |= {"voice", "choose", "type", "affects", "influence", "best_chair"}
    for folder in ("agents", "kernel"):
        for path in sorted((ROOT / "sim" / folder).rglob("*.py")):
            assert bare(path.read_text(encoding="utf-8"), codes) == [], path


def bare(source: str, codes: set[str]) -> list[str]:
    """Where an attribute of one of these names meets a whole number."""
    comparisons = []
    for node in ast.walk(ast.parse(source)):
        sides: list[ast.expr] = []
        if isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
        elif isinstance(node, ast.Assign):
            sides = [*node.targets, node.value]
        # Of k.power[kind], the attribute below the subscript.
        plain = [side.value if isinstance(side, ast.Subscript) else side for side in sides]
        named = [side.attr for side in plain if isinstance(side, ast.Attribute)]
        if codes & set(named) and any(_is_whole(side) for side in sides):
            comparisons.append(ast.unparse(node))
    return comparisons


def _is_whole(node: ast.expr) -> bool:
    if isinstance(node, ast.UnaryOp):
        node = node.operand
    return isinstance(node, ast.Constant) and type(node.value) is int


def test_bare_codes_are_found():
    source = "issue.closed_by = 5\nif k.power[kind] == 3 or issue.decider == -2: pass\n"
    source += "issue.rounds = 2\n"
    comparisons = bare(source, {"closed_by", "power", "decider"})
    assert sorted(comparisons) == [
        "issue.closed_by = 5",
        "issue.decider == -2",
        "k.power[kind] == 3",
    ]
