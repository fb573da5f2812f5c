"""What the rules are about: flat vectors of numbers."""

from collections.abc import MutableSequence
from typing import TypeAlias

Vector: TypeAlias = MutableSequence[float]
Integers: TypeAlias = MutableSequence[int]
