"""The documents as data: their blocks of code, commands, links and headings."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])

_BLOCK = re.compile(r"^( *)```(\w*)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


@dataclass(frozen=True)
class Block:
    """A block of code: its language, its text, and the line of the document that it begins in."""

    language: str
    text: str
    line: int


def text_of(document: Path) -> str:
    """The text of a document."""
    return document.read_text(encoding="utf-8")


def blocks(text: str, *languages: str) -> list[Block]:
    """The fenced blocks of a text in these languages, in order."""
    all_blocks = [
        Block(m[2], m[3], text.count("\n", 0, m.start()) + 2) for m in _BLOCK.finditer(text)
    ]
    return [block for block in all_blocks if block.language in languages]


def commands(block: Block) -> list[str]:
    """The commands of a block, without comments and prompts; a backslash at the end of a line
    joins it with the next."""
    joined = re.sub(r"\\\n\s*", " ", block.text)
    lines = [line.removeprefix("$ ") for line in joined.splitlines()]
    return [line for line in (re.sub(r"(^|\s)#.*$", "", line).strip() for line in lines) if line]


def words(command: str) -> tuple[list[str], str | None]:
    """The words of a command, and the file that its output goes to, if any."""
    before, _, after = command.partition(" > ")
    return shlex.split(before), after.strip() or None


def links(text: str) -> list[str]:
    """The targets of all links and pictures that are no addresses of the web."""
    return [target for target in _LINK.findall(text) if "://" not in target]


def anchors(text: str) -> set[str]:
    """The anchors of a document's headings, as they are made from their words."""
    headings = re.findall(r"^#+ (.+)$", re.sub(_BLOCK, "", text), re.MULTILINE)
    kept = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings)
    return {heading.replace(" ", "-") for heading in kept}
