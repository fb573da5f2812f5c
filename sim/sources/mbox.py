"""Mail in an mbox file: only the headers that say who wrote to whom, when, and in which thread.

Subjects and texts are skipped, not read. Format: RFC 4155 (secondary); headers: RFC 5322.
"""

from __future__ import annotations

from collections.abc import Iterator
from email.utils import getaddresses
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import BinaryIO, NamedTuple

import numpy as np
import pandas as pd

from sim.errors import InvalidInput, Problem
from sim.files import open_regular
from sim.sources.messages import Contacts, contacts_table
from sim.sources.oddities import Oddities
from sim.sources.times import read_times

KIND = "mail"

_RECEIVERS = ("to", "cc", "bcc")
_WANTED = {
    name.encode(): name
    for name in (
        "from",
        "sender",
        "date",
        "message-id",
        "in-reply-to",
        "references",
        "auto-submitted",
        *_RECEIVERS,
    )
}


class Mail(NamedTuple):
    """One mail: the line on which it begins, its headers by name in small letters."""

    line: int
    headers: dict[str, str]


def read_mbox(path: Path, name: str, oddities: Oddities) -> Contacts:
    """Every mail of an mbox file, a row a receiver (To, Cc, Bcc); the weight is 1.

    A mail without a sender or without receivers, one written by a program (Auto-Submitted) and a
    second copy (the same Message-ID) are left out and counted as odd. thread: the Message-ID of the
    mail that began the conversation, by References and In-Reply-To. Raises InvalidInput for a file
    without mails.
    """
    with open_regular(path) as file:
        mails = _whole(list(_mails(file)), name, oddities)
    if not mails:
        message = "holds no mail with a sender and receivers; an mbox file has a line 'From ' at "
        raise InvalidInput([Problem(name, 0, 0, "", f"{message}the start of each mail")])
    roots = _threads([mail.headers for mail in mails])
    receivers = [_receivers(mail.headers) for mail in mails]
    counts = [len(one) for one in receivers]
    lines = np.array([mail.line for mail in mails])
    dates = pd.Series([mail.headers.get("date", "") for mail in mails], dtype="str")
    times = read_times(dates, name, "Date", lines, oddities)
    table = contacts_table(
        np.repeat([_sender(mail.headers) for mail in mails], counts),
        [address for one in receivers for address in one],
        np.repeat(lines, counts),
        kind=KIND,
        time=times.values.repeat(counts),
        offset=times.offset.repeat(counts),
        thread=np.repeat(roots, counts),
    )
    return Contacts(name, table, True, False, bool(times.values.notna().any()))


def _mails(file: BinaryIO) -> Iterator[Mail]:
    """The mails of a file; of each only the wanted headers, unfolded."""
    headers: dict[str, bytes] = {}
    start, in_header, last, blank = 0, False, None, True
    for line, text in enumerate(file, 1):
        if blank and text.startswith(b"From "):
            if start:
                yield Mail(start, _text(headers))
            start, headers, in_header, last = line, {}, True, None
        elif in_header:
            if not text.strip():
                in_header = False
            elif text[:1] in b" \t":
                if last is not None:
                    headers[last] += b" " + text.strip()
            else:
                field, _, value = text.partition(b":")
                last = _WANTED.get(field.strip().lower())
                if last is not None:
                    before = headers.get(last)
                    value = value.strip()
                    headers[last] = value if before is None else before + b", " + value
        blank = not text.strip()
    if start:
        yield Mail(start, _text(headers))


def _text(headers: dict[str, bytes]) -> dict[str, str]:
    return {name: value.decode("utf-8", "replace") for name, value in headers.items()}


def _sender(headers: dict[str, str]) -> str:
    """The address of who wrote the mail, in small letters; '' for none."""
    found = _addresses(headers.get("from", "")) or _addresses(headers.get("sender", ""))
    return found[0] if found else ""


def _receivers(headers: dict[str, str]) -> list[str]:
    """The addresses of everybody the mail went to, each once."""
    found = [one for field in _RECEIVERS if field in headers for one in _addresses(headers[field])]
    return list(dict.fromkeys(found))


@lru_cache(maxsize=100_000)
def _addresses(value: str) -> tuple[str, ...]:
    """The addresses in a header, in small letters; the same headers come again and again."""
    return tuple(address.lower() for _, address in getaddresses([value]) if "@" in address)


def _whole(mails: list[Mail], name: str, oddities: Oddities) -> list[Mail]:
    """The mails that say who wrote to whom, each once; the others are reported."""
    kept, met = [], set()
    for mail in mails:
        own, code = mail.headers.get("message-id", ""), ""
        if mail.headers.get("auto-submitted", "no").lower() != "no":
            code, said = "automatic-mail", "mails written by a program (Auto-Submitted)"
        elif not _sender(mail.headers) or not _receivers(mail.headers):
            code, said = "incomplete-mail", "mails without a sender's or a receiver's address"
        elif own in met:
            code, said = "repeated-mail", "further copies of a mail (the same Message-ID)"
        else:
            kept.append(mail)
        if code:
            example = f"{name}:{mail.line}: {_sender(mail.headers) or 'no sender'}"
            oddities.add(name, code, said, "left out", [example])
        if own:
            met.add(own)
    return kept


def _threads(mails: list[dict[str, str]]) -> list[str]:
    """The Message-ID of the first mail that is known of each mail's conversation, '' where the mail
    has none."""
    parent: dict[str, str] = {}
    for headers in mails:
        chain = [*headers.get("references", "").split(), headers.get("message-id", "").strip()]
        answered = headers.get("in-reply-to", "").split()
        if len(chain) == 1 and answered:
            chain.insert(0, answered[0])
        for before, after in pairwise(chain):
            if before != after:
                parent.setdefault(after, before)
    return [_root(headers.get("message-id", "").strip(), parent) for headers in mails]


def _root(own: str, parent: dict[str, str]) -> str:
    """The first of a chain of answers; it stops where the chain runs in a circle."""
    met = {own}
    while (before := parent.get(own, own)) not in met:
        met.add(before)
        own = before
    return own
