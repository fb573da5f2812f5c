"""No text of anybody's reaches the terminal as an order, by any command; names that some systems
cannot write are refused; rules neither end the command silently nor write into its answer."""

from __future__ import annotations

import json

import pytest

from sim.extension import contained
from sim.texts import STYLES, for_terminal, in_json, styled

# A title for the window, a cleared screen, an 8-bit introducer, text turned round, a bell.
HOSTILE = ("a\033]0;owned\007", "b\033[2J", "c\x9b31m", "d\u202egnp", "e\033[8m")
SCENARIO = """\
name: hostile
stream: {people: people.csv}
clock: {horizon: 2w, warmup: 0d}
issues:
  task: {rate: 8/w, raised_at: any, decided_at: level-0, witnesses: 3, half_life: 3d, expiry: 5d,
         affects: team}
direction: {source: level-0}
"""
ORDERS = ("\033", "\007", "\x9b", "\u202e")


@pytest.fixture
def hostile(folder):
    """A scenario whose people have hostile ids."""
    rows = [f'"{HOSTILE[0]}",', *(f'"{name}","{HOSTILE[0]}"' for name in HOSTILE[1:])]
    text = "id,manager_id\n" + "\n".join(rows) + "\n"
    (folder / "people.csv").write_text(text, encoding="utf-8")
    (folder / "hostile.yaml").write_text(SCENARIO, encoding="utf-8")
    return "hostile.yaml"


def test_ids_reach_the_terminal_as_text_and_json_as_they_are(call, hostile):
    said = call("trace", hostile, "--issue", "1")
    assert said.exit_code == 0 and "a?]0;owned?" in said.stdout
    assert not any(order in said.output for order in ORDERS)
    answer = call("trace", hostile, "--issue", "1", "--json").stdout
    assert not any(order in answer for order in ORDERS)
    assert set(json.loads(answer)["leaders"]) == set(HOSTILE)


def test_what_is_wrong_with_a_hostile_id_is_said_as_text(call, hostile, folder):
    with (folder / "people.csv").open("a", encoding="utf-8") as file:
        file.write(f'x,"{HOSTILE[1]}?"\n"{HOSTILE[2]}",\n')
    said = call("check", hostile)
    assert said.exit_code == 3
    assert not any(order in said.output for order in ORDERS)


def test_own_styles_are_all_that_is_left_of_escapes():
    own = "".join(styled(name, code) for name, code in STYLES.items())
    assert for_terminal(own, styles=True) == own
    assert "\033" not in for_terminal(own)
    for text in HOSTILE:
        assert not any(order in for_terminal(text, styles=True) for order in ORDERS)
    assert for_terminal("line\n\tgrüße, 日本") == "line\n\tgrüße, 日本"
    assert json.loads(in_json(json.dumps(HOSTILE, ensure_ascii=False))) == list(HOSTILE)


@pytest.mark.parametrize("name", ["CON", "nul", "Com1", "LPT9", "aux", "dot.", "space "])
def test_names_that_windows_cannot_write_are_refused(call, folder, name):
    for text in (f'name: "{name}"\n', f'name: x\nvariants: {{"{name}": {{power.sharing: 1}}}}\n'):
        (folder / "named.yaml").write_text(text, encoding="utf-8")
        said = call("check", "named.yaml")
        assert said.exit_code == 3
        assert "is not allowed: expected a name of letters, digits, - and _ (" in said.stderr


def test_a_rule_that_prints_does_not_write_into_the_answer(call, small, folder, capfd):
    (folder / "loud.py").write_text('print("loud " * 2_000_000)\n', encoding="utf-8")
    said = call("trace", small, "--issue", "1", "--json", "--rules", "loud.py")
    assert json.loads(said.stdout)
    assert contained.MOST_PRINTED < len(said.stderr) < 2 * contained.MOST_PRINTED
    assert "what else loud.py prints is not shown" in said.stderr
    assert capfd.readouterr().out == ""


@pytest.mark.parametrize("how", ["os._exit(3)", "from os import _exit; _exit(0)", "exit(4)"])
def test_a_rule_that_ends_the_process_is_named_with_its_line(call, small, folder, how):
    (folder / "ends.py").write_text(f"import os\n{how}\n", encoding="utf-8")
    said = call("check", small, "--rules", "ends.py")
    assert said.exit_code == 2 and "ends.py:2: " in said.stderr


def test_what_a_rule_prints_and_ends_later_is_held_as_well(capsys):
    """In every process that runs it, not while it is read alone."""
    from sim.extension.files import RuleFile, namespace

    text = "import os\ndef say():\n    print('said')\ndef end():\n    os._exit(3)\n"
    names = namespace(RuleFile("later.py", text, "d" * 64))
    names["say"]()
    shown = capsys.readouterr()
    assert (shown.out, shown.err) == ("", "said\n")
    with pytest.raises(RuntimeError, match="would end leaderstream without a word"):
        names["end"]()


def test_check_is_bounded_and_says_what_it_left_out(call, small, folder, monkeypatch):
    monkeypatch.setattr("sim.commands.demand_warnings.MOST_POLICIES", 2)
    said = call("check", small)
    assert said.exit_code == 0 and ", of the first 2 of 5 policies" in said.stdout
    assert json.loads(call("check", small, "--json").stdout)[0]["policies_in_load"] == 2
    monkeypatch.setattr("sim.scenario.load.MOST_PROBLEMS", 3)
    bad = "".join(f"  v{number}: {{power.sharing: {number}}}\n" for number in range(2, 12))
    (folder / "bad.yaml").write_text(f"name: bad\nvariants:\n{bad}", encoding="utf-8")
    said = call("check", "bad.yaml")
    assert "bad.yaml:6:7: variants.v5: with so many problems, 7 variants from here on were not" in (
        said.stderr
    )
    assert "error: 4 problems; nothing was run" in said.stderr
