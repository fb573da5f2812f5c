"""Telling whoever watches an organisation what happens in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.agents.issue import Issue
    from sim.agents.leader import Leader
    from sim.agents.messages import Message
    from sim.agents.trace import Watcher


class Watched:
    """What an organisation tells its watcher, if it has one; a part of `Organization`."""

    tick: int
    watcher: Watcher | None

    def watch(self, issue: Issue, what: str, **data: Any) -> None:
        """Tell whoever watches what happens to an issue."""
        if self.watcher is not None:
            self.watcher.note(self.tick, issue, what, data)

    def watch_sense(self, issue: Issue, leader: Leader) -> None:
        if self.watcher is not None:
            self.watcher.note_sense(leader.model, issue, leader)

    def watch_idea(self, message: Message, copy: Any, kept: bool) -> None:
        if self.watcher is not None:
            self.watcher.note_idea(self.tick, message, copy, kept)

    def watch_post(self, message: Message, due: int) -> None:
        """Tell of a message that is sent, to arrive in the tick `due`, or (-1) that its sender does
        not pass on now."""
        if self.watcher is not None:
            self.watcher.note_post(self.tick, message, due)

    def watch_arrival(self, message: Message) -> None:
        if self.watcher is not None:
            self.watcher.note_arrival(self.tick, message)

    def watch_read(self, message: Message) -> None:
        if self.watcher is not None:
            self.watcher.note_read(self.tick, message)

    def watch_context(self, message: Message, known: float) -> None:
        if self.watcher is not None:
            self.watcher.note_context(self.tick, message, known)

    def watch_round(
        self,
        issue: Issue,
        turns: list[tuple[int, int]],
        choice: int,
        number: float,
        share: float,
        needed: float,
    ) -> None:
        if self.watcher is not None:
            organization: Any = self
            self.watcher.note_round(organization, issue, turns, (choice, number, share, needed))
