"""Writes those parts of the documents that the code knows best, between pairs of marker comments.

    python docs/generate.py            # rewrites what is out of date
    python docs/generate.py --check    # changes nothing; names what is out of date and exits 1
    python docs/generate.py --validate # also plays all that theory says, which takes minutes, and
    writes the result

A part stands between `<!-- begin NAME -->` and `<!-- end NAME -->`; `PARTS` says which there are.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

TOLD = ("In short", "How it was decided", "Where the time went")
"""The sections of a trace that the README shows."""
CUT = "[...]"
_OWN_KIND = re.compile(r"issues\.NAME\.(power|consensus)\..*")


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table; what would end a cell is escaped."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(
        f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines
    )


def phases() -> str:
    """The phases of a tick, in order, each with what it does."""
    from sim.agents import Organization
    from sim.clock import PHASES

    rows = []
    for place, name in enumerate(PHASES, start=1):
        about = (getattr(Organization, name).__doc__ or "").strip().splitlines()[0]
        rows.append((str(place), f"**{name}**", about))
    return table(("", "phase", "what happens"), rows)


def parameters() -> str:
    """Every key of a scenario, a table a section; what a kind of issue may override is said
    once."""
    from sim.rules.catalog import FAMILIES
    from sim.scenario.explain import Explanation, explain, keys

    rules = [
        f" {rule.name}: {rule.summary}." for family in FAMILIES.values() for rule in family.values()
    ]

    def row(fact: Explanation) -> tuple[str, ...]:
        meaning = fact.meaning
        for rule in rules:
            meaning = meaning.replace(rule, "")
        return f"`{fact.key}`", meaning, fact.unit, fact.default, fact.allowed, fact.source

    sections: dict[str, list[tuple[str, ...]]] = {"": []}
    for fact in map(explain, keys()):
        top, dot, _ = fact.key.partition(".")
        if fact.type != "mapping" and not _OWN_KIND.fullmatch(fact.key):
            sections.setdefault(top if dot or "of mappings" in fact.type else "", []).append(
                row(fact)
            )
    head = ("key", "meaning", "unit", "default", "allowed", "source")
    return "\n\n".join(table(head, rows) for rows in sections.values())


def rules() -> str:
    """Every rule that a scenario can name, by family."""
    from sim.rules.catalog import FAMILIES

    rows = [
        (family if place == 0 else "", f"`{rule.name}`", rule.summary, rule.source)
        for family, some in FAMILIES.items()
        for place, rule in enumerate(some.values())
    ]
    return table(("family", "rule", "what it does", "source"), rows)


def draws() -> str:
    """What every random draw is for, from the numbered purposes of `sim/draws.py`."""
    source = (ROOT / "sim" / "draws.py").read_text(encoding="utf-8")
    rows = re.findall(r"^([A-Z]+) = (\d+)  # (.+)$", source, re.MULTILINE)
    return table(("purpose", "what is drawn"), [(number, about) for _, number, about in rows])


def columns() -> str:
    """Every column of the four tables, and of the one that only some results have."""
    from sim.tables import OPTIONAL, TABLES

    blocks = []
    for name, some in (TABLES | OPTIONAL).items():
        rows = [(f"`{column.name}`", column.kind, column.unit, column.meaning) for column in some]
        blocks.append(f"#### {name}\n\n{table(('column', 'type', 'unit', 'meaning'), rows)}")
    return "\n\n".join(blocks)


def figures() -> str:
    """Every figure: its name, what it answers, and of which results it is."""
    from sim.dashboard.figures.registry import PAGES

    rows = [
        (f"`{figure.name}`", figure.question, kind)
        for kind, page in PAGES.items()
        for figure in page.figures
    ]
    return table(("figure", "question", "of a result of"), rows)


def traced() -> str:
    """The heart of what `leaderstream trace scenarios/leader-stream.yaml --issue 7` prints, as a
    block."""
    import subprocess

    arguments = ("trace", "scenarios/leader-stream.yaml", "--issue", "7")
    command = [sys.executable, "cli.py", *arguments, "--quiet", "--no-color"]
    said = subprocess.run(
        command, cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.rstrip()
    _, *sections = said.split("\n\n")
    shown = [text if text.partition("\n")[0] in TOLD else CUT for text in sections]
    kept = [
        text for place, text in enumerate(shown) if text != CUT or shown[place - 1 : place] != [CUT]
    ]
    return "\n\n".join([f"```text\n$ leaderstream {' '.join(arguments)}", *kept]) + "\n```"


def validated() -> str:
    """What `leaderstream validate` prints, as a block; RuntimeError when it fails."""
    from sim.progress import Progress
    from sim.runner.pool import available_cores
    from sim.shipped import shipped
    from sim.validation import CHECKS, FULL, count_tests, rows_of, threshold, validate
    from sim.validation.table import summary, text

    rows = rows_of(CHECKS, shipped("theory"))
    findings = validate(rows, FULL, available_cores(), progress=Progress())
    said = f"{text(findings)}\n\n{summary(findings, threshold(count_tests(rows)))}"
    if not all(finding.passed for finding in findings):
        raise RuntimeError(f"the simulator does not meet theory:\n{said}")
    return f"```text\n$ leaderstream validate\n{said}\n```"


PARTS: Mapping[str, Mapping[str, Callable[[], str]]] = {
    "README.md": {"trace": traced},
    "docs/extending.md": {"figures": figures},
    "docs/model.md": {
        "phases": phases,
        "draws": draws,
        "rules": rules,
        "parameters": parameters,
        "columns": columns,
    },
}
"""The documents, and the parts of each that are generated."""
MEASURED: Mapping[str, Mapping[str, Callable[[], str]]] = {
    "docs/model.md": {"validation": validated}
}
"""Parts that take minutes, and are made only when they are asked for."""


def put(text: str, name: str, body: str) -> str:
    """`text` with `body` between the markers of part `name`; ValueError when they do not stand
    there once."""
    begin, end = f"<!-- begin {name} -->", f"<!-- end {name} -->"
    if text.count(begin) != 1 or text.count(end) != 1 or text.index(begin) > text.index(end):
        raise ValueError(f"expected {begin} and then {end}, once each")
    before, rest = text.split(begin)
    return f"{before}{begin}\n\n{body}\n\n{end}{rest.split(end)[1]}"


def outdated(
    root: Path,
    write: bool = False,
    generated: Mapping[str, Mapping[str, Callable[[], str]]] = PARTS,
) -> list[str]:
    """Every part that differs from what the code says, as 'document: part'; brought up to date if
    `write`."""
    found = []
    for document, parts in generated.items():
        path = root / document
        text = path.read_text(encoding="utf-8")
        for name, body in parts.items():
            now = put(text, name, body())
            if now != text:
                found.append(f"{document}: {name}")
                text = now
        if write:
            path.write_text(text, encoding="utf-8")
    return found


def main() -> int:
    """Bring the documents up to date, or say what is not."""
    parser = argparse.ArgumentParser(description="Write the generated parts of the documents.")
    parser.add_argument(
        "--check", action="store_true", help="change nothing; exit 1 when something is out of date"
    )
    parser.add_argument(
        "--validate", action="store_true", help="also play what theory says, and write the result"
    )
    arguments = parser.parse_args()
    check = arguments.check
    found = outdated(ROOT, write=not check)
    if arguments.validate:
        found += outdated(ROOT, not check, MEASURED)
    for part in found:
        print(
            f"{part} "
            f"{'is out of date: run python docs/generate.py' if check else 'brought up to date'}"
        )
    return 1 if check and found else 0


if __name__ == "__main__":
    sys.exit(main())
