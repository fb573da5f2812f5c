"""What must stay as it was while a rule or a leader is asked: what its module holds, and others' random numbers."""

from __future__ import annotations

import random
import sys
import types
from collections.abc import Callable
from typing import Any

import numpy as np


class Outside:
    """Everything that code could change without anybody seeing it, as it was when this was made."""

    def __init__(self, thing: Callable[..., Any] | type) -> None:
        self._thing = thing
        self._before = self._snapshot()

    def changed(self) -> list[str]:
        """What is not as it was, in words."""
        now = self._snapshot()
        return [name for name in {**self._before, **now} if self._before.get(name) != now.get(name)]

    def _snapshot(self) -> dict[str, str]:
        """Everything by what people call it, each as a text that says whether it is the same."""
        state: Any = np.random.get_state()
        seen = {
            "the random numbers of Python": str(hash(random.getstate())),
            "the random numbers of numpy": str((state[1].tobytes(), state[2:])),
        }
        module = sys.modules.get(self._thing.__module__)
        held = vars(module) if module is not None else getattr(self._thing, "__globals__", {})
        for name, value in held.items():
            if not name.startswith("__") and not isinstance(value, types.ModuleType):
                seen[f"{name} of its module"] = _fingerprint(value)
        seen["its own attributes"] = _fingerprint(dict(vars(self._thing)))
        return seen


def _fingerprint(value: Any) -> str:
    """A text that changes when what a value holds does."""
    holds = vars(value) if hasattr(value, "__dict__") and not isinstance(value, type) else ""
    return f"{id(value) if not isinstance(value, dict) else ''} {value!r:.10000} {holds!r:.10000}"
