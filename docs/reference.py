"""Writes docs/reference.md from signatures and docstrings, and keeps the list of public names,
docs/public-api.txt.

    python docs/reference.py # writes the reference; says how the public names differ from the list
    python docs/reference.py --accept # writes the list too: what is public changes on purpose only
    python docs/reference.py --check # changes nothing; exits 1 when either is out of date

To make a module public, add a line to MODULES.
"""

from __future__ import annotations

import argparse
import ast
import inspect
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from difflib import unified_diff
from importlib import import_module
from pathlib import Path
from textwrap import indent
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))
if str(ROOT / "docs") not in sys.path:
    sys.path.append(str(ROOT / "docs"))

from generate import WIDTH, wrapped  # noqa: E402

REFERENCE, LIST = Path("docs/reference.md"), Path("docs/public-api.txt")

MODULES: Mapping[str, str] = {
    "sim": "",
    "sim.results": "RunResult altered load save",
    "sim.comparison": "",
    "sim.comparison.flow": "Flow flow hops stops",
    "sim.comparison.flow_words": "sentences",
    "sim.experiments.api": "SweepResult",
    "sim.experiments.boxes": "Box Boxes boxes",
    "sim.experiments.sensitivity": "MetricResult Request Sensitivity",
    "sim.experiments.calibration": "",
    "sim.experiments.audit": "",
    "sim.experiments.bridges": "",
    "sim.experiments.cluster": "in_cluster",
    "sim.reading.listing": "Entry entries find",
    "sim.reading.comparing": "Contrast ResultPolicy contrast pairs policies",
    "sim.reading.verifying": "Difference Verification verify",
    "sim.reading.export": "write_csv",
    "sim.extension": "FAMILIES Family Input InvalidRule Parameter Rule allow rule",
    "sim.testing": "",
    "sim.agents": "",
    "sim.agents.leader": "Channel",
    "sim.story": "story",
    "sim.dashboard.figures": "",
    "sim.shipped": "shipped",
}
"""The public modules, each with its public names; none given: those of its `__all__`."""

HEAD = """\
# Python reference

What can be relied on from Python; everything else may change without notice. `make reference`
writes this file from the signatures and docstrings. [public-api.txt](public-api.txt) lists the
names, one on each line, and a test compares it with the code. [model.md](model.md) says what the
keys of a scenario mean, [extending.md](extending.md) how to build on the model."""
_BETWEEN = re.compile(r", (?=\*|[a-z_]+(?::|=|,|$))")
_MARKUP = re.compile(r"[*<]|\[(?=[^\]]*\]\()")
_SIMPLE = (bool, int, float, str, type(None))


@dataclass(frozen=True)
class Entry:
    """A public name. kind: class, method, function, attribute or value. signature: as the list
    shows it, name first."""

    name: str
    kind: str
    signature: str
    about: str


