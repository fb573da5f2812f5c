"""What was odd in the files that were read: each kind once, with how often and a few examples."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

EXAMPLES = 3
"""How many examples of each kind of oddity are kept."""


@dataclass
class Oddity:
    """One kind of odd thing in one file, and what was done about it.

    code: a fixed name, such as unknown-person. said: what was found, in words after a number
    ("messages from or to people who are not listed"). done: what was done ("left out; --unknown add
    would make them leaders"). hint: what the user can do, '' for nothing.
    """

    file: str
    code: str
    said: str
    done: str
    hint: str = ""
    count: int = 0
    examples: list[str] = field(default_factory=list)


class Oddities:
    """Everything odd that was met, collapsed: one entry a file and code, in order of meeting."""

    def __init__(self) -> None:
        self._met: dict[tuple[str, str], Oddity] = {}

    def add(
        self,
        file: str,
        code: str,
        said: str,
        done: str,
        examples: Iterable[str] = (),
        count: int = 1,
        hint: str = "",
    ) -> None:
        """Count `count` more of a kind; of its `examples` (file:line: cells) the first few are
        kept. They may name people: they are for the terminal alone."""
        entry = self._met.setdefault((file, code), Oddity(file, code, said, done, hint))
        entry.count += count
        for example in examples:
            if len(entry.examples) == EXAMPLES:
                break
            entry.examples.append(example)

    def __iter__(self) -> Iterator[Oddity]:
        return iter(self._met.values())

    def __len__(self) -> int:
        return len(self._met)
