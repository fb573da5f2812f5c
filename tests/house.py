"""The rules of the house that no general tool checks: imports point downward, results stay
reproducible.

Run as a script (`python tests/house.py`) it prints every offence and exits 1 when there is one.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# From the ground up. A module may import from every row below its own and from its own package;
# modules of one row do not import one another.
FLOORS = (
    (
        "sim.errors",
        "sim.linking",
        "sim.clock",
        "sim.version",
        "sim.texts",
        "sim.partial_files",
        "sim.progress",
        "sim.measures",
    ),
    ("sim.compiler", "sim.shipped", "sim.cards", "sim.files", "sim.limits"),
    ("sim.arithmetic",),
    ("sim.draws",),
    ("sim.rules",),
    ("sim.extension",),
    ("sim.world",),
    ("sim.organization",),
    ("sim.scenario", "sim.theory"),
    ("sim.sources",),
    ("sim.outcome",),
    ("sim.parameters",),
    ("sim.agents", "sim.kernel"),
    ("sim.tables", "sim.comparison", "sim.demand"),
    ("sim.seal",),
    ("sim.results",),
    ("sim.runner",),
    ("sim.story", "sim.experiments", "sim.validation", "sim.patterns"),
    ("sim.replays", "sim.exchange", "sim.fitting"),
    ("sim.dashboard", "sim.reading"),
    ("sim.api",),
    ("sim.live",),
    ("sim.testing",),
    ("sim.commands",),
    ("cli", "sim.__main__"),
)
HEIGHT = {name: height for height, row in enumerate(FLOORS) for name in row}

# Where results must have the same bytes on every machine and Python.
REPRODUCIBLE = ("sim/rules", "sim/world", "sim/draws.py", "sim/arithmetic.py")
# sqrt is exactly rounded everywhere; nothing else in math is.
EXACT_IN_MATH = {"sqrt"}

# Where measures are declared, and what fills the records of an outcome, whose fields have the same
# names.
MEASURES = "sim/measures.py"
RECORDS = ("sim/outcome.py", "sim/agents/measures.py", "sim/kernel/driver.py")


def home(module: str) -> str | None:
    """The entry of FLOORS that a dotted module name belongs to, or None when it has no floor."""
    parts = module.split(".")
    names = (".".join(parts[:count]) for count in range(len(parts), 0, -1))
    return next((name for name in names if name in HEIGHT), None)


def module_name(path: Path) -> str:
    """The dotted name of a file given relative to the root: sim/rules/power.py is
    sim.rules.power."""
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(tree: ast.AST, package: str) -> Iterator[tuple[int, str]]:
    """(line, module) of every import, also the lazy ones inside functions, relative ones made
    absolute.

    `from sim import runner` counts as an import of sim.runner when there is such a floor, else of
    sim.
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = package.split(".")
                above = above[: len(above) - node.level + 1]
                base = ".".join([*above, base] if base else above)
            for alias in node.names:
                deeper = f"{base}.{alias.name}"
                yield node.lineno, deeper if deeper in HEIGHT else base


def upward_imports(source: str, path: Path) -> list[str]:
    """What is wrong with the imports of one file, as 'path:line: message'; empty when nothing
    is."""
    module = module_name(path)
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    here = home(module)
    if module == "sim":
        return []  # the front door: its names are loaded on demand from any floor
    if here is None:
        return [f"{path}:1: {module} has no floor; give it one in tests/house.py"]
    offences = []
    for line, target in imports(ast.parse(source), package):
        there = home(target)
        if target.split(".")[0] not in ("sim", "cli") or there == here:
            continue
        if there is None:
            if target != "sim":
                offences.append(f"{path}:{line}: imports {target}, which has no floor")
        elif HEIGHT[there] >= HEIGHT[here]:
            offences.append(
                f"{path}:{line}: {here} must not import {there}: imports only point downward"
            )
    return offences


