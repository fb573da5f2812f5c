"""What is said of results holds in every form of them: nothing arose, nothing was decided, nothing
differs.

A further text is a line in TEXTS: a function of the tables and the manifest, which returns what a
user reads.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cache

import pytest

from sim.comparison import overload
from sim.dashboard import _cells
from sim.dashboard._phrases import NOTHING
from sim.dashboard._sections import sections
from sim.dashboard.estimates import RunData
from sim.dashboard.figures import registry
from sim.dashboard.figures.figure import Data
from sim.dashboard.figures.run import course, decisions, differences, trade_off, urgency
from sim.results import RUN
from tests.texts import results

Text = Callable[[results.Tables, dict], str | Iterable[str]]


def _read(text: Callable[[RunData], str | Iterable[str]]) -> Text:
    return lambda tables, manifest: text(RunData(tables, manifest))


def _grid(data: Data | None) -> str:
    """A table to sort as the page shows it: what is not known is a dash."""
    if data is None:
        return ""
    return "\n".join(
        " | ".join("–" if cell is None else str(cell) for cell in row)
        for row in data.plain("x")["rows"]
    )


TEXTS: dict[str, Text] = {
    "headlines": _read(trade_off.headlines),
    **{figure.name: _read(figure.finding) for figure in registry.PAGES[RUN].figures},
    "course, note": _read(course.note),
    "decisions, note": _read(decisions.note),
    "decisions, rows": _read(lambda reading: _grid(decisions.data(reading))),
    "urgency, note": _read(urgency.note),
    "sections": _read(
        lambda reading: [f"{part.finding} {part.note}" for part in sections(RUN, reading)]
    ),
    "section tables": _read(
        lambda reading: [_plain(part.table) for part in sections(RUN, reading)]
    ),
    "headline table": _read(lambda reading: _plain(_cells.headline_table(reading))),
    "difference table": _read(lambda reading: _plain(differences.table(reading))),
    "overload": overload.sentences,
}

NOT_A_NUMBER = re.compile(r"\bnan\b|\binf\b|\bNone\b|NaN|<NA>")
HOLES = re.compile(r"(^|\s)\.|:\s*[.;]|;\s*\.|,\s*[.,]|\.\.|\(\s*\)|±(?!\s*\d| is half)|\{|\}")
MINUS_ONE = re.compile(r"(?<![\w.])[-−]1(?![\d.])")
RANKING = re.compile(
    r"\b(most|best|fastest|least|fewest|highest|lowest|saved above all|longer|shorter)\b",
    re.IGNORECASE,
)
ALLOWED = re.compile(
    r"those with most at stake|at most (so|each|\d)|the most votes|best-so-far|1 best|Best\b(?= "
    r"\|)|no better than|takes longer than|most of (them|what)|Breaks even",
    re.IGNORECASE,
)


def _plain(html: str) -> str:
    """What a reader sees of HTML: cells apart."""
    apart = re.sub(r"</t[dhr]>|<br>|<small>", " ", html)
    return re.sub(r"<[^>]+>", "", apart).replace("&nbsp;", " ").strip()


@cache
def _result(case: str) -> results.Result:
    return results.CASES[case]()


@cache
def said(text: str, case: str) -> str:
    """What a text says in a case."""
    made = TEXTS[text](*_result(case))
    return made if isinstance(made, str) else "\n".join(made)


ALL = [(text, case) for text in TEXTS for case in results.CASES]


@pytest.mark.parametrize(("text", "case"), ALL)
def test_no_text_has_a_hole_or_a_number_that_is_none(text, case):
    sentences = said(text, case)
    for pattern in (NOT_A_NUMBER, HOLES, MINUS_ONE):
        assert not pattern.search(sentences), (pattern.search(sentences), sentences)


@pytest.mark.parametrize(("text", "case"), ALL)
def test_every_sentence_begins_and_ends_as_one(text, case):
    sentences = said(text, case)
    if text.endswith(("table", "tables", "rows")):
        return
    for line in filter(None, (line.strip() for line in sentences.split("\n"))):
        assert line[0].isupper() or not line[0].isalpha(), line
        assert line.endswith((".", ":")), line


RANKED = (
    "headlines",
    "trade-off",
    "trade-off-by-kind",
    "time",
    "costs",
    "differences",
    "endings",
    "course",
    "decisions",
    "urgency",
)


@pytest.mark.parametrize("text", RANKED)
@pytest.mark.parametrize("case", results.SAME)
def test_nobody_is_first_or_last_where_all_are_alike(text, case):
    sentences = ALLOWED.sub("", said(text, case))
    assert not RANKING.search(sentences), said(text, case)


@pytest.mark.parametrize(
    "text", ["headlines", "trade-off", "trade-off-by-kind", "differences", "endings"]
)
def test_nothing_is_best_where_nothing_was_decided(text):
    sentences = ALLOWED.sub("", said(text, "all lapsed"))
    assert not re.search(r"\b(best|worth most|most often)\b", sentences, re.IGNORECASE), sentences


@pytest.mark.parametrize("case", ["nothing arose", "no rows"])
@pytest.mark.parametrize(
    "text", ["trade-off-by-kind", "time", "costs", "differences", "endings", "trade-off"]
)
def test_where_nothing_arose_that_is_what_is_said(text, case):
    assert said(text, case) == NOTHING


@pytest.mark.parametrize(
    ("text", "case", "expected"),
    [
        (
            "trade-off-by-kind",
            "all lapsed",
            "No operational issue was decided. No strategic issue was decided.",
        ),
        (
            "trade-off-by-kind",
            "all alike",
            "For operational issues decisions are worth the same under all 3 policies: 0.",
        ),
        (
            "endings",
            "all lapsed",
            "No issue was decided under any policy: all expire, and are worth nothing.",
        ),
        (
            "endings",
            "one policy, lapsed",
            "No issue was decided under shared: all expire, and are worth nothing.",
        ),
        (
            "time",
            "all lapsed",
            "Under all 3 policies no issue is decided; each is over after 20.0 working days",
        ),
        (
            "time",
            "one policy's lapsed",
            "Under top-down no issue is decided; each is over after 20.0 working days",
        ),
        (
            "decisions",
            "all lapsed",
            "takes longer than 20.0 working days under every policy; no issue was decided.",
        ),
        ("headlines", "one policy's lapsed", "No issue was decided under top-down."),
        ("trade-off", "all lapsed", "No issue was decided, so there is no quality to compare."),
        ("trade-off", "all alike", "Decisions are equally good under all 3 policies: quality 0."),
    ],
)
def test_degenerate_forms_say_what_happened(text, case, expected):
    assert expected in said(text, case), said(text, case)


NUMBER = re.compile(r"(?<![\w.])\d+\.\d+")


@pytest.mark.parametrize(
    "case", [case for case in results.CASES if case not in ("no rows", "nothing arose")]
)
@pytest.mark.parametrize("text", ["headlines", "time", "costs", "endings", "trade-off-by-kind"])
def test_numbers_said_are_those_of_the_tables(text, case):
    tables, manifest = _result(case)
    reading = RunData(tables, manifest)
    known = {
        f"{estimate.mean:.{digits}f}"
        for estimate in reading.estimates.values()
        for digits in (1, 2, 3)
    }
    known |= {f"{100 * estimate.mean:.1f}" for estimate in reading.estimates.values()}
    known |= {f"{100 * estimate.half_width:.1f}" for estimate in reading.estimates.values()}
    kinds = reading.kind_estimates.values()
    known |= {
        f"{estimate.mean:.{digits}f}"
        for kind in kinds
        for estimate in kind.values()
        for digits in (1, 2, 3)
    }
    for number in NUMBER.findall(said(text, case)):
        assert number in known, (number, said(text, case))
