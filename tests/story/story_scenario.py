"""A small organisation with every type of issue, under policies that tell different stories."""

SMALL = """\
name: small
seed: 7
clock: {horizon: 3w, warmup: 1w}
stream:
  positions:
    - {name: top, leaders: 1, authority: 4}
    - {name: middle, leaders: 3, authority: 2}
    - {name: work, leaders: 9, authority: 1}
direction: {source: top, shifts: 2/y}
issues:
  task: {type: choice, rate: 12/w, raised_at: work, decided_at: middle, witnesses: 5, half_life: 3d,
         expiry: 10d}
  plan: {type: estimate, rate: 3/w, raised_at: any, decided_at: top, witnesses: 6, stakes: 4, half_life: 1w,
         expiry: 4w, affects: all}
  offer: {type: approve, rate: 3/w, raised_at: work, decided_at: middle, witnesses: 4, expiry: 3w,
          affects: unit}
base: shared
variants:
  top-down: {power.rule: autocratic, flow.up.open: 0}
  delegated: {power.rule: delegated, perspective.breadth: 0.1}
  consulted: {power.rule: consultative, flow.up.open: 0}
  strict: {power.sharing: 1, consensus.rule: unanimity, consensus.limit: 6d, flow.up.open: 10%}
  slow: {power.gather: 9d, consensus.round: 6h, flow.routing: line}
  judged: {issues.offer.accuracy: 0.7, power.rule: vote, consensus.fallback: majority}
"""