class _Words(str):
    """A text that shows itself as it is, as annotations do in the source."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def entries(module: str, names: str = "") -> Iterator[Entry]:
    """The public names of a module, those of its classes after each. AttributeError for a name that
    is not there."""
    found = import_module(module)
    for name in names.split() or found.__all__:
        yield from _described(f"{module}.{name}", getattr(found, name))


def _described(path: str, thing: Any) -> Iterator[Entry]:
    if inspect.isclass(thing):
        yield Entry(path, "class", _class(path, thing), _about(thing))
        yield from _members(path, thing)
    elif callable(thing):
        yield Entry(path, "function", f"{path}{_signature(thing)}", _about(thing))
    else:
        yield Entry(path, "value", f"{path}: {type(thing).__name__}", "")


def _class(path: str, thing: type) -> str:
    """A class with how it is made, where that is by its own words: not where a library reads
    anything."""
    own = is_dataclass(thing) or issubclass(thing, tuple) or "__init__" in vars(thing)
    return f"{path}{_signature(thing).removesuffix(' -> None')}" if own else path


def _members(path: str, thing: type) -> Iterator[Entry]:
    """Fields, properties and methods that this project gives a class, those of its bases among
    them.

    What has no docstring is meant for the class itself.
    """
    named = (
        [field.name for field in fields(thing)]
        if is_dataclass(thing)
        else getattr(thing, "_fields", ())
    )
    types = {
        name: text
        for base in reversed(thing.__mro__)
        for name, text in inspect.get_annotations(base).items()
    }
    for name in named:
        if not name.startswith("_"):
            yield Entry(f"{path}.{name}", "attribute", f"{path}.{name}: {_type(types[name])}", "")
    seen: set[str] = set(named)
    for base in thing.__mro__:
        for name, member in vars(base).items():
            if base.__module__.startswith("sim") and not name.startswith("_") and name not in seen:
                seen.add(name)
                yield from (entry for entry in _member(f"{path}.{name}", member) if entry.about)


def _member(path: str, member: Any) -> Iterator[Entry]:
    if isinstance(member, property):
        result = inspect.signature(member.fget).return_annotation if member.fget else ""
        yield Entry(path, "attribute", f"{path}: {result}", _about(member))
    elif hasattr(member, "attrname"):
        result = inspect.signature(member.func).return_annotation
        yield Entry(path, "attribute", f"{path}: {result}", _about(member))
    elif isinstance(member, classmethod | staticmethod):
        yield Entry(
            path,
            "method",
            f"{path}{_signature(member.__func__, bound=True)}",
            _about(member.__func__),
        )
    elif inspect.isfunction(member) and member.__module__.startswith("sim"):
        yield Entry(path, "method", f"{path}{_signature(member, bound=True)}", _about(member))


def _signature(thing: Any, bound: bool = False) -> str:
    """The signature as the source says it; `bound`: without its first parameter."""
    found = inspect.signature(thing)
    kept = [
        _plain(each)
        for each in list(found.parameters.values())[bound:]
        if not each.name.startswith("_")
    ]
    return str(found.replace(parameters=kept, return_annotation=_type(found.return_annotation)))


def _type(annotation: Any) -> Any:
    """An annotation as the source says it."""
    said = getattr(annotation, "__forward_arg__", annotation)
    return _Words(said) if isinstance(said, str) else said


def _plain(each: inspect.Parameter) -> inspect.Parameter:
    simple = each.default is each.empty or isinstance(each.default, _SIMPLE)
    default = each.default if simple else _Words(_default(each.default))
    return each.replace(annotation=_type(each.annotation), default=default)


def _default(value: Any) -> str:
    """A default that is no plain value, without what differs from process to process."""
    if inspect.isclass(value) or inspect.isfunction(value):
        return value.__name__
    return repr(value) if value in ((), [], {}) else "..."


def _about(thing: Any) -> str:
    return inspect.cleandoc(getattr(thing, "__doc__", None) or "")


def listed(modules: Mapping[str, str] = MODULES) -> str:
    """The list of public names: a line each, with its signature."""
    lines = [
        entry.signature for module, names in modules.items() for entry in entries(module, names)
    ]
    return "\n".join(lines) + "\n"


def reference(modules: Mapping[str, str] = MODULES) -> str:
    """The reference, a section a module."""
    homes: dict[int, str] = {}
    parts = [HEAD]
    for module, names in modules.items():
        parts.append(f"## {module}")
        parts.append(_prose((import_module(module).__doc__ or "").strip()))
        for entry in entries(module, names):
            thing = _thing(module, entry.name)
            first = (
                homes.setdefault(id(thing), entry.name)
                if entry.kind in ("class", "function")
                else entry.name
            )
            if first == entry.name:
                parts += _section(module, entry)
            elif entry.kind in ("class", "function"):
                parts.append(f"### {_short(module, entry.name)}\n\nThe same as `{first}`.")
    return "\n\n".join(part for part in parts if part) + "\n"


def _thing(module: str, path: str) -> Any:
    """What a public name of a module stands for; None for a member of a class."""
    name = _short(module, path)
    return None if "." in name else getattr(import_module(module), name)


def _short(module: str, path: str) -> str:
    return path.removeprefix(f"{module}.")


def _section(module: str, entry: Entry) -> list[str]:
    """Its heading, signature and text. Of fields and values the text of what they belong to
    tells."""
    shown, text = _short(module, entry.signature), _prose(entry.about)
    if entry.kind in ("class", "function"):
        return [f"### {_short(module, entry.name)}", f"```text\n{_wrapped(shown)}\n```", text]
    if entry.kind == "value" or not text:
        return [_code_line(shown)] if entry.kind != "attribute" else []
    return [_code_line(shown), text]


def _code_line(signature: str) -> str:
    """A signature as inline code, or as a block where it is too long for a line."""
    if len(signature) + 2 <= WIDTH:
        return f"`{signature}`"
    return f"```text\n{_wrapped(signature)}\n```"


def _wrapped(signature: str) -> str:
    """A long signature with a line a parameter."""
    if len(signature) <= WIDTH:
        return signature
    head, _, rest = signature.partition("(")
    inside, result = rest.removesuffix(")"), ")"
    if ") -> " in rest:
        inside, arrow, result = rest.rpartition(") -> ")
        result = arrow + result
    lines = "".join(f"    {line},\n" for line in _BETWEEN.split(inside))
    return f"{head}(\n{lines}{result}"


def _prose(text: str) -> str:
    """A docstring as Markdown: what would be markup by accident is escaped, code stays."""
    paragraphs = re.split(r"\n{2,}", text)
    return "\n\n".join(_code(part) or _filled(_escaped(part)) for part in paragraphs)


def _filled(text: str) -> str:
    """A paragraph with its long lines broken; one that is short enough stays as it is."""
    if all(len(line) <= WIDTH for line in text.splitlines()):
        return text
    return wrapped(" ".join(text.split()))


def _code(text: str) -> str:
    """A paragraph that is Python, as an indented block; empty for any other."""
    if text.startswith("    "):
        return text
    try:
        found = ast.parse(text).body
    except SyntaxError:
        return ""
    is_code = any(
        isinstance(each, ast.Assign | ast.FunctionDef | ast.Import | ast.ImportFrom)
        for each in found
    )
    return indent(text, "    ") if is_code else ""


def _escaped(text: str) -> str:
    pieces = re.split(r"(`[^`]*`)", text)
    return "".join(
        piece if piece[:1] == "`" else _MARKUP.sub(r"\\\g<0>", piece) for piece in pieces
    )


def differences(old: str, now: str) -> list[str]:
    """What of the list of public names changed, as lines with - and +; empty when nothing did."""
    lines = unified_diff(old.splitlines(), now.splitlines(), n=0, lineterm="")
    return [line for line in lines if line[:1] in "+-" and line[:3] not in ("+++", "---")]


def main() -> int:
    """Bring both up to date, or say what is not."""
    parser = argparse.ArgumentParser(
        description="Write the reference from the code, and compare the public names."
    )
    parser.add_argument(
        "--accept", action="store_true", help="take the public names of the code into the list"
    )
    parser.add_argument(
        "--check", action="store_true", help="change nothing; exit 1 when something is out of date"
    )
    arguments = parser.parse_args()
    old = (ROOT / LIST).read_text(encoding="utf-8") if (ROOT / LIST).exists() else ""
    now, text = listed(), reference()
    changes = differences(old, now)
    if arguments.check:
        return int(bool(changes) or (ROOT / REFERENCE).read_text(encoding="utf-8") != text)
    (ROOT / REFERENCE).write_text(text, encoding="utf-8")
    print("\n".join(changes) or f"{LIST}: as the code")
    if arguments.accept:
        (ROOT / LIST).write_text(now, encoding="utf-8")
    elif changes:
        print(
            f"If this is meant: python docs/reference.py --accept, and a line in CHANGELOG.md "
            f"({LIST} is as it was)"
        )
    return int(bool(changes) and not arguments.accept)


if __name__ == "__main__":
    sys.exit(main())
