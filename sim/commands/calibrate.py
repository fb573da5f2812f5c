"""`calibrate`: find the best settings for stated objectives, and say how sure and how robust that
is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.commands import completion
from sim.commands.console import Console, Set, columns, examples, load, overrides, wrapped
from sim.commands.guard import command
from sim.commands.planning import announce_engine
from sim.commands.run import EngineChoice, Engines, Out, Workers
from sim.errors import Refused, RunsFailed, UsageError, nearest
from sim.results import DASHBOARD

if TYPE_CHECKING:
    from sim.experiments.calibration import Calibration

HELP = f"""{
    examples(
        "leaderstream calibrate mine.yaml                 # as its `calibrate` section says",
        "leaderstream calibrate mine.yaml --objective value=up --objective person_hours=down",
        "leaderstream calibrate mine.yaml --runs 5000     # search on from where it stopped",
        "leaderstream run results/mine-calibrate/recommended.yaml     # compare what it recommends",
    )
}

Searches the policies of a scenario (keys under power, consensus, flow and work.focus) for those
that are best for its objectives. Says which setting is best for each weighting of the objectives,
how surely, what cannot be told, and what it loses when urgency or load are 30 % off; --details adds
the Pareto front, the regrets and the urgency at which the scenario's own policies overtake it.
Written to results/NAME-calibrate; after Ctrl-C or a crash the same command goes on from there.
`leaderstream explain calibrate` says what can be asked.
"""

MOST_RUNS = 100_000
MOST_ROWS = 12

File = Annotated[Path, typer.Argument(metavar="FILE", help="The scenario.", show_default=False)]
Runs = Annotated[
    int | None,
    typer.Option(
        "--runs", metavar="N", min=20, help="How many runs the search may take. Default: its own."
    ),
]
Objective = Annotated[
    list[str] | None,
    typer.Option(
        "--objective",
        metavar="MEASURE=up|down",
        help="What is best, instead of the scenario's objectives; repeatable.",
        autocompletion=completion.objectives,
    ),
]
Seed = Annotated[
    int | None,
    typer.Option(
        "--seed",
        metavar="S",
        min=0,
        max=2**63 - 1,
        help="Which settings are tried. Default: its own.",
    ),
]
Yes = Annotated[bool, typer.Option("--yes", help=f"Also search by more than {MOST_RUNS:,} runs.")]


Details = Annotated[
    bool,
    typer.Option(
        "--details", help="Also print the ranges, the front, the regrets and the break-evens."
    ),
]


def register(app: typer.Typer) -> None:
    """Offer the command."""
    command(
        app,
        rules=True,
        runs=True,
        name="calibrate",
        help=HELP,
        short_help="Find the best settings for stated objectives.",
    )(calibrate)


def calibrate(
    console: Console,
    file: File,
    runs: Runs = None,
    objective: Objective = None,
    seed: Seed = None,
    workers: Workers = None,
    engine: Engines = EngineChoice.auto,
    out: Out = None,
    yes: Yes = False,
    details: Details = False,
    changes: Set = None,
) -> None:
    """Search, test, save and tell."""
    from sim.api import calibrate as find
    from sim.api.experiments import damaged_told
    from sim.experiments.calibration.plan import plan
    from sim.experiments.calibration.saved import RECOMMENDED

    objectives = _objectives(objective)
    scenario = load(file, overrides(changes))
    used = announce_engine(console, scenario, engine.value)
    wanted = plan(scenario, objectives=objectives, runs=runs, seed=seed).runs
    if wanted > MOST_RUNS and not yes:
        raise Refused(
            f"{wanted:,} runs are more than {MOST_RUNS:,}; search by them with --yes, or by fewer"
        )
    progress = console.progress()
    try:
        calibration = find(
            scenario,
            out=out,
            objectives=objectives,
            runs=runs,
            seed=seed,
            workers=workers,
            engine=used,
            progress=progress.counted,
        )
    finally:
        progress.close()
    if calibration.damaged:
        console.problem(damaged_told(calibration.damaged))
    if console.json:
        console.data_json(_data(calibration))
    else:
        console.data(_answer(console, calibration))
        if details:
            console.data(f"\n{_details(console, calibration)}")
    console.next(f"leaderstream run {calibration.folder / RECOMMENDED}")
    if calibration.failures:
        for failure in calibration.failures[:MOST_ROWS]:
            console.problem(
                f"failed: {failure.variant}, replication {failure.replication}: {failure.error}"
            )
        raise RunsFailed(f"{len(calibration.failures):,} runs failed; the others are kept")


def _objectives(pairs: list[str] | None) -> dict[str, str] | None:
    """The objectives given as options; UsageError for what is no measure, or has no direction."""
    from sim.measures import measure_names
    from sim.scenario.keys.calibrate import DOWN, UP

    objectives = {}
    for pair in pairs or []:
        name, _, direction = pair.partition("=")
        if name not in measure_names():
            raise UsageError(
                f"--objective {pair}: {name} is no measure of the runs "
                f"table{nearest(name, measure_names())}"
            )
        if direction not in (UP, DOWN):
            raise UsageError(f"--objective {pair}: expected {name}={UP} or {name}={DOWN}")
        objectives[name] = direction
    return objectives or None


def _answer(console: Console, calibration: Calibration) -> str:
    """The finding, one table and where the rest is: a screen."""
    from sim.experiments.calibration import measured, short, wording

    count = len(calibration.found.candidates)
    policy = short.called(calibration, calibration.plan.policy)
    head = (
        f"{calibration.plan.scenario.name}: {count:,} settings of {policy}, "
        f"{calibration.done:,} runs"
    )
    heads = [measured.measure_name(head) for head in wording.measure_heads(calibration)]
    rows = wording.measure_rows(calibration)
    table = columns(heads, rows, console.width)
    parts = [
        console.bold(wrapped(head, console.width)),
        "\n".join(
            [
                console.bold("In short"),
                *(wrapped(text, console.width, "  ") for text in calibration.verdict),
            ]
        ),
        f"{table}\n{wrapped(wording.MARKED.format(policy), console.width)}",
        "\n".join(_settings(calibration, console.width)),
    ]
    where = f"more: --details, or {calibration.folder / DASHBOARD}"
    return "\n\n".join([*parts, where])


def _settings(calibration: Calibration, width: int) -> Iterator[str]:
    from sim.experiments.calibration import short, wording

    for place, letter in short.letters(calibration).items():
        yield wrapped(
            f"{letter}: {wording.as_arguments(calibration.found.candidates[place].settings)}",
            width,
            "",
            "   ",
        )


def _details(console: Console, calibration: Calibration) -> str:
    """All that was found: what was searched and assumed, the ranges, the front, the regrets and the
    break-evens."""
    from sim.experiments.calibration import measured, wording

    width = console.width
    parts = ["\n".join(_searched(calibration, width))]
    for name, recommendation in calibration.recommendations.items():
        measures = ", ".join(
            f"{measured.measure_name(measure)} {wording.ranged(at)}"
            for measure, at in recommendation.measures.items()
        )
        score = (
            ""
            if len([w for w in calibration.plan.weightings[name] if w]) == 1
            else f"score {wording.ranged(recommendation.score)}; "
        )
        lines = [
            console.bold(
                wrapped(
                    f"Recommended for {measured.weighting_name(calibration, name)} "
                    f"({wording.weighting(calibration, name)})",
                    width,
                )
            ),
            wrapped(wording.lettered_setting(calibration, recommendation.candidate), width, "  "),
            wrapped(f"{score}{measures}", width, "  "),
            wrapped(
                f"the search could not tell from it: {wording.alike(calibration, recommendation)}",
                width,
                "  ",
            ),
        ]
        parts.append("\n".join(lines))
    count = len(calibration.chosen.front)
    title = f"The Pareto front ({len(calibration.front)} shown; {count} settings are on it)"
    heads = [measured.measure_name(head) for head in wording.front_heads(calibration)]
    table = columns(heads, wording.front_rows(calibration), width)
    parts.append(f"{console.bold(title)}\n{table}")
    for name in calibration.recommendations:
        shown = measured.weighting_name(calibration, name)
        title = f"Regret by {shown} ({wording.weighting(calibration, name)})"
        rows = columns(wording.regret_heads(), wording.regret_rows(calibration, name), width)
        parts.append(f"{console.bold(wrapped(title, width))}\n{rows}")
    parts.append("\n".join(wrapped(line, width, "", "    ") for line in _break_evens(calibration)))
    parts.append("\n".join(wrapped(text, width) for text in wording.CAVEATS))
    return "\n\n".join(parts)


def _searched(calibration: Calibration, width: int) -> Iterator[str]:
    from sim.experiments.calibration import wording

    fresh = calibration.done - calibration.before
    yield wrapped(
        f"{calibration.found.spent:,} runs searched, {calibration.done:,} runs in all "
        f"({fresh:,} now, {calibration.before:,} were there)",
        width,
    )
    yield wrapped(f"searched: {', '.join(calibration.plan.axes)}", width)
    yield from (wrapped(f"note: {text}", width) for text in wording.assumptions(calibration))
    if calibration.found.left_out:
        yield wrapped(
            f"note: {len(calibration.found.left_out):,} settings do not go together and were left "
            f"out",
            width,
        )


def _break_evens(calibration: Calibration) -> Iterator[str]:
    from sim.experiments.calibration import measured, short, wording

    yield "Break-even urgency: the factor on half-lives at which value is the same"
    settings: dict[int, list[str]] = {}
    for name, recommendation in calibration.recommendations.items():
        settings.setdefault(recommendation.candidate, []).append(name)
    for names in settings.values():
        who = ", ".join(measured.weighting_name(calibration, name) for name in names)
        yield f"  the setting for {who}, against"
        for (weighting, other), crossing in calibration.crossings.items():
            if weighting == names[0]:
                policy = short.called(calibration, other)
                yield f"    {policy}: {wording.break_even(crossing, policy)}"


def _data(calibration: Calibration) -> dict[str, Any]:
    from sim.experiments.calibration import tables, wording
    from sim.experiments.calibration.calibrate import named

    return {
        "folder": str(calibration.folder),
        "settings": len(calibration.found.candidates),
        "runs": calibration.done,
        "before": calibration.before,
        "verdict": calibration.verdict,
        "search_runs": calibration.found.spent,
        "notes": list(wording.assumptions(calibration)),
        "recommended": {
            name: {
                "setting": recommendation.candidate,
                "settings": dict(recommendation.settings),
                "score": recommendation.score._asdict(),
                "measures": {
                    measure: at._asdict() for measure, at in recommendation.measures.items()
                },
                "difference": {
                    measure: gap._asdict()
                    for measure, gap in calibration.differences[
                        named(recommendation.candidate)
                    ].items()
                },
                "alike": {key: list(values) for key, values in recommendation.alike.items()},
            }
            for name, recommendation in calibration.recommendations.items()
        },
        "front": [
            {
                "setting": place,
                "settings": dict(calibration.found.candidates[place].settings),
                "measures": {measure: at._asdict() for measure, at in measures.items()},
            }
            for place, measures in calibration.front.items()
        ],
        "regrets": tables.regrets(calibration).to_dict("records"),
        "break_even": tables.break_even(calibration).to_dict("records"),
    }
