"""What the rules are about: flat vectors of numbers."""

from typing import Protocol, TypeAlias, TypeVar

from sim.compiler import compiled

N = TypeVar("N", int, float)


class Indexed(Protocol[N]):
    """Anything that holds numbers by index: a list, or a row of an array."""

    def __len__(self) -> int: ...

    def __getitem__(self, index: int, /) -> N: ...

    def __setitem__(self, index: int, value: N, /) -> None: ...


Vector: TypeAlias = Indexed[float]
Integers: TypeAlias = Indexed[int]


@compiled
def sort_by(order: Integers, count: int, values: Vector | Integers) -> None:
    """Sort the first `count` indices in `order` by their `values`, ascending (Shell 1959, gaps of
    Knuth): quick where they almost are already."""
    gap = 1
    while 3 * gap + 1 < count:
        gap = 3 * gap + 1
    while gap > 0:
        for last in range(gap, count):
            index = order[last]
            at = last
            while at >= gap and values[order[at - gap]] > values[index]:
                order[at] = order[at - gap]
                at -= gap
            order[at] = index
        gap //= 3
