"""A result whose every name tries to be more than a name."""

from __future__ import annotations

import csv
import json

from tests.dashboard import swept, synthetic

NAMES = (
    "<script>alert(1)</script>",
    "\"quotes\" & 'more' </script><b>bold",
    "%{x} $x$ &lt;i&gt; {{7*7}}",
    "<a href='javascript:alert(1)'>link</a>",
    "非常に長い日本語の方針の名前がここに入ります",
    "سياسة مشتركة للقيادة",
    "x" * 300,
    "\u202eevil\u2066 right to left",
)
FORMULAS = (
    "=cmd|' /C calc'!A0",
    "@SUM(1)",
    "-2+3",
    '+"x"',
    "<img src=x onerror=alert(2)>",
    "\u202ename",
    "plain",
)
KINDS = {
    "<img src=x onerror=alert(1)>": {
        "stakes": 1.0,
        "half_life": "5d",
        "expiry": "20d",
        "share": 0.6,
    },
    "キンド" * 30: {"stakes": 3.0, "half_life": "10d", "expiry": "40d", "share": 0.4},
}


def hostile_tables():
    made = synthetic.tables(NAMES, replications=3, issues=60, kinds=KINDS)
    leaders, decisions = made["leaders"], made["decisions"]
    positions = dict(zip(synthetic.POSITIONS, (NAMES[0], NAMES[3], NAMES[7]), strict=True))
    made["leaders"] = leaders.assign(
        position=leaders["position"].map(positions),
        leader=[f"{NAMES[place % len(NAMES)]}{place % 15}" for place in range(len(leaders))],
    )
    places = range(len(decisions))
    made["decisions"] = decisions.assign(
        accountable=[FORMULAS[place % len(FORMULAS)] for place in places]
    )
    return made


def hostile_manifest():
    manifest = synthetic.manifest(NAMES, kinds=KINDS)
    for policy in (manifest["scenario"], *manifest["policies"].values()):
        policy["title"] = "</title><script>alert('title')</script>" + "W" * 200
        policy["description"] = "<img src=x onerror=alert(1)> </script> \u202e" + "long " * 400
    manifest["varied"] = {"<svg onload=alert(1)>": dict(zip(NAMES, reversed(NAMES), strict=True))}
    manifest |= {
        "name": "'; <b>",
        "seed": "<i>1</i>",
        "engine": "<u>",
        "finished": "<s>",
        "digest": '"><script>',
    }
    claim = {
        "metric": NAMES[0],
        "direction": NAMES[1],
        "policy": NAMES[2],
        "than": NAMES[3],
        "by": 0.0,
    }
    manifest["claims"] = [{**claim, "confidence": 0.95, "verdict": NAMES[0], "why": NAMES[1]}]
    manifest["tables"] = {"<td>": {"sha256": "<th>", "rows": 1}}
    return manifest


def hostile_sweep():
    """Runs and manifest of a sweep whose keys, values and policies are all hostile, over a plane
    and a third key."""
    keys = {
        f"power.{NAMES[0]}": list(NAMES[:4]),
        f"issues.{NAMES[1]}.x": list(NAMES[4:]),
        NAMES[2]: ["1d", "2d"],
    }
    runs = swept.runs(swept.grid(keys), NAMES[:3], replications=3)
    made = swept.manifest(
        list(keys),
        NAMES[:3],
        **{key: hostile_manifest()[key] for key in ("name", "seed", "digest")},
    )
    made |= {
        "title": "</title><script>alert('title')</script>",
        "description": "<img src=x onerror=alert(1)> \u202e",
    }
    return runs, made | {
        "tables": {"<td>": {"sha256": "<th>"}},
        "design": "<i>",
        "leaderstream": "<b>",
        "finished": "<s>",
    }


PAYLOADS = (
    *NAMES,
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "javascript:alert(1)",
    '"><iframe src="http://127.0.0.1:9/x">',
    "' onmouseover='alert(1)' x='",
    "<a href='http://127.0.0.1:9/'>x</a><br>",
    "${alert(1)} `${7*7}`",
    "%s %d %(name)s %n {0}",
    "</style><style>*{display:none}",
    "<!-- --> ]]> &amp;lt;b&gt;",
    "\U0001f469\u200d\U0001f680 \U0001f3f3\ufe0f\u200d\U0001f308 \U0001f1fa\U0001f1f3",
    "bell\x07 escape\x1b[31m null-like\x01 del\x7f\ttab",
    "Ωμέγα Ж ไทย हिन्दी e\u0301\u0327",
    "=HYPERLINK('http://127.0.0.1:9/')",
    "<details open ontoggle=alert(1)>",
    "<math><mtext></mtext><script>alert(1)</script></math>",
    "{{constructor.constructor('alert(1)')()}}",
    "\\u003cscript\\u003ealert(1)\\u003c/script\\u003e",
    "data:text/html,<script>alert(1)</script>",
    "<input autofocus onfocus=alert(1)>",
    "$$\\frac{1}{2}$$ \\(x\\) `code` **bold**",
)
"""Texts that would be markup, script, a template, a formula or a command if anything took them for
one."""


LABEL = "<b onclick=alert(1)>{{7*7}} %{x} $x$ سياسة"
"""The label of its base."""


def hostile_scenario(folder):
    """A file of a scenario whose organisation is made of payloads, and which says them all in title
    and description.

    Variants and kinds of issue can only be called by letters, digits, - and _; a position by any
    text without a dot.
    """
    positions = (
        "<script>alert(1)</script>",
        "\"quotes\" & 'more' %{x} $x$",
        "<img src=x onerror=alert(1)>",
    )
    with (folder / "people.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["id", "name", "manager_id", "level", "department"])
        for place, text in enumerate(FREE):
            level = 0 if place == 0 else 1 if place < 4 else 2
            manager = "" if level == 0 else FREE[0] if level == 1 else FREE[1 + place % 3]
            rows.writerow([text, text, manager, positions[level], FREE[-1 - place]])
    every = " ".join(
        text for text in FREE if all(letter.isprintable() or letter == "\u200d" for letter in text)
    )
    kind = {
        "type": "choice",
        "rate": "6/w",
        "witnesses": 5,
        "half_life": "3d",
        "expiry": "10d",
        "affects": "all",
    }
    scenario = {
        "name": "hostile",
        "title": every[:200],
        "description": every,
        "seed": 3,
        "replications": 2,
        "clock": {"horizon": "3w", "warmup": "1w"},
        "stream": {"people": "people.csv"},
        "direction": {"source": positions[0]},
        "issues": {"task": {**kind, "raised_at": positions[2], "decided_at": positions[1]}},
        "base": "constructor",
        "label": LABEL,
        "variants": {"__proto__": {"power.rule": "autocratic"}},
    }
    path = folder / "hostile.yaml"
    path.write_text(json.dumps(scenario, ensure_ascii=False), encoding="utf-8")
    return path


FREE = tuple(text[:60].strip() for text in PAYLOADS if "\x07" not in text)
"""Those that a file of people can hold: no control characters."""
