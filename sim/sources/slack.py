"""A Slack export, a folder or a zip file: who wrote to whom, when, and in which thread.

Who receives a message (our convention; Slack records no reading):

- in a conversation of at most `SMALL` members: all others in it;
- in a larger one: who is mentioned, and in a thread also who began it, or, when its beginner
  writes, who wrote in it before. A message that names nobody is to nobody in particular and left
  out.

Texts are searched for mentions and not kept. Format: "How to read Slack data exports", Slack's help
pages (secondary): users.json, channels.json, groups.json, dms.json, mpims.json, and a folder for
each conversation with a JSON file for each day.
"""

from __future__ import annotations

import json
import re
import weakref
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

import pandas as pd

from sim.errors import InvalidInput, Problem
from sim.files import IMPORT_BYTES, insist_size, open_regular, read_regular
from sim.sources._text import damage_said
from sim.sources.messages import Contacts, contacts_table
from sim.sources.oddities import Oddities

SMALL = 8
"""Members of a conversation, up to whom each message is to all: the most people of a "meaningful
interaction" in Microsoft Viva Insights' metric "network size" (secondary; its use for Slack is a
convention)."""

CHAT, POST = "chat", "post"
"""The kinds: messages among named people, and in a conversation that people join."""

MARKS = ("users.json", "org_users.json", "channels.json", "groups.json", "dms.json", "mpims.json")
"""The files by which an export is recognised."""

_CONVERSATIONS = {"channels.json": POST, "groups.json": POST, "dms.json": CHAT, "mpims.json": CHAT}
_PEOPLE_WRITE = {"", "thread_broadcast", "me_message", "file_share", "reply_broadcast"}
_TIME = re.compile(r"\d{9,11}(?:\.\d+)?")
_MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")


class Conversation(NamedTuple):
    """One channel, group or chat of the export."""

    kind: str
    members: tuple[str, ...]


class _Row(NamedTuple):
    source: str
    target: str
    kind: str
    time: float
    thread: str
    line: int


class Export:
    """The files of an export, in a folder or a zip file, by their path inside it."""

    def __init__(self, path: Path, name: str) -> None:
        self.name = name
        self._zip = None
        if not path.is_dir():
            file = open_regular(path)
            weakref.finalize(self, file.close)
            self._zip = zipfile.ZipFile(file)
        self._folder = path
        if self._zip is None:
            found = [PurePosixPath(p.relative_to(path).as_posix()) for p in path.rglob("*.json")]
        else:
            found = [PurePosixPath(p) for p in self._zip.namelist() if p.endswith(".json")]
        tops = [path.parent for path in found if path.name in MARKS]
        self.top = min(tops, key=lambda p: len(p.parts)) if tops else None
        self.files = sorted(p for p in found if self.top is not None and self._inside(p))

    def _inside(self, path: PurePosixPath) -> bool:
        return self.top in path.parents and path.parts[0] != "__MACOSX"

    def read(self, path: PurePosixPath) -> Any:
        """The content of one file; InvalidInput where it is no JSON."""
        where = f"{self.name}/{path}"
        try:
            data = self._bytes(path)
        except OSError as error:
            message = f"cannot be read: {error.strerror or error}"
            raise InvalidInput([Problem(where, 0, 0, "", message)]) from None
        try:
            return json.loads(data)
        except (ValueError, RecursionError) as error:
            line = getattr(error, "lineno", 0)
            problem = Problem(where, line, getattr(error, "colno", 0), "", "is not JSON text")
            raise InvalidInput([problem]) from None

    def _bytes(self, path: PurePosixPath) -> bytes:
        if self._zip is None:
            return read_regular(self._folder / path, IMPORT_BYTES)
        insist_size(self._zip.getinfo(str(path)).file_size, IMPORT_BYTES, path)
        with damage_said(f"{self.name}/{path}", "is damaged in the archive (zip): {error}"):
            return self._zip.read(str(path))

    def records(self, path: PurePosixPath) -> Iterator[tuple[int, dict[str, Any]]]:
        """The records of one file, each with its number from 1; InvalidInput for no list."""
        content = self.read(path)
        if not isinstance(content, list):
            message = "is not a list of records, as files of a Slack export are"
            raise InvalidInput([Problem(f"{self.name}/{path}", 0, 0, "", message)])
        return ((line, one) for line, one in enumerate(content, 1) if isinstance(one, dict))


def _text(record: dict[str, Any], key: str) -> str:
    """A value of a record as text; '' for none, and for what is no text or number."""
    value = record.get(key)
    return str(value) if isinstance(value, str | int | float) else ""


