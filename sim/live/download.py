"""A setting given back as files: the scenario as YAML, and the report of the setting and the pinned
ones as HTML."""

from __future__ import annotations

from collections.abc import Sequence

from sim.live.setting import DialSettings, Named
from sim.scenario import Scenario
from sim.scenario.nodes import Node, child, plain
from sim.scenario.override import override
from sim.scenario.policy import alone
from sim.scenario.scenario import NOT_IN_VARIANTS, difference

HEAD = """\
# A setting of the live app, the pinned ones as its variants. Data files, if any, are named from the
# folder of the scenario it was made from.
"""


def scenario_of(
    settings: DialSettings, named: Sequence[Named], replications: int | None = None
) -> Scenario:
    """The setting as the base of a scenario and the pinned ones as its variants, under the names
    they are shown by.

    It holds what the file holds and what the setting changes there; claims and sweep, which are
    about the file's own policies, are left out. replications: in place of the file's own.
    """
    now, *pins = named
    whole = _settings_of(settings.scenario, now)
    variants = {pin.name: difference(_policy(now), _policy(pin)) for pin in pins}
    whole |= {"name": f"{settings.scenario.name[:59]}-live", "base": now.name, "variants": variants}
    if replications is not None:
        whole["replications"] = replications
    return Scenario.from_dict(whole, settings.scenario.folder)


def yaml_text(settings: DialSettings, named: Sequence[Named]) -> str:
    """The scenario of `scenario_of` as the text of a YAML file."""
    import yaml

    mapping = plain(scenario_of(settings, named).root)
    return HEAD + yaml.safe_dump(mapping, sort_keys=False, allow_unicode=True, width=100)


def report(settings: DialSettings, named: Sequence[Named], replications: int, workers: int) -> str:
    """The report on these settings as HTML: of the same runs as any `run` of the scenario makes."""
    from sim.dashboard.report import render
    from sim.runner import run

    result = run(scenario_of(settings, named, replications), workers=workers)
    return render(result.tables, result.manifest, result.verdict)


def _settings_of(scenario: Scenario, now: Named) -> dict[str, object]:
    """What the file holds, with what the policy it starts from and then the dials change there."""
    root = alone(scenario.root)
    variant = child(scenario.root, "variants", now.meant.start)
    for key, node in (variant.value if variant is not None else {}).items():
        root, _ = override(root, key, node)
    for key, value in now.meant.changes.items():
        root, _ = override(root, key, Node(value, root.mark))
    return dict(plain(root))


def _policy(named: Named) -> dict[str, object]:
    """What decides a policy's runs."""
    return {key: value for key, value in named.meant.resolved.items() if key not in NOT_IN_VARIANTS}
