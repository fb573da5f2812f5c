"""What is said of a value that an option does not take: where it came from, what it was, and what
is allowed. The same for options on the line and for environment variables.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import typer

from sim.errors import nearest

_BOUNDLESS = 2**31
_QUOTED = re.compile("'([^']*)' is not")


@contextmanager
def told_plainly(ctx: Any) -> Iterator[None]:
    """Within this, what is said of a wrong value is said in the words of this file."""
    try:
        yield
    except typer.BadParameter as error:
        parameter = error.param
        if parameter is None or error.message == "":
            raise
        said = str(error.message)
        if not (expected := _expected(parameter, said)):
            raise
        source = ctx.get_parameter_source(parameter.name)
        variable = source is not None and source.name == "ENVIRONMENT"
        quoted = _QUOTED.search(said)
        given = os.environ[str(parameter.envvar)] if variable else quoted[1] if quoted else ""
        error.param_hint = f"{named(parameter)}{f' (from {parameter.envvar})' if variable else ''}"
        near = nearest(given, _choices(parameter)) if given else ""
        error.message = f"{f'{given!r}; ' if given else ''}expected {expected}{near}"
        raise


def named(parameter: Any) -> str:
    """What a parameter is called on the line: --workers, FILE."""
    if parameter.param_type_name == "argument":
        return str(parameter.metavar or parameter.name.upper())
    return str(max(parameter.opts, key=len))


def limits(parameter: Any) -> str:
    """Between what a number must be, in words; '' where that goes without saying."""
    kind = getattr(parameter, "type", None)
    least, most = (
        getattr(parameter, name, None) if hasattr(parameter, name) else getattr(kind, name, None)
        for name in ("min", "max")
    )
    if most is not None and most < _BOUNDLESS:
        return f"from {least or 0:,} to {most:,}"
    return f"at least {least:,}" if least is not None else ""


def _choices(parameter: Any) -> list[str]:
    """The words that an option takes, where it takes one of some."""
    metavar = str(parameter.metavar or "")
    return metavar.split("|") if "|" in metavar and "=" not in metavar else []


def _expected(parameter: Any, said: str) -> str:
    """What is allowed, in words; '' where only `said` tells."""
    if choices := _choices(parameter):
        return f"one of {', '.join(choices)}"
    if not re.search("integer|number|float|range|greater|less", said):
        return ""
    number = "a number" if re.search("valid (number|float)", said) else "a whole number"
    return ", ".join(part for part in (number, limits(parameter)) if part)
