"""Browsers that have one family of fonts only, as other machines do.

A page names no font of its own that every machine has, so the width of its texts differs from
machine to machine: DejaVu Sans is about as wide as Verdana, the widest that is common; Liberation
Sans is as wide as Arial; Noto Sans lies between them and stands for Segoe UI and Roboto.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

FAMILIES = {
    "DejaVu": ("DejaVuSans.ttf", "DejaVu Sans", "DejaVu Sans Mono"),
    "Liberation": ("LiberationSans-Regular.ttf", "Liberation Sans", "Liberation Mono"),
    "Noto": ("NotoSans-Regular.ttf", "Noto Sans", "Noto Sans Mono"),
}
"""By name: a file that shows where the family lies, and what stands for sans-serif and for
monospace."""
SWITCHES = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.fonts", "~/.local/share/fonts")
_CONF = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <dir>{folder}</dir>
  <cachedir>{cache}</cachedir>
  <alias binding="same"><family>monospace</family><prefer><family>{mono}</family></prefer></alias>
  <match target="pattern">
    <edit name="family" mode="append_last"><string>{sans}</string></edit>
  </match>
</fontconfig>
"""


def folder_of(family: str) -> Path | None:
    """Where the family lies on this machine; None where it does not."""
    for root in _FOLDERS:
        file = next(Path(root).expanduser().rglob(FAMILIES[family][0]), None)
        if file is not None:
            return file.parent
    return None


def configuration(family: str, folder: Path) -> Path:
    """A fontconfig file in `folder` under which there is this family and nothing else.

    pytest's skip, with the family's name, where it is not installed.
    """
    lies = folder_of(family)
    if lies is None:
        pytest.skip(f"the fonts {family} are not on this machine")
    _, sans, mono = FAMILIES[family]
    path = folder / f"{family}.conf"
    path.write_text(
        _CONF.format(folder=lies, cache=folder / "cache", sans=sans, mono=mono), encoding="utf-8"
    )
    return path


def installed() -> str:
    """Where Chromium lies; pytest's skip where there is none."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("there is no chromium on this machine")
    return chromium


@contextmanager
def launched(fonts: Path | None = None) -> Iterator[Any]:
    """A browser with the machine's own fonts, or with those of a fontconfig file."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    chromium = installed()
    env = dict(os.environ) if fonts is None else {**os.environ, "FONTCONFIG_FILE": str(fonts)}
    with playwright.sync_playwright() as running:
        opened = running.chromium.launch(executable_path=chromium, args=SWITCHES, env=env)
        yield opened
        opened.close()
