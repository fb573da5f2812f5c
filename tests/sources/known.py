"""People whom tests of ties know, as `sim.sources.people.Directory` would."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd


class Known:
    """People by name; `accounts` are no people."""

    def __init__(self, names: Sequence[str], accounts: Sequence[str] = ()) -> None:
        self.index = {name: place for place, name in enumerate(names)}
        self.accounts = set(accounts)

    def match(
        self, values: pd.Series, file: str = "", lines: Sequence[int] | None = None
    ) -> pd.Series:
        return values.map(self.index).fillna(-1).astype("int64")

    def no_person(self, values: pd.Series) -> pd.Series:
        return values.isin(self.accounts)

    def candidates(self, text: str) -> list[int]:
        return [self.index[text]] if text in self.index else []
