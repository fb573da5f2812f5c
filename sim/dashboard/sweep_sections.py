"""What stands on the page of a sweep: each section's finding, figure, note on how to read it, and numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from sim.dashboard import cells, sweep_findings, theme
from sim.dashboard.figures import front as front_figure
from sim.dashboard.figures.common import difference_text, interval_text
from sim.dashboard.figures.curves import MOST_LEVELS, effect_groups
from sim.dashboard.figures.front import front, settings
from sim.dashboard.figures.parallel import most_lines
from sim.dashboard.figures.precision import MOST_MARKS as MOST_PRECISE
from sim.dashboard.figures.precision import goal, half_widths, measured
from sim.dashboard.measures import Estimate, Policy
from sim.dashboard.sections import Section
from sim.dashboard.slices import MOST_VALUES, Maps
from sim.dashboard.sweep import GAP, Sweep, estimate
from sim.measures import MAIN, MEASURES, shown_in

MOST_ROWS = 200
"""Rows of a table of numbers; the rest stands in the table of runs."""
_BAND = "95 % intervals over replications"
_SHARED = " Policies face the same worlds: where their intervals overlap, they may still be told apart."


def sections(sweep: Sweep) -> list[Section]:
    """The sections in their order: maps for two keys and more, lines for one; what compares only where it ran."""
    made = [*(_plane(sweep) if len(sweep.axes) > 1 else _line(sweep)), _front(sweep)]
    if len(sweep.axes) > 1:
        made += [_effects(sweep), _parallel(sweep)]
    return [*made, _precision(sweep)]


def _plane(sweep: Sweep) -> list[Section]:
    parts = Maps(sweep)
    drawn = _thinned(sweep, parts.marks) if sweep.sampled else ""
    where = "Each mark is a point" if sweep.sampled else "Each cell is a point of the sweep"
    if parts.averaged:
        where += f", averaged over {', '.join(theme.clip(key, 48) for key in parts.averaged)}"
    if not sweep.sampled and max(len(key.labels) for key in sweep.axes[:2]) > MOST_VALUES:
        where += f"; where a key takes more than {MOST_VALUES} values, neighbours are taken together"
    grey = "" if sweep.sampled else " Grey: no such point ran, or nothing was decided there."
    made = []
    if sweep.rivals:
        how = (
            "Crossed marks: the 95 % interval of the paired difference includes 0."
            if sweep.sampled
            else f"{_border(parts)}Hatched: the 95 % interval of the paired difference includes 0."
        )
        made.append(_break_even(sweep, "break-even-map", f"{where}. {how}{grey}{drawn}{_left(parts, GAP)}"))
    line = f" {_border(parts)}Hatched as above." if sweep.rivals and not sweep.sampled else ""
    finding, note = (
        sweep_findings.measures(sweep),
        f"{where}; lighter is better.{line}{grey}{drawn}{_left(parts, 'value')}",
    )
    if parts.flat:
        names = ", ".join(theme.clip(policy.name, 40) for policy in parts.flat)
        note += f" Not drawn, as they do not depend on these keys: {names}."
    return [*made, Section("maps", "The measures over the plane", "maps", finding, note, _points_table(sweep))]


def _thinned(sweep: Sweep, most: int) -> str:
    """A word on what is not drawn, where there are more settings than a figure draws."""
    left = len(sweep.points) * len(sweep.policies) > most
    return " Of this many points an even selection is drawn; the sentence above counts all." if left else ""


def _border(parts: Maps) -> str:
    """What the thick line is, where any map has one: where the difference in value is not of one sign."""
    gaps = [parts.plane.means(parts.sweep, GAP, part)[..., 0] for part in parts.slices(GAP)]
    if not any((gap > 0).any() and (gap <= 0).any() for gap in gaps):
        return ""
    if parts.plane.x.words or parts.plane.y.words:
        return "A thick line parts the cells in which the difference in value is above 0 from the others. "
    return "A thick line is the break-even: there the difference in value, drawn straight between points, is 0. "


def _left(parts: Maps, metric: str) -> str:
    left = parts.left(metric)
    return f" {left:,} more parts of the sweep are not shown: the page would grow too large." if left else ""


def _line(sweep: Sweep) -> list[Section]:
    made = []
    marks = "Bars" if sweep.axes and sweep.axes[0].words else "Bands"
    if sweep.rivals:
        note = f"{marks} are 95 % intervals of the difference, paired replication by replication under common seeds."
        made.append(_break_even(sweep, "break-even-line", note))
    shared = _SHARED if len(sweep.policies) > 1 else ""
    key = theme.clip(sweep.axes[0].key, 48) if sweep.axes else "the only point"
    finding = sweep_findings.measures(sweep)
    return [
        *made,
        Section("lines", f"Along {key}", "lines", finding, f"{marks} are {_BAND}.{shared}", _points_table(sweep)),
    ]


def _break_even(sweep: Sweep, figure: str, note: str) -> Section:
    name = theme.clip(sweep.against.name, 40) if sweep.against else ""
    who = theme.clip(sweep.rivals[0].name, 40) if len(sweep.rivals) == 1 else "a policy"
    heading = f"Where {who} is worth more than {name}"
    return Section("break-even", heading, figure, sweep_findings.break_even(sweep), note, _gap_table(sweep))


def _front(sweep: Sweep) -> Section:
    note = (
        "A setting is a policy with the values of the keys that it reads. In full colour, joined by the line: the "
        f"settings that no other beats in both means, with {_BAND}. Being on the front is judged by the means, which "
        "chance moves a little: a faint mark close to the line may be as good."
        f"{_thinned(sweep, front_figure.MOST_MARKS)}"
    )
    return Section(
        "pareto", "The best trades of quality for delay", "pareto", sweep_findings.pareto(sweep), note, _fronts(sweep)
    )


def _effects(sweep: Sweep) -> Section:
    band = f"Each mark is the mean over all points with that value, with {_BAND}"
    if sweep.design == "one-at-a-time":
        band = f"Each mark is a point at which only that key differs from the first point, with {_BAND}"
    many = any(len(key.labels) > MOST_LEVELS for key in sweep.axes)
    more = f" Of a key with more than {MOST_LEVELS} values neighbours are taken together." if many else ""
    tied, shared = "", _SHARED if len(sweep.policies) > 1 else ""
    if sweep.design == "zip":
        tied = " The keys vary together: these are not the effects of one key alone."
    note = f"{band}. All panels have the same scale.{more}{tied}{shared}"
    return Section(
        "effects", "What each key does", "effects", sweep_findings.effects(sweep), note, _effects_table(sweep)
    )


def _parallel(sweep: Sweep) -> Section:
    by = sweep.metrics[0].title.lower() if sweep.metrics else "value"
    thinned = _thinned(sweep, most_lines(sweep) * len(sweep.policies))
    note = (
        f"A line is a point of the sweep, coloured by its {by}: yellow the best fifth, dark blue the worst. Lines "
        f"through the same value of a key are drawn a little apart.{thinned}"
    )
    return Section("parallel", "Every point at once", "parallel", sweep_findings.parallel(sweep), note, "")


def _precision(sweep: Sweep) -> Section:
    asked = goal(sweep.manifest)
    note = "Half the width of every point's 95 % interval; points by their number in the design."
    note += _thinned(sweep, MOST_PRECISE // max(1, len(measured(sweep))))
    if asked:
        note += " Dashed: the half width at which a point has run often enough."
    finding = sweep_findings.precision(sweep)
    return Section("precision", "How well each point is known", "precision", finding, note, _precision_table(sweep))


def _rows(sweep: Sweep, policies: Sequence[Policy], told: Callable[[Policy, int], list[str]]) -> list[list[str]]:
    """A row a policy and point: the point's keys, then what `told` says; at most MOST_ROWS."""
    every = _settings(sweep, policies)
    return [[*_keys(sweep, policy, point), *told(policy, point)] for policy, point in every[:MOST_ROWS]]


