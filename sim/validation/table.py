"""What a validation found, as text and as data."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from sim.validation._check import FALSE_ALARM
from sim.validation._play import CheckResult

HEAD = ("setting", "driver", "exact", "simulated", "std. error", "z", "verdict")


def number(value: float) -> str:
    """A number with five significant digits, two where it is next to nothing; '-' where there is
    none."""
    if math.isnan(value):
        return "-"
    if value == 0.0:
        return "0"
    return f"{value:.1e}" if abs(value) < 1e-5 else f"{value:#.5g}"


def score(z: float) -> str:
    """A normal score with two decimals, none where it is huge; '-' where chance plays no part."""
    return "-" if math.isnan(z) else f"{z:+.2f}" if abs(z) < 100.0 else f"{z:+.0f}"


def cells(finding: CheckResult) -> tuple[str, ...]:
    """A row of the table: as `HEAD` says, without what went wrong. A bound is shown as the most
    that is allowed."""
    judged = finding.judged
    bound = "at most " if finding.row.check.is_bound else ""
    return (
        finding.row.setting,
        finding.driver,
        bound + number(finding.exact),
        number(judged.mean),
        number(judged.error),
        score(judged.z),
        judged.verdict,
    )


def text(findings: Sequence[CheckResult], bold: Callable[[str], str] = lambda words: words) -> str:
    """The findings as lines under the theory that they are about."""
    lines = [cells(finding) for finding in findings]
    widths = [max(len(line[column]) for line in (HEAD, *lines)) for column in range(len(HEAD))]
    blocks, theory = [_line(HEAD, widths)], ""
    for finding, line in zip(findings, lines, strict=True):
        if finding.row.check.theory != theory:
            theory = finding.row.check.theory
            blocks.append(bold(theory))
        blocks.append(_line(line, widths) + (f"  ({finding.why})" if finding.why else ""))
    return "\n".join(blocks)


def _line(line: Sequence[str], widths: Sequence[int]) -> str:
    """Texts to the left, numbers to the right."""
    texts = [f"{cell:<{width}}" for cell, width in zip(line[:2], widths[:2], strict=True)]
    numbers = [f"{cell:>{width}}" for cell, width in zip(line[2:6], widths[2:6], strict=True)]
    return "  ".join(["", *texts, *numbers, line[6]])


def described(finding: CheckResult) -> dict[str, Any]:
    """A finding as data that JSON can hold."""
    judged, check = finding.judged, finding.row.check
    return {
        "row": finding.row.name,
        "theory": check.theory,
        "setting": finding.row.setting,
        "scenario": f"scenarios/theory/{check.scenario}.yaml",
        "policy": finding.row.policy,
        "driver": finding.driver,
        "law": check.law,
        "exact": finding.exact,
        "simulated": judged.mean,
        "standard_error": judged.error,
        "z": judged.z,
        "observations": finding.observations,
        "tolerance": check.tolerance if check.is_certain else None,
        "passed": finding.passed,
        "why": finding.why,
    }


def summary(findings: Sequence[CheckResult], limit: float) -> str:
    """How many rows hold, and what they were held to."""
    failed = sum(not finding.passed for finding in findings)
    held = "all hold" if not failed else f"{failed} of them {'fails' if failed == 1 else 'fail'}"
    said = (
        f"{len(findings)} checks, {held}: |z| up to {limit:.2f} passes, a false alarm of "
        f"{FALSE_ALARM:g} over all"
    )
    if any(finding.row.check.is_certain for finding in findings):
        said += (
            "; where z is -,\nchance plays no part, and what is shown is the one farthest "
            "from the exact answer"
        )
    return said
