"""How Sphinx builds the site from the documents that there are (`make site`).

No text is copied: a page that holds `<!-- the text of FILE -->` shows that file of the repository,
and links between documents become links between pages.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PAGES = {
    "README.md": "index",
    "CHANGELOG.md": "project/changes",
    "CONTRIBUTING.md": "project/contributing",
    "CODE_OF_CONDUCT.md": "project/conduct",
    "SECURITY.md": "project/security",
}
"""The documents beside docs/ that have a page."""

project = "leaderstream"
author = "leaderstream contributors"
copyright = author
release = str(re.findall(r'__version__ = "(.+)"', (ROOT / "sim" / "__init__.py").read_text())[0])
version = release

extensions = ["myst_parser", "sphinx_copybutton"]
exclude_patterns = ["notebooks", "site"]
source_suffix = {".md": "markdown"}
nitpicky = True

# Anchors as the documents write them; $ and {} in the documents are text, nothing else.
myst_heading_anchors = 4
myst_enable_extensions: list[str] = []
suppress_warnings = ["myst.header"]  # model.md steps from ## to #### in its long lists

html_theme = "furo"
html_title = f"leaderstream {release}"
html_show_sourcelink = False
html_copy_source = False
html_static_path = ["static"]
html_css_files = ["wide.css"]
copybutton_exclude = ".linenos, .gp"
highlight_language = "none"

_TEXT_OF = re.compile(r"^<!-- the text of (\S+) -->$", re.MULTILINE)
_LINK = re.compile(r"(\]\()(?!#|[a-z]+:)([^)\s#]+)(#[^)\s]*)?\)")
_CODE = re.compile(r"(^ *```.*?^ *```$)", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"\A# .+\n")


def taken_in(text: str, page: Path) -> str:
    """A page's text with the file that it shows in the place of its marker; links lead on."""

    def whole(found: re.Match[str]) -> str:
        file = (page.parent / found[1]).resolve()
        inside = _HEADING.sub("", file.read_text(encoding="utf-8"))
        return _relinked(inside, _linked(file.parent, page.parent))

    return _TEXT_OF.sub(whole, _relinked(text, _linked(page.parent, page.parent)))


def _relinked(text: str, link: Callable[[re.Match[str]], str]) -> str:
    """The text with other links, but not within blocks of code."""
    parts = _CODE.split(text)
    return "".join(part if place % 2 else _LINK.sub(link, part) for place, part in enumerate(parts))


def _linked(home: Path, here: Path) -> Callable[[re.Match[str]], str]:
    """A link of a document in the folder `home` as one of a page in `here`: to the page of a
    document; a file of the repository that has none is only named."""

    def link(found: re.Match[str]) -> str:
        target, anchor = (home / found[2]).resolve(), found[3] or ""
        inside = target.relative_to(ROOT).as_posix()
        if inside in PAGES:
            target = DOCS / f"{PAGES[inside]}.md"
        if DOCS not in target.parents or target.suffix not in (".md", ".svg", ".png"):
            return f"](#{_NO_PAGE}{inside})"
        path = Path(os.path.relpath(target, here)).as_posix()
        return f"]({path}{anchor})"

    return link


_NO_PAGE = "no-page:"
_NAMED = re.compile(r"\[([^\]]*)\]\(#" + _NO_PAGE + r"([^)]*)\)")


def without_page(text: str) -> str:
    """The text with links to files that have no page as their words and the file's name."""

    def named(found: re.Match[str]) -> str:
        same = found[1].strip("`") == found[2]
        return f"`{found[2]}`" if same else f"{found[1]} (`{found[2]}`)"

    return _NAMED.sub(named, text)


def setup(app: Any) -> None:
    """Let Sphinx read every page as `taken_in` gives it."""

    def read(_: Any, name: str, source: list[str]) -> None:
        source[0] = without_page(taken_in(source[0], DOCS / f"{name}.md"))

    app.connect("source-read", read)
