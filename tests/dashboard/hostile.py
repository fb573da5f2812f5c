"""A result whose every name tries to be more than a name."""

from __future__ import annotations

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
FORMULAS = ("=cmd|' /C calc'!A0", "@SUM(1)", "-2+3", '+"x"', "<img src=x onerror=alert(2)>", "\u202ename", "plain")
KINDS = {
    "<img src=x onerror=alert(1)>": {"stakes": 1.0, "half_life": "5d", "expiry": "20d", "share": 0.6},
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
    made["decisions"] = decisions.assign(accountable=[FORMULAS[place % len(FORMULAS)] for place in places])
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
    claim = {"metric": NAMES[0], "direction": NAMES[1], "policy": NAMES[2], "than": NAMES[3], "by": 0.0}
    manifest["claims"] = [{**claim, "confidence": 0.95, "verdict": NAMES[0], "why": NAMES[1]}]
    manifest["tables"] = {"<td>": {"sha256": "<th>", "rows": 1}}
    return manifest


def hostile_sweep():
    """Runs and manifest of a sweep whose keys, values and policies are all hostile, over a plane and a third key."""
    keys = {f"power.{NAMES[0]}": list(NAMES[:4]), f"issues.{NAMES[1]}.x": list(NAMES[4:]), NAMES[2]: ["1d", "2d"]}
    runs = swept.runs(swept.grid(keys), NAMES[:3], replications=3)
    made = swept.manifest(list(keys), NAMES[:3], **{key: hostile_manifest()[key] for key in ("name", "seed", "digest")})
    made |= {"title": "</title><script>alert('title')</script>", "description": "<img src=x onerror=alert(1)> \u202e"}
    return runs, made | {
        "tables": {"<td>": {"sha256": "<th>"}},
        "design": "<i>",
        "leaderstream": "<b>",
        "finished": "<s>",
    }