def _settings(sweep: Sweep, policies: Sequence[Policy], compared: bool = False) -> list[tuple[Policy, int]]:
    """Each policy at the points at which it (or, where compared, `against`) has settings that it had at none before."""
    places = {policy: set((sweep.compared if compared else sweep.different)(policy).tolist()) for policy in policies}
    return [(policy, point) for point in range(len(sweep.points)) for policy in policies if point in places[policy]]


def _keys(sweep: Sweep, policy: Policy, point: int) -> list[str]:
    dot = f'<span class="dot" style="background:{policy.colour}"></span>'
    read = sweep.told(point, policy)
    values = [cells.text(read.get(key.key, "–"), 40) for key in sweep.axes]
    return [f"{dot}<bdi>{cells.text(policy.name, 60)}</bdi>", f"{int(sweep.points[point])}", *values]


def _table(sweep: Sweep, heads: Sequence[str], rows: Sequence[Sequence[str]], many: int) -> str:
    """An HTML table, and a word on the rows that it leaves out."""
    if not rows:
        return ""
    made = cells.table(["Policy", "Point", *(cells.text(key.key, 60) for key in sweep.axes), *heads], rows)
    left = many - len(rows)
    return made + (f'<p class="note">{left:,} more rows: see the table of runs.</p>' if left > 0 else "")


