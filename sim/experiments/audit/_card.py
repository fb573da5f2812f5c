"""An audit as a card of a notebook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.cards import card, short_table, text
from sim.experiments.audit import wording

if TYPE_CHECKING:
    from sim.experiments.audit.audit import Audit


def card_of(audit: Audit) -> str:
    """The answer, and a table with a row an alternative and a column a finding."""
    head, *facts = wording.facts(audit)
    said = "".join(f"<li>{text(sentence, 900)}</li>" for sentence in audit.verdict)
    shown_table = wording.table(audit)
    shown = [
        f"<ul>{said}</ul>",
        "".join(f"<p>{text(line)}</p>" for line in wording.found_lines(audit)),
        short_table(
            [*map(text, shown_table.heads)],
            [[text(cell) for cell in row] for row in shown_table.rows],
        )
        if audit.cells
        else "",
        "".join(f"<p><small>{text(note, 900)}</small></p>" for note in wording.notes(audit)),
    ]
    hints = (".verdict", ".table", ".findings")
    return card(f"{head}: audit", [*facts, f"in {audit.folder}"], *shown, hints=hints)
