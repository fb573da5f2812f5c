"""The points of a design `list`: a CSV file with a column a dotted key and a row a point."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from sim.errors import InvalidInput, Problem
from sim.organization.csvfile import CsvRow, Table, read
from sim.scenario import Scenario, reader
from sim.scenario.experiment_checks import policies_of
from sim.scenario.keys.sweep import MOST_POINTS
from sim.scenario.nodes import Location, Node, problem
from sim.scenario.value_types import ValueType
from sim.scenario.vary import Target, distinct_values, target, unreadable, without_effect

Columns = dict[str, list[Node]]
"""The values of each key, point after point."""


def listed(scenario: Scenario, name: str) -> Columns:
    """The columns of the CSV file `name`; InvalidInput with every problem of the file at once, each
    with its place.

    Every cell is written as in YAML, and looked at alone as any setting is.
    """
    problems: list[Problem] = []
    table = read(scenario.folder, name, [], problems)
    if table is None or problems:
        raise InvalidInput(problems)
    if not table.rows or len(table.rows) > MOST_POINTS:
        message = (
            f"has {len(table.rows) or 'no'} points: expected from 1 to {MOST_POINTS} rows "
            f"beneath the dotted keys"
        )
        raise InvalidInput([Problem(name, 0, 0, "", message)])
    targets = _targets(scenario, table, problems)
    columns: Columns = {key: [] for key in targets}
    for row in table.rows:
        for key, target_of in targets.items():
            columns[key].append(_cell(table, row, key, target_of, problems))
    if not problems:
        problems += _tried(scenario, columns, targets)
    if problems:
        raise InvalidInput(problems)
    return columns


def _targets(scenario: Scenario, table: Table, problems: list[Problem]) -> dict[str, Target]:
    """The key that each column varies; what is wrong with the header is added to the problems."""
    targets = {}
    policies, running = scenario.policies(), policies_of(scenario)
    for place, key in enumerate(table.columns, 1):
        aim = target(key, policies, scenario.base) if key else "is a column without a key"
        if not isinstance(aim, str):
            aim = without_effect(key, scenario.variants, running) or aim
        if isinstance(aim, str):
            problems.append(Problem(table.name, 1, place, key, aim))
        else:
            targets[key] = aim
    return targets


def _cell(table: Table, row: CsvRow, key: str, aim: Target, problems: list[Problem]) -> Node:
    """A cell's value, at its place."""
    mark = Location(table.name, row.line, table.columns.index(key) + 1)
    value, reason = _read(row[key], aim.kind)
    if reason:
        problems.append(problem(mark, key, reason))
    return Node(value, mark)


@lru_cache(maxsize=1024)
def _read(text: str, kind: ValueType) -> tuple[Any, str]:
    """The value that a cell's text is in YAML, and why it cannot stand at a key of this kind (''
    when it can)."""
    node, wrong = reader.read(text, "")
    if node is None or wrong:
        return None, wrong[0].message
    value = Node(node.value if text else None, node.mark)
    return value.value, unreadable(kind, value)


def _tried(scenario: Scenario, columns: Columns, targets: Mapping[str, Target]) -> list[Problem]:
    """What is wrong between a cell, alone, and the scenario's other settings."""
    problems: list[Problem] = []
    for key, cells in columns.items():
        for cell in distinct_values(targets[key], cells):
            try:
                scenario.at({key: cell}, policies_of(scenario))
            except InvalidInput as error:
                problems += error.problems
    return problems
