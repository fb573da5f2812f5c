"""What the document of performance says is what was measured, computed by hand here."""

from __future__ import annotations

import json
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent.parent / "docs"))

from speed_of import blocks

MACHINE = {"cores": 2, "processor": "P", "system": "S", "python": "3", "numba": "0", "mesa": "3"}


def told(found, folder):
    (folder / "performance.json").write_text(json.dumps({"machine": MACHINE} | found))
    return blocks(folder / "performance.json")


def test_ratios_are_told_for_each_size_and_what_is_missing_is_said(tmp_path):
    def size(leaders, times, c):
        ours = {"compiled": [1, 1, 1], "plain Mesa": times, "C": c}
        milliseconds = {name: [6 * value for value in three] for name, three in ours.items()}
        missing = ["AgentPy could not be installed"]
        return {"leaders": leaders, "apart": 1.26, "missing": missing} | {
            "milliseconds": milliseconds,
            "times ours": ours,
        }

    rivals = {"39": size(39, [40, 38, 42.5], [0.5, 0.4, 0.5]), "390": size(390, [9] * 3, [0.2] * 3)}
    counted = {"compiled": 60_000_000, "C": 12_000_000}
    texts = told({"rivals": rivals, "instructions": counted}, tmp_path)
    answer = texts[2]
    assert "a plain Mesa model 40 times at 39 and 9 times at 390 leaders" in answer
    assert "factor of 2 at 39 and 5 at 390 leaders" in answer
    _, rows = texts[3]
    assert len(rows) == 6 and rows[1] == ["39", "plain Mesa", "240 (228 to 255)", "40 (38 to 42.5)"]
    assert any("by 1.3 standard errors" in text for text in texts if isinstance(text, str))
    assert any("60.0 million instructions, in C 12.0 million: 5 times" in text for text in texts)
    assert "- Not compared: AgentPy could not be installed." in texts


def test_a_hundred_million_runs_are_reckoned_from_what_was_measured(tmp_path):
    found = {
        "points": {
            "points": 10,
            "milliseconds a run": [5, 5, 5],
            "milliseconds beyond it": [2, 2, 2],
        },
        "executors": {"runs": 100, "replications": 20, "1 Dask worker": [200, 200, 200]},
    }
    texts = told(found, tmp_path)
    _, rows = texts[-2]
    # 10^8 / (n x 200) s; a process that spends 2 ms / 20 on a run keeps 50 workers busy.
    assert rows[:2] == [["1", "139", "139"], ["10", "13.9", "139"]]
    assert rows[2][1] == rows[3][1] == "2.78"
    assert "more than 50 workers gain nothing" in texts[-3]


def test_where_nothing_was_measured_that_is_said(tmp_path):
    (text,) = blocks(tmp_path / "performance.json")
    assert "Not measured yet" in text and "make bench" in text


def test_the_memory_of_a_million_leaders_is_reckoned_from_the_largest_measured(tmp_path):
    sizes = {"39": {"MB": 200.0, "kB a leader": None}, "390": {"MB": 221.1, "kB a leader": 60.1}}
    *_, (_, rows), last = told({"memory": sizes}, tmp_path)
    assert rows == [["39", "200", "0"], ["390", "221", "60.1"]]
    assert last.endswith("a million leaders take 60.1 GB.")
