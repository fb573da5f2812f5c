"""Times as files write them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sim.sources.oddities import Oddities
from sim.sources.times import Times, read_times


def read(*texts: str) -> tuple[Times, dict[str, str]]:
    """The times of a column, and what was done by code of oddity."""
    oddities = Oddities()
    column = pd.Series(list(texts), dtype="str")
    times = read_times(column, "log.csv", "when", np.arange(2, 2 + len(texts)), oddities)
    return times, {one.code: one.done for one in oddities}


def moments(times: Times) -> list[str]:
    return [f"{value:%Y-%m-%d %H:%M:%S.%f}"[:-5] for value in times.values.dropna()]


@pytest.mark.parametrize(
    ("text", "moment", "offset"),
    [
        ("2026-01-31T14:05:00Z", "2026-01-31 14:05:00.0", 0),
        ("2026-01-31 14:05", "2026-01-31 14:05:00.0", None),
        ("2026-01-31T14:05:00.25+01:00", "2026-01-31 13:05:00.2", 60),
        ("2026-01-31T14:05:00-0730", "2026-01-31 21:35:00.0", -450),
        ("2026/1/31 2:05 pm", "2026-01-31 14:05:00.0", None),
        ("2026-01-31 12:05 AM", "2026-01-31 00:05:00.0", None),
        ("31.01.2026, 14:05 +02", "2026-01-31 12:05:00.0", 120),
        ("31.01.26 14:05:09", "2026-01-31 14:05:09.0", None),
        ("31/01/99", "1999-01-31 00:00:00.0", None),
        ("01/31/2026 9:00:00 AM", "2026-01-31 09:00:00.0", None),
        ("Mon, 14 May 2001 16:39:00 -0700 (PDT)", "2001-05-14 23:39:00.0", -420),
        ("14 May 2001 16:39 GMT", "2001-05-14 16:39:00.0", 0),
        ("1355517523.500005", "2012-12-14 20:38:43.5", 0),
        ("1355517523500", "2012-12-14 20:38:43.5", 0),
        ("1355517523500000", "2012-12-14 20:38:43.5", 0),
        ("45000.5", "2023-03-15 12:00:00.0", None),
        ("45000,5", "2023-03-15 12:00:00.0", None),
        ("20260131", "2026-01-31 00:00:00.0", None),
        ("20260131140509", "2026-01-31 14:05:09.0", None),
    ],
)
def test_each_way_of_writing_a_time(text, moment, offset):
    times, _ = read(text, "", text)
    assert moments(times) == [moment, moment]
    assert pd.isna(times.values[1])
    assert times.calendar
    assert times.offset[0] == offset if offset is not None else pd.isna(times.offset[0])


def test_seconds_since_a_start_are_no_calendar():
    times, said = read("170759.2", "208901.1")
    assert not times.calendar and not times.dates_only
    assert (times.values[1] - times.values[0]).total_seconds() == pytest.approx(38141.9)
    assert list(said) == ["no-calendar"]


def test_excels_days_are_said():
    assert read("45000")[1]["excel-dates"] == "45000 is 2023-03-15"
    assert "excel-dates" not in read("0", "45000")[1]


@pytest.mark.parametrize(
    ("texts", "first", "said"),
    [
        (("03/04/2026", "31/03/2026"), "2026-04-03", None),
        (("03/04/2026", "03/31/2026"), "2026-03-04", None),
        (("03.04.2026", "04.04.2026"), "2026-04-03", None),
        (("01/03/2026", "02/03/2026", "01/04/2026"), "2026-03-01", "read day first: the rows"),
        (("03/01/2026", "03/02/2026", "04/01/2026"), "2026-03-01", "read month first: the rows"),
        (("03/04/2026", "03/04/2026"), "2026-04-03", "read day first: either is possible"),
    ],
)
def test_day_or_month_first_is_decided_from_all_rows(texts, first, said):
    times, done = read(*texts)
    assert moments(times)[0].startswith(first)
    assert times.dates_only
    if said is None:
        assert not done
    else:
        assert done["day-or-month"].startswith(said)


def test_cells_that_are_no_time_are_counted_with_examples():
    oddities = Oddities()
    column = pd.Series(["2026-01-31", "soon", "2026-02-31", "soon"], dtype="str")
    times = read_times(column, "log.csv", "when", np.array([2, 5, 6, 9]), oddities)
    assert times.values.notna().tolist() == [True, False, False, False]
    (odd,) = oddities
    assert (odd.code, odd.count) == ("unreadable-time", 3)
    assert odd.examples == ["log.csv:5: soon", "log.csv:6: 2026-02-31", "log.csv:9: soon"]


def test_a_column_without_times():
    times, said = read("", "")
    assert times.values.isna().all() and not said and not times.dates_only
