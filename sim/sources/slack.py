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
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

import pandas as pd

from sim.errors import InvalidInput, Problem
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
_PEOPLE_WRITE = {None, "", "thread_broadcast", "me_message", "file_share", "reply_broadcast"}
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
        self._zip = None if path.is_dir() else zipfile.ZipFile(path)
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
        if self._zip is None:
            data = (self._folder / path).read_bytes()
        else:
            data = self._zip.read(str(path))
        try:
            return json.loads(data)
        except ValueError as error:
            where = f"{self.name}/{path}"
            line = getattr(error, "lineno", 0)
            problem = Problem(where, line, getattr(error, "colno", 0), "", "is not JSON text")
            raise InvalidInput([problem]) from None


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
        for user in export.read(file):
            profile = user.get("profile") or {}
            real = profile.get("real_name") or user.get("real_name") or user.get("name")
            called[user["id"]] = str(profile.get("email") or real or user["id"])
            if user.get("is_bot") or user["id"] == "USLACKBOT":
                programs.add(user["id"])
    return called, programs


def _conversations(export: Export) -> dict[str, Conversation]:
    """The conversations by the name of their folder: a channel's name, or the id of a chat."""
    found = {}
    for file in export.files:
        kind = _CONVERSATIONS.get(file.name)
        if kind is None or file.parent != export.top:
            continue
        for one in export.read(file):
            conversation = Conversation(kind, tuple(one.get("members") or ()))
            found.update({one[key]: conversation for key in ("id", "name") if one.get(key)})
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
        for line, message in enumerate(export.read(file), 1):
            source, place = message.get("user"), f"{export.name}/{folder}/{file.name}:{line}"
            if message.get("type") != "message" or message.get("subtype") not in _PEOPLE_WRITE:
                continue
            if not source or source in programs or message.get("bot_id"):
                said = "messages written by programs"
                oddities.add(export.name, "program-message", said, "left out", [place])
                continue
            start = str(message.get("thread_ts") or message["ts"])
            before = written.setdefault(start, [])
            receivers = _receivers(message, source, conversation, before) - programs - {source}
            before.append(source)
            if not receivers:
                said = "messages in conversations of many that name nobody"
                done = "left out: they are to nobody in particular"
                oddities.add(export.name, "names-nobody", said, done, [place])
            for target in sorted(receivers):
                time = float(message["ts"])
                yield _Row(source, target, conversation.kind, time, f"{folder}/{start}", line)


def _receivers(
    message: dict[str, Any], source: str, conversation: Conversation, before: list[str]
) -> set[str]:
    """The ids of everybody a message is to (see above); `before`: who wrote in its thread."""
    if 0 < len(conversation.members) <= SMALL:
        return set(conversation.members)
    receivers = set(_MENTION.findall(str(message.get("text") or "")))
    starter = message.get("parent_user_id") or (before[0] if before else None)
    if starter and starter != source:
        receivers.add(starter)
    elif others := [one for one in before if one != source]:
        receivers.add(others[-1])
    return receivers