def _points_table(sweep: Sweep) -> str:
    def told(policy: Policy, point: int) -> list[str]:
        return [interval_text(m, estimate(sweep.estimates(m.name, policy)[point])) for m in sweep.metrics]

    rows = _rows(sweep, sweep.policies, told) if sweep.metrics else []
    return _table(sweep, [m.title for m in sweep.metrics], rows, len(_settings(sweep, sweep.policies)))


def _gap_table(sweep: Sweep) -> str:
    def told(policy: Policy, point: int) -> list[str]:
        found = estimate(sweep.estimates(GAP, policy)[point])
        as_gap = Estimate(difference=found.mean, difference_low=found.low, difference_high=found.high)
        return [difference_text(MEASURES["value"], as_gap)]

    every = _settings(sweep, sweep.rivals, compared=True)
    rows = [[*_keys(sweep, policy, point), *told(policy, point)] for policy, point in every[:MOST_ROWS]]
    return _table(sweep, ["Difference in value"], rows, len(every))


def _fronts(sweep: Sweep) -> str:
    if not {"quality", "delay"} <= set(sweep.runs.columns):
        return ""
    best, names = front(settings(sweep)), [name for name in shown_in(MAIN) if name in sweep.runs.columns]
    rows = [
        [
            *_keys(sweep, s.policy, s.point),
            *(interval_text(MEASURES[n], estimate(sweep.estimates(n, s.policy)[s.point])) for n in names),
        ]
        for s in best[:MOST_ROWS]
    ]
    return _table(sweep, [MEASURES[name].title for name in names], rows, len(best))


def _effects_table(sweep: Sweep) -> str:
    rows = []
    for number in range(len(sweep.axes)):
        key, groups = effect_groups(sweep, number)
        for policy in [policy for policy in sweep.policies if sweep.reads(policy, key.key).any()]:
            found = [sweep.grouped(m.name, policy, groups, len(key.labels)) for m in sweep.metrics]
            for place, label in enumerate(key.labels):
                numbers = [interval_text(m, estimate(f[place])) for m, f in zip(sweep.metrics, found, strict=True)]
                rows.append(
                    [f"{cells.text(key.key, 60)} {cells.text(label, 40)}", cells.text(policy.name, 60), *numbers]
                )
    heads = ["Key and value", "Policy", *(metric.title for metric in sweep.metrics)]
    return cells.table(heads, rows[: 2 * MOST_ROWS]) if rows and sweep.metrics else ""


def _precision_table(sweep: Sweep) -> str:
    """The half widths of all measures: smallest, middle, largest; a row a policy and measure."""
    rows = []
    for metric in measured(sweep):
        for policy in sweep.rivals if metric == GAP else sweep.policies:
            half = half_widths(sweep, metric, policy)[sweep.different(policy)]
            known = half[np.isfinite(half)]
            if len(known):
                title = "Difference in value" if metric == GAP else MEASURES[metric].title
                ends = (known.min(), float(np.median(known)), known.max())
                numbers = [theme.number(float(x), 4) for x in ends]
                rows.append([title, cells.text(policy.name, 60), *numbers, f"{len(known):,}"])
    heads = ["Half width of", "Policy", "Smallest", "Middle", "Largest", "Points"]
    return cells.table(heads, rows) if rows else ""
