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
  plan: {type: estimate, rate: 3/w, raised_at: any, decided_at: top, witnesses: 6, stakes: 4,
         half_life: 1w, expiry: 4w, affects: all}
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

COURSES = """\
name: courses
seed: 3
clock: {horizon: 5w, warmup: 1w}
stream:
  positions:
    - {name: top, leaders: 1, authority: 4}
    - {name: upper, leaders: 2, authority: 3}
    - {name: middle, leaders: 4, authority: 2}
    - {name: work, leaders: 12, authority: 1}
direction: {source: top, shifts: 2/y}
flow: {up: {open: 40%}}
issues:
  task: {type: choice, rate: 6/w, raised_at: work, decided_at: upper, witnesses: 6, half_life: 4d,
         expiry: 15d}
  plan: {type: estimate, rate: 2/w, raised_at: work, decided_at: upper, witnesses: 6, stakes: 6,
         half_life: 1w, expiry: 4w, affects: unit}
  offer: {type: approve, rate: 3/w, raised_at: work, decided_at: upper, witnesses: 5, half_life: 1d,
          expiry: 8d}
  change: {type: choice, status_quo: true, rate: 2/w, raised_at: work, decided_at: upper,
           witnesses: 6, half_life: 4d, expiry: 15d}
consensus: {round: 1h, pause: 4h}
base: contingent
power: {rule: contingent, contingent: {urgent_within: 1d, when_urgent: champion, spread_above: 70%,
        when_spread: shared, stakes_above: 5, when_stakes: chain, otherwise: delegated}}
variants:
  rotating: {power.rule: rotating, consensus.rule: majority, consensus.limit: 3 rounds}
  emergent: {power.rule: emergent, influence.rule: merit, consensus.rule: none}
  chain: {power.rule: chain}
  champion: {power.rule: champion}
  escalate: {power.rule: shared, consensus.rule: unanimity, consensus.fallback: escalate,
             consensus.limit: 1d, consensus.susceptibility: 0}
  drop: {power.rule: shared, consensus.rule: unanimity, consensus.fallback: drop,
         consensus.limit: 1 round, consensus.susceptibility: 0}
  consent: {power.rule: shared, consensus.rule: consent, consensus.objection: 0.1}
  tolerance: {power.rule: vote, consensus.rule: tolerance, consensus.limit: 200%}
  confidence: {power.rule: shared, consensus.rule: confidence, consensus.confidence: 90%}
  quorum: {power.rule: shared, power.forum.quorum: 60%, work.away: 25%}
  written: {power.rule: shared, power.forum.mode: written, power.forum.reply: 6h}
  leaning: {power.rule: shared, consensus.rule: unanimity, consensus.limit: 4 rounds,
            interests.strength: 0.8, issues.task.study: 0.5}
  unlike: {power.rule: shared, competence.spread: 1, competence.judgement: 0.6, trust: learned}
  unlike-alone: {power.rule: autocratic, competence.spread: 1}
  unturned: {power.rule: shared, consensus.turns: off, flow.up.open: 10%}
  narrow: {power.rule: shared, perspective.span: 2, flow.up.open: 90%}
  away: {power.rule: autocratic, work.away: 50%}
  away-delegated: {power.rule: delegated, work.away: 40%}
  inventive: {power.rule: shared, issues.task.invent: 30%, issues.change.invent: 30%,
              consensus.rule: majority}
  inventive-alone: {power.rule: autocratic, issues.task.invent: 30%, issues.change.invent: 50%}
  inventive-chain: {power.rule: chain, issues.task.invent: 30%}
  moving: {power.rule: autocratic, issues.task.drift: 2d, issues.plan.drift: 1w,
           issues.task.study: 0.5}
"""
"""A deeper one, with a variant for each course that an issue can take."""
