"""Who is meant: people found by id, e-mail address or name, however it is written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from sim.organization.csvfile import without_decimals
from sim.sources.accounts import are_no_persons
from sim.sources.oddities import EXAMPLES, Oddities
from sim.sources.roles import folded

NOBODY = -1
"""The index of nobody."""

AMBIGUOUS = -2

_TITLES = frozenset(
    """dr prof professor mr mrs ms miss mx sir herr frau hr fr dipl ing mag mme mlle monsieur madame
    sr sra srta don dona sig dott dottssa dhr mevr drs ir phd mba jr""".split()
)
_ADDRESS = re.compile(r"[^@\s<>,;\"']+@[^@\s<>,;\"']+")
_COMMON_NAME = re.compile(r"\bcn=([^,]+)", re.IGNORECASE)
_WHOLE = re.compile(r"0*([0-9]+)")


def address_of(text: str) -> str:
    """The e-mail address in a text, such as 'Ann Lee <Ann@X.org>', in small letters; else ''."""
    match = _ADDRESS.search(text)
    return match[0].removeprefix("mailto:").casefold() if match else ""


def name_of(text: str) -> str:
    """A name as 'first last' without accents, letter case, titles and what stands in brackets;
    '' where the text is none."""
    if common := _COMMON_NAME.search(text):  # of a directory service: CN=Ann Lee,OU=...
        text = common[1]
    bare = re.sub(r"[(\[<].*?[)\]>]|\S*@\S*", " ", text).strip(" \"'")
    last, comma, first = bare.partition(",")
    plain = folded(f"{first} {last}" if comma else bare)
    words = [word for word in plain.split() if word not in _TITLES]
    return " ".join(words) if any(word.isalpha() for word in words) else ""


def _turned(name: str) -> str:
    """A name whatever the order of its words, without initials."""
    return " ".join(sorted(word for word in name.split() if len(word) > 1))


class Directory:
    """Everybody of an organisation, to be found by what files call them.

    One person of several names the same: the exact id comes first, then the id in other letter
    case or with zeros or decimals that a spreadsheet dropped or added, the e-mail address, the
    name, and the name with its words in another order. Where two people fit equally, nobody is
    meant: that is reported with the candidates, never guessed.
    """

    def __init__(
        self,
        ids: Sequence[str],
        names: Sequence[str],
        emails: Sequence[str],
        file: str,
        oddities: Oddities,
        accounts: frozenset[str] = frozenset(),
    ) -> None:
        """ids, names, emails: of each person, '' for none. file: where they are listed. accounts:
        what stands there but is no person."""
        self.ids, self.names, self.emails = list(ids), list(names), list(emails)
        self.file, self.oddities, self.accounts = file, oddities, accounts
        plain = [name_of(name) for name in self.names]
        self._ways = (
            _index(self.ids),
            _index(_id_key(text) for text in self.ids),
            _index(address_of(text) for text in self.emails),
            _index(address_of(text) for text in self.ids),
            _index(plain),
            _index(map(_turned, plain)),
        )

    def __len__(self) -> int:
        return len(self.ids)

    def match(
        self, values: pd.Series, file: str = "", lines: Sequence[int] | None = None
    ) -> pd.Series:
        """The index of the person that each text means, -1 for nobody (also for an empty text), as
        int64 with the index of `values`.

        file, lines: where the texts stand, for the report of names that two people have.
        """
        codes, unique = pd.factorize(values)
        people = np.array([self._one(text) for text in unique] or [NOBODY], dtype=np.int64)
        found = np.where(codes < 0, NOBODY, people[codes])
        unclear = np.flatnonzero(found == AMBIGUOUS)
        if len(unclear):
            self._report(values, unclear, file or self.file, lines)
            found = np.where(found == AMBIGUOUS, NOBODY, found)
        return pd.Series(found, index=values.index, dtype="int64")

    def no_person(self, values: pd.Series) -> pd.Series:
        """Which texts name an account that is no person, such as everyone@ or a room."""
        return are_no_persons([values]) | values.isin(self.accounts)

    def candidates(self, text: str) -> list[int]:
        """All people that a text can mean by the first way that finds any."""
        for way, key in zip(self._ways, _keys(text), strict=True):
            if key and key in way:
                return way[key]
        return []

    def shown(self, person: int) -> str:
        """A person as the report names them: the id, and the address or name where it tells
        more."""
        more = self.emails[person] or self.names[person]
        return f"{self.ids[person]} ({more})" if more and more != self.ids[person] else more

    def _one(self, text: str) -> int:
        found = self.candidates(text)
        return AMBIGUOUS if len(found) > 1 else found[0] if found else NOBODY

    def _report(
        self, values: pd.Series, unclear: np.ndarray, file: str, lines: Sequence[int] | None
    ) -> None:
        examples = []
        for text in list(dict.fromkeys(values.iloc[unclear]))[:EXAMPLES]:
            row = next(i for i in unclear if values.iat[i] == text)
            at = f"{file}:{lines[row]}: " if lines is not None else ""
            who = " or ".join(self.shown(i) for i in self.candidates(text)[:4])
            examples.append(f"{at}'{text}' can be {who}")
        self.oddities.add(
            file,
            "ambiguous-name",
            "names that several people have",
            "taken as unknown, not guessed",
            examples,
            count=len(unclear),
            hint="write the id or the e-mail address there",
        )


def _index(keys: Iterable[str]) -> dict[str, list[int]]:
    """Who has each key; those with an empty key are left out."""
    index: dict[str, list[int]] = {}
    for person, key in enumerate(keys):
        if key:
            index.setdefault(key, []).append(person)
    return index


def _id_key(text: str) -> str:
    """An id whatever its letter case, zeros before it and decimals that say nothing."""
    plain = without_decimals(text.strip()).casefold()
    whole = _WHOLE.fullmatch(plain)
    return whole[1] if whole else plain


def _keys(text: str) -> tuple[str, ...]:
    name = name_of(text)
    address = address_of(text)
    return (text, _id_key(text), address, address, name, _turned(name))
