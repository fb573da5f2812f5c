"""Files of rules: reading them, which are allowed, and finding what a scenario names.

A rule is code. So a scenario that names one loads nothing by itself: the file must have been
allowed, by `--rules`, by the user's configuration, or by `allow`. What packages offer through the
entry point `leaderstream.rules` was allowed by installing them. A file is read once; what was read
is kept with the policies that use it, and goes with them into other processes and machines.
"""

from __future__ import annotations

import inspect
import linecache
import os
import re
import sys
import tomllib
import traceback
import types
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from hashlib import sha256
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any, NamedTuple

from sim.errors import UsageError, nearest
from sim.extension.contained import contained, printing
from sim.extension.declared import Rule, declared
from sim.files import RULES_BYTES, SETTINGS_BYTES, read_regular

GROUP = "leaderstream.rules"
REFERENCE = r"[^\s/\\:]{1,200}\.py:[A-Za-z_][A-Za-z0-9_]{0,63}"
"""How a scenario names something in a file: my_rules.py:cautious_vote."""
_INSTALLED = r"[A-Za-z0-9_-]{1,64}"


class RuleFile(NamedTuple):
    """A file of rules as it was read, or an installed entry point (text None): its name, its text,
    its SHA-256."""

    name: str
    text: str | None
    digest: str


_allowed: dict[str, RuleFile] = {}


def allow(*paths: str | Path) -> None:
    """Read files of rules, and let scenarios name what they declare as FILE.py:NAME.

    UsageError for a file that cannot be read or run, and for two different files of one name. Only
    allow files that you trust: they are run.
    """
    for path in map(Path, paths):
        file = read(path)
        known = _allowed.get(file.name)
        if known is not None and known != file and _origins.get(file.name) != path.resolve():
            raise UsageError(
                f"two files of rules are called {file.name}; rename one, as scenarios know them "
                f"by name"
            )
        namespace(file)
        _allowed[file.name] = file
        _origins[file.name] = path.resolve()


_origins: dict[str, Path] = {}


@contextmanager
def lent(file: RuleFile, names: dict[str, Any]) -> Iterator[None]:
    """Let scenarios name what `names` holds as things of a file, for a while, whatever else is
    called so."""
    before = dict(_allowed), dict(_namespaces)
    _allowed[file.name], _namespaces[file] = file, names
    try:
        yield
    finally:
        _allowed.clear()
        _namespaces.clear()
        _allowed.update(before[0])
        _namespaces.update(before[1])


def read(path: Path) -> RuleFile:
    """A file of rules as it stands on disk; it is not run. UsageError when it cannot be one."""
    if path.suffix != ".py" or not re.fullmatch(REFERENCE, f"{path.name}:x"):
        raise UsageError(
            f"{path}: a file of rules is a Python file (.py) without spaces in its name"
        )
    try:
        data = read_regular(path, RULES_BYTES)
        text = data.decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is no UTF-8 text"
        raise UsageError(f"{path}: cannot be read ({reason})") from None
    return RuleFile(path.name, text, sha256(data).hexdigest())


_namespaces: dict[RuleFile, dict[str, Any]] = {}


def namespace(file: RuleFile) -> dict[str, Any]:
    """What a file defines; it is run once a process. UsageError, naming the line, when it cannot be
    run."""
    if file not in _namespaces:
        _namespaces[file] = _run(file)
    return _namespaces[file]


def _run(file: RuleFile) -> dict[str, Any]:
    if file.text is None:
        return {file.name: _installed()[file.name].load()}
    shown = f"<{file.name} {file.digest[:8]}>"
    module = types.ModuleType(f"leaderstream_rules_{file.digest[:16]}")
    module.__file__ = shown
    # Tracebacks, numba and pickle look these up.
    linecache.cache[shown] = (len(file.text), None, file.text.splitlines(keepends=True), shown)
    sys.modules[module.__name__] = module
    module.__dict__["print"] = printing(file.name)
    try:
        with contained(file.name, shown):
            exec(compile(file.text, shown, "exec"), module.__dict__)
    except (Exception, SystemExit) as error:
        del sys.modules[module.__name__]
        steps = [
            step.lineno
            for step in traceback.extract_tb(error.__traceback__)
            if step.filename == shown
        ]
        line = error.lineno if isinstance(error, SyntaxError) else steps[-1] if steps else 0
        message = (
            str(error) if isinstance(error, UsageError) else f"{type(error).__name__}: {error}"
        )
        raise UsageError(f"{file.name}:{line}: {message}") from None
    return module.__dict__


