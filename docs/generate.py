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
import textwrap
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

if TYPE_CHECKING:
    from sim.tables.columns import Column

TOLD = ("In short", "How it was decided", "Where the time went")
"""The sections of a trace that docs/running.md shows."""
CUT = "[...]"
WIDTH = 100
"""The longest line of a Markdown file."""
_OVERRIDDEN = re.compile(r"issues\.NAME\.(power|consensus)\..*")
_KEPT = "\x00"
DIALS = "#what-each-headline-dial-does"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table; what would end a cell is escaped."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(
        f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines
    )


def wrapped(text: str, first: str = "", rest: str = "", width: int = WIDTH) -> str:
    """A paragraph of Markdown in lines of at most `width`, the first one after `first`, the others
    after `rest`.

    Short inline code and links stay on one line, and no line begins with what Markdown would read
    as the mark of a list. A single word longer than `width` is not broken.
    """
    kept = re.sub(
        r"`[^`]*`|\[[^\]]{1,60}\](?=\()",
        lambda found: found[0].replace(" ", _KEPT) if len(found[0]) <= 62 else found[0],
        text,
    )
    kept = re.sub(r" ([-+*]|\d+[.)])(?= )", rf"{_KEPT}\1", kept)
    lines = textwrap.wrap(
        kept,
        width,
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return "\n".join(lines).replace(_KEPT, " ")


def item(text: str, mark: str = "- ") -> str:
    """An item of a list, wrapped."""
    return wrapped(text, mark, " " * len(mark))


def sentences(*texts: str) -> str:
    """Texts as sentences in a row; each ends with a full stop and begins as it is, empty ones are
    left out."""
    return " ".join(text if text.endswith((".", "?")) else f"{text}." for text in texts if text)


def phases() -> str:
    """The phases of a tick, in order, each with what it does."""
    from sim.agents import Organization
    from sim.clock import PHASES

    items = []
    for place, name in enumerate(PHASES, start=1):
        first, *_ = (getattr(Organization, name).__doc__ or "").strip().split("\n\n")
        about = " ".join(first.split())
        items.append(item(f"**{name}**: {about}", f"{place}. "))
    return "\n".join(items)


def parameters() -> str:
    """Every key of a scenario, a list for each section; what a kind of issue may override is said
    once."""
    from sim.rules.catalog import FAMILIES
    from sim.scenario.explain import Explanation, explain, keys
    from sim.scenario.keys.facts import CONVENTION

    rules = [
        f" {rule.name}: {rule.summary}." for family in FAMILIES.values() for rule in family.values()
    ]

    weighed = how_much_it_matters()

    def entry(fact: Explanation) -> str:
        meaning = fact.meaning
        for rule in rules:
            meaning = meaning.replace(rule, "")
        facts = [f"default {fact.default}" if fact.default else "", fact.unit]
        about = ", ".join(text for text in facts if text)
        head = f"`{fact.key}` ({about})" if about else f"`{fact.key}`"
        allowed = f"Allowed: {fact.allowed}" if fact.allowed else ""
        shown = (
            f"; {weighed[fact.key]}" if fact.source == CONVENTION and fact.key in weighed else ""
        )
        source = f"*Source*: {fact.source}{shown}" if fact.source else ""
        called = f"*{fact.title}.* " if fact.title else ""
        return item(f"{head}: {called}{sentences(meaning, allowed, source)}")

    top_level = "keys of the file itself"
    sections: dict[str, list[str]] = {top_level: []}
    for fact in map(explain, keys()):
        top, dot, _ = fact.key.partition(".")
        if fact.type != "mapping" and not _OVERRIDDEN.fullmatch(fact.key):
            section = f"section `{top}`" if dot or "of mappings" in fact.type else top_level
            sections.setdefault(section, []).append(entry(fact))
    return "\n\n".join(
        f"#### The {name}\n\n" + "\n".join(items) for name, items in sections.items()
    )


def how_much_it_matters() -> dict[str, str]:
    """For the keys that the dials turn, or an audit changes: where is shown how much they
    matter."""
    from dials import STUDIES

    from sim.experiments.audit.alternatives import ALTERNATIVES
    from sim.scenario import Scenario
    from sim.scenario.tree import pattern

    usual = Scenario.from_dict({"name": "usual"}).policies()["base"]
    changed = {key for one in ALTERNATIVES if one.keys is not None for key in one.keys(usual)}
    turned = {key for study in STUDIES for key in study.dials}
    found = {pattern(key.split(".")): "an audit changes it" for key in changed}
    return found | {
        pattern(key.split(".")): f"the [dials]({DIALS}) show what it does" for key in turned
    }


def rules() -> str:
    """Every rule that a scenario can name, a list for each family."""
    from sim.rules.catalog import FAMILIES

    blocks = []
    for family, some in FAMILIES.items():
        items = [
            item(f"`{rule.name}`: {sentences(rule.summary, f'*Source*: {rule.source}')}")
            for rule in some.values()
        ]
        blocks.append(f"#### The family `{family}`\n\n" + "\n".join(items))
    return "\n\n".join(blocks)


def draws() -> str:
    """What every random draw is for, from the numbered purposes of `sim/draws.py`."""
    source = (ROOT / "sim" / "draws.py").read_text(encoding="utf-8")
    rows = re.findall(r"^([A-Z]+) = (\d+)  # (.+)$", source, re.MULTILINE)
    return table(("purpose", "what is drawn"), [(number, about) for _, number, about in rows])


def columns() -> str:
    """Every column of the tables of a result; those that open all tables are said once."""
    from sim.tables import OPTIONAL, TABLES

    tables = TABLES | OPTIONAL
    first, *others = tables.values()
    shared = [column for column in first if all(column in other for other in others)]

    def entry(column: Column) -> str:
        about = f"{column.kind}, {column.unit}" if column.unit else column.kind
        return item(f"`{column.name}` ({about}): {column.meaning}")

    blocks = ["#### All tables\n\n" + "\n".join(map(entry, shared))]
    for name, some in tables.items():
        items = [entry(column) for column in some if column not in shared]
        blocks.append(f"#### The table {name}\n\n" + "\n".join(items))
    return "\n\n".join(blocks)


def figures() -> str:
    """Every figure: its name and what it answers, by the kind of result that it is of."""
    from sim.dashboard.figures.registry import PAGES

    blocks = []
    for kind, page in PAGES.items():
        items = [item(f"`{figure.name}`: {figure.question}") for figure in page.figures]
        blocks.append(f"Of a result of `{kind}`:\n\n" + "\n".join(items))
    return "\n\n".join(blocks)


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


def alternatives() -> str:
    """The alternatives of an audit, in their order, each with why a finding might depend on it."""
    from sim.experiments.audit.alternatives import ALTERNATIVES

    return "\n".join(item(f"`{one.name}`, {one.text}: {one.why}") for one in ALTERNATIVES)


def gallery() -> str:
    """The shipped scenarios of the gallery, each with what it says of itself and its picture."""
    from gallery import FIGURES

    from sim.dashboard.figures.registry import PAGES
    from sim.scenario import Scenario

    shown = {figure.name: figure for figure in PAGES["run"].figures}
    blocks = []
    for name, drawn in FIGURES.items():
        scenario = Scenario.load(ROOT / "scenarios" / f"{name}.yaml")
        figure = shown[drawn]
        blocks += [
            f"## {scenario.title}",
            wrapped(" ".join(scenario.description.split())),
            f"![{figure.shows}](gallery/{name}.svg)",
            wrapped(
                f"*{figure.question}* {len(scenario.policies())} policies, "
                f"{scenario.replications} replications: `leaderstream run scenarios/{name}.yaml`, "
                f"then `leaderstream figure {name} {drawn} --out {name}.svg`."
            ),
        ]
    return "\n\n".join(blocks)


def torture() -> str:
    """What came of `make torture`, as it was last played whole."""
    from torture.table import paragraphs

    texts = []
    for text in paragraphs():
        is_item, is_heading = text.startswith("- "), text.startswith("#")
        texts.append(item(text[2:]) if is_item else text if is_heading else wrapped(text))
    return "\n\n".join(texts)


def speed() -> str:
    """What came of `make bench`, as it was last played whole."""
    from speed_of import blocks

    texts = []
    for block in blocks():
        if not isinstance(block, str):
            texts.append(table(*block))
        else:
            is_item, is_heading = block.startswith("- "), block.startswith("#")
            texts.append(item(block[2:]) if is_item else block if is_heading else wrapped(block))
    return "\n\n".join(texts)


PARTS: Mapping[str, Mapping[str, Callable[[], str]]] = {
    "docs/running.md": {"trace": traced},
    "docs/gallery.md": {"gallery": gallery},
    "docs/extending.md": {"figures": figures, "alternatives": alternatives},
    "docs/model.md": {
        "phases": phases,
        "draws": draws,
        "rules": rules,
        "parameters": parameters,
        "columns": columns,
    },
    "docs/performance.md": {"speed": speed},
    "docs/reliability.md": {"torture": torture},
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
