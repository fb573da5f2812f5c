"""What the rules are about: flat vectors of numbers."""

from typing import Protocol, TypeAlias, TypeVar

N = TypeVar("N", int, float)


class Indexed(Protocol[N]):
    """Anything that holds numbers by index: a list, or a row of an array."""

    def __len__(self) -> int: ...

    def __getitem__(self, index: int, /) -> N: ...

    def __setitem__(self, index: int, value: N, /) -> None: ...


Vector: TypeAlias = Indexed[float]
Integers: TypeAlias = Indexed[int]
