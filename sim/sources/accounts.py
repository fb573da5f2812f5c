"""Accounts that are no person: addresses of groups, rooms and machines. One list, for people and
for messages."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pandas as pd

from sim.sources.roles import folded

ADDRESSES = frozenset(
    """all all-staff allstaff all-hands allhands everyone everybody staff team info contact office
    support help helpdesk servicedesk service noreply no-reply donotreply do-not-reply no_reply
    notification notifications alert alerts newsletter news announce announcements list lists
    postmaster mailer-daemon mailerdaemon daemon root admin administrator webmaster hostmaster abuse
    calendar meeting meetings room rooms boardroom reception jobs careers billing invoices accounts
    payroll sales marketing press security scanner printer fax bot system service-account alle
    mitarbeiter empfang buchhaltung rechnung bewerbung tous accueil todos recepcion tutti
    iedereen receptie""".split()
)
"""What stands before the @ of an address that is no person's; convention."""

NAMES = frozenset(
    part.strip()
    for part in """all, everyone, everybody, all staff, all employees, all hands, all users,
    distribution list, mailing list, shared mailbox, service account, service desk, help desk,
    meeting room, conference room, board room, no reply, noreply, do not reply, mailer daemon,
    vacant, tbd, tbh, open position, to be hired, unbesetzt, vakant, vacante, alle,
    alle mitarbeiter, alle mitarbeitenden, verteiler, besprechungsraum, tous, tout le monde,
    salle de reunion, todos, todo el personal, sala de reuniones, tutti, sala riunioni, iedereen,
    vergaderruimte, sala de reunioes""".split(",")
)
"""What such an account is called; convention."""

_SAYS_SO = re.compile(
    r"\b(?:not a person|no person|group address|distribution list|mailing list|shared mailbox|"
    r"service account|system account|keine person)\b"
)
_ROOM = re.compile(r"\b(?:meeting|conference) room\b|\bbroadcast$")


def are_no_persons(names: Sequence[pd.Series], descriptions: Sequence[pd.Series] = ()) -> pd.Series:
    """Which rows are no person: one of their texts is the address or name of such an account, or
    says so.

    names: texts such as ids, names and addresses. descriptions: texts such as titles and levels,
    which are looked at for words that say so alone. All of one index.
    """
    answer = pd.Series(False, index=names[0].index)
    for cells in names:
        answer |= cells.map({text: is_no_person(text) for text in cells.unique()}).astype(bool)
    for cells in descriptions:
        told = {text: _SAYS_SO.search(folded(text)) is not None for text in cells.unique()}
        answer |= cells.map(told).astype(bool)
    return answer


def is_no_person(text: str) -> bool:
    """Whether an id, an address or a name is that of no person."""
    local, at, _ = text.casefold().strip("<> ").partition("@")
    if at and " " not in local:
        return local in ADDRESSES
    plain = folded(text)
    return plain in NAMES or any(pattern.search(plain) for pattern in (_SAYS_SO, _ROOM))
