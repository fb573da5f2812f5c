"""The clock by which people live: a time zone that was named, or the one in which a log is
written."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.errors import UsageError, nearest


@dataclass(frozen=True)
class Zone:
    """name: as it is told. found: how it was found. area: a name of the IANA database, or ''.
    since, ahead: without one, from which moments (UTC) on the clock is how many minutes ahead of
    UTC."""

    name: str
    found: str
    area: str = ""
    since: tuple[pd.Timestamp, ...] = ()
    ahead: tuple[int, ...] = ()

    def local(self, times: pd.Series) -> pd.Series:
        """What the clock shows at each time (UTC timestamps), without a zone."""
        if self.area:
            return times.dt.tz_convert(self.area).dt.tz_localize(None)
        plain = times.dt.tz_localize(None)
        if not self.ahead:
            return plain
        starts = np.array([moment.tz_localize(None) for moment in self.since], "datetime64[us]")
        held = plain.to_numpy().astype("datetime64[us]")
        place = np.maximum(np.searchsorted(starts, held, side="right") - 1, 0)
        minutes = np.asarray(self.ahead, dtype="int64")[place]
        return plain + pd.Series(pd.to_timedelta(minutes, unit="min"), index=times.index)


UTC = Zone("UTC", "")


def zone_of(times: pd.Series, offsets: pd.Series, given: str | None) -> Zone:
    """The zone of a log.

    times, offsets: of its messages; minutes ahead of UTC, NaN where the log does not say. given: a
    name of the IANA database that the user gave; UsageError for one that is none. Else the clock is
    ahead of UTC by what most messages of a day are written in, so that summer time is followed.
    """
    if given is not None:
        return Zone(given, "as given", _known(given))
    known = offsets.notna() & times.notna()
    if not known.any():
        return Zone("of the log", "the log names none")
    if (offsets[known] == 0).all():
        return Zone("UTC", "as the times are written, a guess: --timezone Europe/Berlin says it")
    days = times[known].dt.floor("D")
    usual = offsets[known].groupby(days).agg(lambda day: day.value_counts().index[0])
    changes = usual[usual.ne(usual.shift())]
    ahead = tuple(int(minutes) for minutes in changes)
    names = list(dict.fromkeys(f"UTC{m // 60:+03d}:{m % 60:02d}" for m in ahead))
    share = float((offsets[known] == days.map(usual)).mean())
    found = f"{share:.0%} of the times are written so" + (
        ", summer time followed" if len(names) == 2 else ""
    )
    return Zone(" and ".join(names[:3]), found, "", tuple(changes.index), ahead)


def _known(name: str) -> str:
    from zoneinfo import available_timezones

    zones = available_timezones()
    if name not in zones:
        close = nearest(name, sorted(zones))
        raise UsageError(f"--timezone {name}: no such time zone{close}; such as Europe/Berlin")
    return name