def private_imports(source: str, path: Path, known: set[str]) -> list[str]:
    """Imports of a module whose name begins with an underscore, from outside its package. `known`:
    the dotted names of all modules."""
    here, offences = module_name(path), []
    package = here if path.name == "__init__.py" else here.rpartition(".")[0]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and not node.level:
            base = node.module or ""
            deeper = [f"{base}.{alias.name}" for alias in node.names]
            names = [name if name in known else base for name in deeper]
        else:
            continue
        for name in dict.fromkeys(names):
            parts = name.split(".")
            private = next((at for at, part in enumerate(parts) if part.startswith("_")), None)
            if private is None or name.startswith("__"):
                continue
            owner = ".".join(parts[:private])
            if package != owner and not package.startswith(f"{owner}."):
                offences.append(f"{path}:{node.lineno}: {name} is private to {owner}")
    return offences


def unreproducible(source: str, path: Path) -> list[str]:
    """Uses of `math`, `**` and the built-in sum in one file, as 'path:line: message'."""
    offences = []
    for node in ast.walk(ast.parse(source)):
        what = None
        if isinstance(node, ast.Import) and any(alias.name == "math" for alias in node.names):
            what = "import math (only `from math import sqrt` is exact everywhere)"
        elif isinstance(node, ast.ImportFrom) and node.module == "math":
            if any(alias.name not in EXACT_IN_MATH for alias in node.names):
                what = "math beyond sqrt"
        elif (
            isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and node.value.id == "math"
        ):
            what = f"math.{node.attr}"
        elif isinstance(node, (ast.BinOp, ast.AugAssign)) and isinstance(node.op, ast.Pow):
            what = "the power operator"
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            what = f"the built-in {node.func.id}" if node.func.id in ("sum", "pow") else None
        if what:
            line = getattr(node, "lineno", 1)
            offences.append(
                f"{path}:{line}: {what}: its last bit may differ between machines or Pythons"
            )
    return offences


def measures(source: str) -> set[str]:
    """The names of the measures that `sim/measures.py` declares, from its source."""
    calls = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))
    made = (call for call in calls if isinstance(call.func, ast.Name) and call.func.id == "Measure")
    return {call.args[0].value for call in made if isinstance(call.args[0], ast.Constant)}


def lists_of_measures(source: str, path: Path, known: set[str]) -> list[str]:
    """Lists, tuples, sets and dicts of one file that name three measures or more, as 'path:line:
    message'."""
    offences = []
    for node in ast.walk(ast.parse(source)):
        entries: list[ast.expr | None] = []
        if isinstance(node, (ast.Tuple, ast.List, ast.Set)):
            # A list of tuples is a table: its first column counts.
            entries = [
                (one.elts or [one])[0] if isinstance(one, ast.Tuple | ast.List) else one
                for one in node.elts
            ]
        elif isinstance(node, ast.Dict):
            entries = list(node.keys)
        named = [
            one.value for one in entries if isinstance(one, ast.Constant) and one.value in known
        ]
        if len(named) >= 3:
            told = f"lists the measures {', '.join(named)}: read them from sim.measures"
            offences.append(f"{path}:{getattr(node, 'lineno', 1)}: {told}")
    return offences


def files(root: Path, *folders: str) -> list[Path]:
    """The Python files under the named files and folders, relative to the root, in order of
    name."""
    found: list[Path] = []
    for name in folders:
        place = root / name
        found += [place] if place.is_file() else sorted(place.rglob("*.py"))
    return [path.relative_to(root) for path in found]


def offences(root: Path) -> list[str]:
    """Everything in the project that breaks a rule of the house."""
    found: list[str] = []
    for path in files(root, "sim", *(["cli.py"] if (root / "cli.py").exists() else [])):
        found += upward_imports((root / path).read_text(encoding="utf-8"), path)
    for path in files(root, *REPRODUCIBLE):
        found += unreproducible((root / path).read_text(encoding="utf-8"), path)
    known = (
        measures((root / MEASURES).read_text(encoding="utf-8"))
        if (root / MEASURES).exists()
        else set()
    )
    modules = {module_name(path) for path in files(root, "sim")}
    for path in files(root, "sim"):
        found += private_imports((root / path).read_text(encoding="utf-8"), path, modules)
        if path.as_posix() not in (MEASURES, *RECORDS):
            found += lists_of_measures((root / path).read_text(encoding="utf-8"), path, known)
    return found


if __name__ == "__main__":
    broken = offences(ROOT)
    print("\n".join(broken) or "house rules: all kept")
    sys.exit(1 if broken else 0)
