"""A small organisation of two departments whose works never meet, but at the head."""

from __future__ import annotations

from pathlib import Path

from sim import Scenario

PEOPLE = """id,name,manager_id,level,level_rank,department
head,Unmistakable Head,,Head,1,top
left,Unmistakable Left,head,Manager,2,left
right,Unmistakable Right,head,Manager,2,right
l1,Unmistakable Lone,left,Staff,3,left
l2,Unmistakable Ltwo,left,Staff,3,left
l3,Unmistakable Lthree,left,Staff,3,left
r1,Unmistakable Rone,right,Staff,3,right
r2,Unmistakable Rtwo,right,Staff,3,right
r3,Unmistakable Rthree,right,Staff,3,right
"""
TEXT = """name: two
seed: 3
replications: 4
perspective: {facets: 2}
clock: {horizon: 2w, warmup: 2d}
stream: {people: people.csv}
flow: {up: {open: 50%}, down: {open: 80%}, across: {open: 60%}}
issues:
  task: {rate: 2/d, raised_at: Staff, decided_at: Manager, witnesses: 6, half_life: 3d}
power: {rule: autocratic}
base: line
variants: {open: {flow.up.open: 100%}}
"""


def written(folder: Path, more: str = "") -> Path:
    """The scenario and its people in a folder; its path."""
    (folder / "people.csv").write_text(PEOPLE, encoding="utf-8")
    (folder / "two.yaml").write_text(TEXT + more, encoding="utf-8")
    return folder / "two.yaml"


def scenario(folder: Path, **changes: object) -> Scenario:
    """The same as read, with some keys changed (__ stands for a dot)."""
    read = Scenario.load(written(folder))
    return read.with_({key.replace("__", "."): value for key, value in changes.items()})