def is_slack_export(path: Path) -> bool:
    """Whether a folder or zip file has the files of a Slack export."""
    return Export(path, path.name).top is not None


def read_slack(path: Path, name: str, oddities: Oddities) -> Contacts:
    """Every message of an export between two people, a row a receiver; the weight is 1.

    People are named by their e-mail address where users.json has it, else by name. thread: the
    conversation and the time of the message that began the thread. line: the number of the message
    in its file. Raises InvalidInput for an export without messages.
    """
    export = Export(path, name)
    people, programs = _people(export)
    rows: list[_Row] = []
    days: dict[str, list[PurePosixPath]] = defaultdict(list)
    for file in export.files:
        if file.parent.parent == export.top:
            days[file.parent.name].append(file)
    conversations = _conversations(export)
    for folder, files in days.items():
        conversation = conversations.get(folder, Conversation(POST, ()))
        rows += _messages(export, folder, files, conversation, programs, oddities)
    if not rows:
        message = "holds no message from one person to another"
        raise InvalidInput([Problem(name, 0, 0, "", message)])
    frame = pd.DataFrame(rows)
    table = contacts_table(
        frame["source"].map(lambda one: people.get(one, one)),
        frame["target"].map(lambda one: people.get(one, one)),
        frame["line"],
        kind=frame["kind"],
        time=pd.to_datetime((frame["time"] * 1e6).round().astype("int64"), unit="us", utc=True),
        offset=0.0,
        thread=frame["thread"],
    )
    return Contacts(name, table, True, False, True)


def _people(export: Export) -> tuple[dict[str, str], set[str]]:
    """What each user is called, and which of them are programs."""
    called, programs = {}, set()
    for file in export.files:
        if file.name not in ("users.json", "org_users.json") or file.parent != export.top:
            continue
        for _, user in export.records(file):
            own, profile = _text(user, "id"), user.get("profile")
            inner = profile if isinstance(profile, dict) else {}
            real = _text(inner, "real_name") or _text(user, "real_name") or _text(user, "name")
            called[own] = _text(inner, "email") or real or own
            if user.get("is_bot") or own == "USLACKBOT":
                programs.add(own)
    return called, programs


def _conversations(export: Export) -> dict[str, Conversation]:
    """The conversations by the name of their folder: a channel's name, or the id of a chat."""
    found = {}
    for file in export.files:
        kind = _CONVERSATIONS.get(file.name)
        if kind is None or file.parent != export.top:
            continue
        for _, one in export.records(file):
            members = one.get("members")
            named = [m for m in members if isinstance(m, str)] if isinstance(members, list) else []
            conversation = Conversation(kind, tuple(named))
            found.update({_text(one, key): conversation for key in ("id", "name")})
    return found


def _messages(
    export: Export,
    folder: str,
    files: list[PurePosixPath],
    conversation: Conversation,
    programs: set[str],
    oddities: Oddities,
) -> Iterator[_Row]:
    """The rows of one conversation, in order of time."""
    written: dict[str, list[str]] = {}
    for file in files:
        for line, message in export.records(file):
            source, time = _text(message, "user"), _text(message, "ts")
            place = f"{export.name}/{folder}/{file.name}:{line}"
            if message.get("type") != "message" or _text(message, "subtype") not in _PEOPLE_WRITE:
                continue
            if not source or source in programs or message.get("bot_id"):
                said = "messages written by programs"
                oddities.add(export.name, "program-message", said, "left out", [place])
                continue
            if not _TIME.fullmatch(time):
                said = "messages without a time"
                oddities.add(export.name, "no-time", said, "left out", [place])
                continue
            start = _text(message, "thread_ts") or time
            before = written.setdefault(start, [])
            receivers = _receivers(message, source, conversation, before) - programs - {source}
            before.append(source)
            if not receivers:
                said = "messages in conversations of many that name nobody"
                done = "left out: they are to nobody in particular"
                oddities.add(export.name, "names-nobody", said, done, [place])
            thread = f"{folder}/{start}"
            for target in sorted(receivers):
                yield _Row(source, target, conversation.kind, float(time), thread, line)


def _receivers(
    message: dict[str, Any], source: str, conversation: Conversation, before: list[str]
) -> set[str]:
    """The ids of everybody a message is to (see above); `before`: who wrote in its thread."""
    if 0 < len(conversation.members) <= SMALL:
        return set(conversation.members)
    receivers = set(_MENTION.findall(_text(message, "text")))
    starter = _text(message, "parent_user_id") or (before[0] if before else None)
    if starter and starter != source:
        receivers.add(starter)
    elif others := [one for one in before if one != source]:
        receivers.add(others[-1])
    return receivers
