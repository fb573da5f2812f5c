"""Names of columns and keys that stand in a page where a reader expects words."""

from __future__ import annotations

import re
from html.parser import HTMLParser

RAW = re.compile(r"(?<![\w./@:-])[a-z][a-z0-9]*(?:[._][a-z][a-z0-9]*)+(?![\w(/])")
"""snake_case and dotted.keys, but for addresses, paths and options."""
FILES = ("yaml", "html", "csv", "json", "parquet", "py")
ADVISED = {"privacy.smallest_group", "calibrate.replications.test"}
"""Keys that a sentence names as it says what to set."""
DECLARED = {"script", "style", "code", "kbd", "pre"}
"""Elements that hold what is typed or read by machines: there a name stands as it is."""
NEVER_CLOSED = {"meta", "link", "br", "hr", "img", "input", "col"}


def raw_names(text: str) -> list[str]:
    """The names in a text, files apart."""
    return [name for name in RAW.findall(text) if not name.endswith(FILES) and name not in ADVISED]


class Shown(HTMLParser):
    """The raw names in what a page shows, each with its surroundings."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._inside: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Go into an element."""
        if tag not in NEVER_CLOSED:
            self._inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Leave an element, and those inside it that nothing closed."""
        if tag in self._inside:
            while self._inside.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        """Look at a text."""
        if not DECLARED & set(self._inside):
            self.found += [f"{name}: {data.strip()[:100]}" for name in raw_names(data)]