@cache
def _installed() -> dict[str, EntryPoint]:
    return {
        point.name: point
        for point in entry_points(group=GROUP)
        if re.fullmatch(_INSTALLED, point.name)
    }


def installed(family: str) -> list[str]:
    """The names of the installed rules of a family."""
    rules = ((name, declared(point.load())) for name, point in _installed().items())
    return [name for name, made in rules if made is not None and made.family == family]


def file_of(reference: str) -> RuleFile:
    """The allowed file, or the installed entry point, that a scenario's reference names.
    ValueError: there is none."""
    name, colon, _ = reference.partition(":")
    if colon:
        if name not in _allowed:
            there = (
                f"; loaded: {', '.join(_allowed)}{nearest(name, list(_allowed))}"
                if _allowed
                else ""
            )
            raise ValueError(
                f"; rules are code, and {name} was not loaded: add --rules {name} if you trust "
                f"it{there}"
            )
        return _allowed[name]
    if reference not in _installed():
        raise ValueError(nearest(reference, list(_installed())))
    point = _installed()[reference]
    module = sys.modules.get(point.module) or inspect.getmodule(point.load())
    text = inspect.getsource(module) if module is not None else point.value
    return RuleFile(reference, None, sha256(text.encode()).hexdigest())


def object_in(file: RuleFile, reference: str) -> Any:
    """What a reference names in a file. ValueError, naming what is there, when the file has no such
    name."""
    _, colon, name = reference.partition(":")
    names = namespace(file)
    if not colon:
        return names[file.name]
    if name not in names or name.startswith("__"):
        there = [known for known, thing in names.items() if declared(thing) is not None]
        raise ValueError(
            f"; {file.name} declares {', '.join(there) or 'no rules'}{nearest(name, there)}"
        )
    return names[name]


def rule_in(file: RuleFile, reference: str, family: str) -> Rule:
    """The rule of a family that a reference names in a file. ValueError when it names none of that
    family."""
    rule = declared(object_in(file, reference))
    if rule is None:
        raise ValueError(f"; {reference} is not declared as a rule: put @rule({family!r}) above it")
    if rule.family != family:
        raise ValueError(f"; {reference} is a rule of the family {rule.family}, not {family}")
    return rule


def is_reference(name: object) -> bool:
    """Whether a rule's name in a scenario names one in a file, or an installed one."""
    return isinstance(name, str) and (
        re.fullmatch(REFERENCE, name) is not None or name in _installed()
    )


def loaded() -> list[tuple[str, Rule]]:
    """Every rule that scenarios can name now beside the built-in ones: its reference and what it
    is."""
    rules = []
    for file in _allowed.values():
        for name, thing in namespace(file).items():
            if (made := declared(thing)) is not None and made.name == name:
                rules.append((f"{file.name}:{name}", made))
    for name, point in _installed().items():
        if (made := declared(point.load())) is not None:
            rules.append((name, made))
    return rules


def of_names(names: Iterable[str]) -> tuple[RuleFile, ...]:
    """The files that references come from, each once, by name."""
    return tuple(sorted({file_of(name) for name in names if is_reference(name)}))


# The user's configuration: which files of rules are allowed wherever they are named


def path() -> Path:
    """Where the configuration is looked for: leaderstream/config.toml in XDG_CONFIG_HOME, else in
    ~/.config."""
    home = os.environ.get("XDG_CONFIG_HOME")
    return (Path(home) if home else Path.home() / ".config") / "leaderstream" / "config.toml"


def allowed() -> list[Path]:
    """The files of rules that the user allows; a relative path counts from the configuration's
    folder.

    UsageError for a configuration that cannot be used.
    """
    try:
        place = path()
    except RuntimeError:  # a user of whom no home is known
        return []
    try:
        settings = tomllib.loads(read_regular(place, SETTINGS_BYTES).decode("utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return []
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(f"{place}: cannot be used: {error}") from None
    for key in settings:
        if key != "allow":
            raise UsageError(
                f"{place}: {key} is no key; allowed here: allow{nearest(key, ['allow'])}"
            )
    try:
        return [
            place.parent / Path(name).expanduser()
            for name in _texts(place, settings.get("allow", []))
        ]
    except RuntimeError:  # ~somebody who is not known here
        raise UsageError(f"{place}: allow names a home folder that is not known") from None


def _texts(place: Path, value: Any) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise UsageError(f'{place}: allow is a list of files of rules, such as ["my_rules.py"]')
    return value
