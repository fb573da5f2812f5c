"""`check`: is a scenario right, what will run, and about how long will it take."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from sim.commands.console import Console, Files, Set, counted, examples, load, overrides
from sim.commands.guard import command, say_problems
from sim.errors import InvalidInput, Problem
from sim.progress import saying, span
from sim.texts import clip, isolated

if TYPE_CHECKING:
    from sim.parameters import Parameters
    from sim.scenario import Scenario

Say = Callable[[str], None]

HELP = f"""{
    examples(
        "leaderstream check mine.yaml",
        "leaderstream check scenarios/*.yaml",
        "leaderstream check mine.yaml --json",
    )
}

Validates scenarios, with the files they name; says what will run and about how long it will take.
Every problem is told with its line and column; exit 3 when there is one. What is valid but probably
not intended, such as an overloaded organisation, is a warning. As JSON: a list of what will run,
each with its warnings, or (exit 3) a list of problems; a problem and a warning have file, line,
column, path and message. What a file of an earlier format (schema: 1) sets that means something
else by now is said too, and is not part of the JSON.
"""


def register(app: typer.Typer) -> None:
    """Offer the command."""
    command(
        app,
        rules=True,
        name="check",
        help=HELP,
        short_help="Validate scenarios; say what will run and how long it may take.",
    )(check)


def check(console: Console, files: Files, changes: Set = None) -> None:
    """Validate all files, then say what each will do."""
    problems: list[Problem] = []
    good: list[tuple[Path, Scenario, dict[str, Parameters]]] = []
    with saying(console.quiet) as say:
        for file in files:
            try:
                good.append((file, *_prepared(file, overrides(changes), say)))
            except InvalidInput as error:
                problems += error.problems
        plans = [] if problems else [_plan(*one, say) for one in good]
    from sim.commands.warnings import format_notes

    if problems:
        everything = InvalidInput(problems)
        if console.json:
            console.data_json([vars(problem) for problem in everything.problems])
        say_problems(console, everything)
        raise typer.Exit(everything.exit_code)
    if console.json:
        console.data_json(plans)
    else:
        console.data("\n\n".join(_print_plan(console, plan) for plan in plans))
        for warning in (warning for plan in plans for warning in plan["warnings"]):
            console.warning(str(Problem(**warning)))
    for _, scenario, _ in good:
        format_notes(console, scenario)
    console.next(console.again(verb="run"))


def _prepared(
    file: Path, changes: dict[str, str], say: Say
) -> tuple[Scenario, dict[str, Parameters]]:
    """The scenario of a file, and each policy of it, ready to run; InvalidInput lists the problems
    of the file and those it names.
    """
    from sim.parameters import parameters

    problems: list[Problem] = []
    ready = {}
    shown = clip(file, 40)
    say(f"reading {shown}")
    scenario = load(file, changes)
    policies = scenario.policies()
    for place, (name, policy) in enumerate(policies.items(), 1):
        say(f"{shown}: preparing policy {place:,} of {len(policies):,}")
        try:
            ready[name] = parameters(policy)
        except InvalidInput as error:
            problems += error.problems
    if problems:
        raise InvalidInput(problems)
    return scenario, ready


def _plan(
    file: Path, whole: Scenario, policies: Mapping[str, Parameters], say: Say
) -> dict[str, Any]:
    from sim.commands.demand_warnings import demands_of, looked_at
    from sim.commands.warnings import idle_keys, warnings_of
    from sim.parameters.urgency import OTHERS, readers
    from sim.runner.room import expected

    base = next(iter(policies.values()))
    shown = clip(file, 40)
    say(f"{shown}: working out what leaders are asked to do")
    places = demands_of(policies)
    scenario, structure = base.scenario, base.structure
    seconds, how = estimate(policies)
    say(f"{shown}: looking for what may not be meant")
    again = readers({name: resolved.scenario for name, resolved in policies.items()})
    often = scenario.repeats
    further, runs = len(again) * len(OTHERS) * often.max, len(policies) * often.max
    return {
        "file": str(file),
        "name": scenario.name,
        "policies": list(policies),
        "labels": whole.labels,
        "leaders": len(structure.key),
        "positions": {
            name: int((structure.position == place).sum())
            for place, name in enumerate(structure.positions)
        },
        "channels": len(structure.channel_source) // 2,
        "issues": expected(base),
        "events": _events(policies, whole),
        "replications": often.max,
        "fewest_replications": often.least,
        "until": None if often.until is None else often.until.model_dump(),
        "runs": runs,
        "runs_at_other_urgencies": further,
        "claims": len(whole.claims),
        "seed": scenario.seed,
        "digest": scenario.digest,
        "seconds": seconds * (1 + further / runs),
        "estimated_from": how,
        "load": [{"policy": policy, "load": asdict(load)} for policy, load in places],
        "policies_in_load": len(looked_at(policies)),
        "warnings": [
            asdict(warning) for warning in (*warnings_of(whole, policies), *idle_keys(whole))
        ],
    }


def _events(policies: Mapping[str, Parameters], whole: Scenario) -> str:
    """What happens during a run, by policy; the same for several said once."""
    told: dict[str, list[str]] = {}
    for name, prepared in policies.items():
        said = "; ".join(str(event) for event in prepared.scenario.events)
        told.setdefault(said, []).append(whole.shown(name))
    if len(told) == 1:
        return next(iter(told))
    return " | ".join(f"{', '.join(names)}: {said or 'none'}" for said, names in told.items())


def _print_plan(console: Console, plan: dict[str, Any]) -> str:
    from sim.commands.demand_warnings import row

    positions = ", ".join(f"{count} {name}" for name, count in plan["positions"].items())
    issues = ", ".join(f"{count:.0f} {kind}" for kind, count in plan["issues"].items())
    policies = counted(len(plan["policies"]), "policy", "policies")
    about = f"{'at most ' if plan['until'] else ''}about {span(plan['seconds'])}"
    rows = (
        ("policies", _policies(plan)),
        ("leaders", f"{plan['leaders']} ({positions}), {plan['channels']} channels"),
        *([("events", plan["events"])] if plan["events"] else []),
        ("issues", f"about {issues} counted in each replication"),
        ("runs", f"{policies} x {_often(plan)}{_further(plan)}"),
        ("load", f"{row(plan['load'], plan['labels'])}{_of_how_many(plan)}"),
        ("claims", str(plan["claims"] or "none")),
        ("seed", str(plan["seed"])),
        ("time", f"{about} (approximate: {plan['estimated_from']})"),
    )
    lines = [f"  {name:<13}{text}" for name, text in rows]
    return "\n".join([console.bold(f"{plan['file']}: {plan['name']} is valid"), *lines])


def _policies(plan: dict[str, Any]) -> str:
    """The names of the policies, each behind the label that it is shown by."""
    labels = plan["labels"]
    return ", ".join(
        f"{isolated(labels[name])} ({name})" if name in labels else name
        for name in plan["policies"]
    )


def _of_how_many(plan: dict[str, Any]) -> str:
    """Of how many policies the load was worked out, where not of all."""
    known, all_of_them = plan["policies_in_load"], len(plan["policies"])
    return f", of the first {known:,} of {all_of_them:,} policies" if known < all_of_them else ""


def _often(plan: dict[str, Any]) -> str:
    """How often each policy runs, and how many runs that are; until what is known, where it says
    so."""
    least, most, until = plan["fewest_replications"], plan["replications"], plan["until"]
    fewest = plan["runs"] // most * least
    if until is None:
        return f"{counted(most, 'replication', 'replications')} = {plan['runs']}"
    wide = (
        f"{100 * until['half_width']:g} % of the base's mean"
        if until["relative"]
        else f"{until['half_width']:g}"
    )
    what = "the difference to the base" if len(plan["policies"]) > 1 else "the mean"
    known = f"until {what} in {until['metric']} is known to \u00b1{wide}"
    return f"{least} to {most} replications = {fewest} to {plan['runs']}, {known}"


def _further(plan: dict[str, Any]) -> str:
    """The runs at other urgencies, where a policy reads the half-life."""
    more = plan["runs_at_other_urgencies"]
    at_most = "at most " if plan["until"] else ""
    return (
        f", and {at_most}{more} at other urgencies, as a rule goes by the half-life" if more else ""
    )


def estimate(policies: Mapping[str, Parameters]) -> tuple[float, str]:
    """About how many seconds all runs of the policies will take on all cores, and how that is
    known. Nothing is played for it."""
    from sim.compiler import is_cached
    from sim.runner.pool import available_cores
    from sim.runner.speed import COMPILING_SECONDS, seconds_a_run

    cores = available_cores()
    given = list(policies.values())
    replications = given[0].scenario.replications
    classes = any(one.class_ for policy in given for one in policy.scenario.leaders)
    engine = "mesa" if classes else "compiled"
    each, measured = seconds_a_run(given, engine)
    seconds = each * len(given) * replications / cores
    how = (
        f"at the speed of the last runs on this machine, on {counted(cores, 'core', 'cores')}"
        if measured
        else f"a guess, as nothing has run on this machine yet, on "
        f"{counted(cores, 'core', 'cores')}"
    )
    if any(policy.scenario.rule_files for policy in given):
        how += "; what custom rules take is not counted"
    if engine == "compiled" and not is_cached():
        seconds += COMPILING_SECONDS
        how = f"{COMPILING_SECONDS:.0f} s of it to compile the model, once; {how}"
    return seconds, how
