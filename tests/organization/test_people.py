"""Imported organisations: people.csv and ties.csv, their mistakes, and rows in any order."""

from __future__ import annotations

import hashlib
import random
from types import SimpleNamespace

import numpy as np
import pytest

from organization.stand_ins import imported, issue, pairs, scenario
from sim.errors import InvalidInput
from sim.organization import _people, build

PEOPLE = """id,name,level,level_rank,department,manager_id
ann,Ann,Head,1,all,
bob,Bob,Manager,2,east,ann
cat,,Manager,2,west,ann
dan,Dan,Worker,5,east,bob
eve,Eve,Worker,5,west,cat
fay,Fay,Worker,5,west,cat
"""
TIES = """source,target,kind,weight,time
dan,eve,advice,1,
eve,dan,advice,1,
bob,ann,reports_to,1,
fay,ann,friendship,1,3
fay,ann,friendship,1,4
"""

HEAD = "; leave it empty for a head, whose manager is not in this file"


def problems(folder, people_text, ties_text=None, **more):
    with pytest.raises(InvalidInput) as caught:
        build(imported(folder, people_text, ties_text, **more))
    return [str(problem) for problem in caught.value.problems]


def by_id(s, values):
    return dict(zip(s.id, [value.item() for value in values], strict=True))


def test_a_small_organisation_by_hand(tmp_path):
    s = build(imported(tmp_path, PEOPLE, TIES))
    keys = {
        i: int(hashlib.sha256(i.encode()).hexdigest()[:8], 16)
        for i in ["ann", "bob", "cat", "dan", "eve", "fay"]
    }
    assert s.id == sorted(keys, key=keys.get)
    assert s.key.tolist() == sorted(keys.values())
    assert by_id(s, s.row) == {"ann": 0, "bob": 1, "cat": 2, "dan": 3, "eve": 4, "fay": 5}
    assert dict(zip(s.id, s.name, strict=True))["cat"] == "cat"
    assert dict(zip(s.id, s.name, strict=True))["dan"] == "Dan"
    assert s.positions == ["Head", "Manager", "Worker"]
    assert by_id(s, s.position) == {"ann": 0, "bob": 1, "cat": 1, "dan": 2, "eve": 2, "fay": 2}
    assert by_id(s, s.authority) == {"ann": 4, "bob": 2, "cat": 2, "dan": 1, "eve": 1, "fay": 1}
    assert s.units == ["all", "east", "west"]
    assert by_id(s, s.unit) == {"ann": 0, "bob": 1, "cat": 2, "dan": 1, "eve": 2, "fay": 2}
    managers = {
        i: s.id[m] if m >= 0 else None for i, m in zip(s.id, s.manager.tolist(), strict=True)
    }
    assert managers == {
        "ann": None,
        "bob": "ann",
        "cat": "ann",
        "dan": "bob",
        "eve": "cat",
        "fay": "cat",
    }
    lines = {("ann", "bob"), ("ann", "cat"), ("bob", "dan"), ("cat", "eve"), ("cat", "fay")}
    assert pairs(s) == lines | {("dan", "eve"), ("ann", "fay")}


def test_kinds_choose_among_the_ties(tmp_path):
    lines = pairs(build(imported(tmp_path, PEOPLE)))
    assert pairs(build(imported(tmp_path, PEOPLE, TIES, kinds=[]))) == lines
    assert pairs(build(imported(tmp_path, PEOPLE, TIES, kinds=["advice"]))) == lines | {
        ("dan", "eve")
    }
    assert (
        "no tie is of the kind 'advise' (did you mean 'advice'?)"
        in problems(tmp_path, PEOPLE, TIES, kinds=["advise"])[0]
    )


def test_peers_and_positions_may_be_given(tmp_path):
    given = [SimpleNamespace(name="Manager", authority=9.0, attention=2.0, acuity=None)]
    s = build(imported(tmp_path, PEOPLE, peers="unit", positions=given))
    assert ("bob", "cat") in pairs(s)
    assert by_id(s, s.authority) == {"ann": 4, "bob": 9, "cat": 9, "dan": 1, "eve": 1, "fay": 1}
    assert by_id(s, s.attention)["bob"] == 2.0
    wrong = [SimpleNamespace(name="Manger", authority=9.0)]
    assert problems(tmp_path, PEOPLE, positions=wrong) == [
        "stand-in: stream.positions[0].name: no leader is at 'Manger' (did you mean 'Manager'?); "
        "there are: Head, Manager, Worker"
    ]


def test_the_order_of_rows_changes_only_the_row(tmp_path):
    head, *rows = PEOPLE.splitlines()
    tie_head, *tie_rows = TIES.splitlines()
    before = build(imported(tmp_path, PEOPLE, TIES))
    shuffle = random.Random(5)
    for _ in range(10):
        shuffle.shuffle(rows)
        shuffle.shuffle(tie_rows)
        after = build(
            imported(tmp_path, "\n".join([head, *rows]), "\n".join([tie_head, *tie_rows]))
        )
        for field, value in vars(before).items():
            if field == "row":
                assert [rows[r].split(",")[0] for r in after.row] == after.id
            else:
                assert np.array_equal(value, getattr(after, field)), field


def test_positions_by_depth_and_units_by_tree_without_the_columns(tmp_path):
    s = build(imported(tmp_path, "id,manager_id\na,\nb,a\nc,b\nd,\ne,c\n"))
    assert s.positions == ["level-0", "level-1", "level-2", "level-3"]
    assert by_id(s, s.position) == {"a": 0, "b": 1, "c": 2, "d": 0, "e": 3}
    assert dict(zip(s.id, [s.units[u] for u in s.unit], strict=True)) == {
        "a": "executive",
        "b": "b",
        "c": "b",
        "d": "executive",
        "e": "b",
    }
    assert ("a", "d") in pairs(s)


def test_ranks_may_skip_and_lines_may_jump_or_stay_on_a_level(tmp_path):
    s = build(imported(tmp_path, "id,manager_id,level_rank\na,,1\nb,a,9\nc,a,1\nd,c,4\n"))
    assert s.positions == ["level-0", "level-1", "level-2"]
    i = {identity: place for place, identity in enumerate(s.id)}
    assert s.accountable(i["b"], 1) == i["a"]
    at = np.flatnonzero((s.channel_source == i["a"]) & (s.channel_target == i["c"]))
    assert s.channel_direction[at].tolist() == [2]
    assert s.channel_line[at].tolist() == [True]


def test_byte_order_marks_line_ends_blanks_and_quotes(tmp_path):
    plain = build(imported(tmp_path, PEOPLE, TIES))
    messy = "\ufeff\r\n" + PEOPLE.replace("ann,Ann", ' ann ,"Ann"').replace("\n", "\r\n\r\n,,,\r\n")
    (tmp_path / "people.csv").write_bytes(messy.encode())
    (tmp_path / "ties.csv").write_bytes(("\ufeff" + TIES.replace("\n", "\r")).encode())
    stream = SimpleNamespace(
        people="people.csv", ties="ties.csv", kinds=None, peers=None, positions=None
    )
    s = build(scenario(stream, folder=tmp_path))
    for field, value in vars(plain).items():
        assert np.array_equal(value, getattr(s, field)), field


def test_every_mistake_in_people_is_named_at_once(tmp_path):
    text = (
        "id,manager_id,level_rank,department\n"
        "a,,1,x\nb,a,,x\nc,aa,2,\nd,d,two,x\ne,f,2,x\nf,e,2,x\n"
    )
    assert problems(tmp_path, text) == [
        "people.csv:4:2: manager_id: nobody has the id 'aa' (did you mean 'a'?)" + HEAD,
        (
            "people.csv:5:2: manager_id: is the person's own id; leave it empty for somebody "
            "without a manager"
        ),
        "people.csv:6:2: manager_id: nobody leads this circle of managers: e -> f -> e",
    ]
    head = "id,manager_id,level_rank,department,level\n"
    text = head + "a,,1,x,Top\nb,a,,x,\nc,a,2,,Mid\nd,a,two,x,\ne,c,2,x,Top\n"
    messages = problems(tmp_path, text)
    assert "people.csv:3:3: level_rank: is missing: give it to everybody or to nobody" in messages
    assert "people.csv:4:4: department: is missing: give one to everybody or to nobody" in messages
    assert "people.csv:5:3: level_rank: 'two' is no whole number" in messages
    assert (
        "people.csv:6:5: level: 'Top', but an earlier row of this rank or depth is 'Mid'"
        in messages
    )


def test_names_of_levels_must_be_clear(tmp_path):
    twice = "id,manager_id,level\na,,Boss\nb,a,Boss\n"
    assert problems(tmp_path, twice) == [
        "people.csv:3:3: level: 'Boss' stands for another rank or depth already"
    ]
    some = "id,manager_id,level\na,,Boss\nb,a,\n"
    assert problems(tmp_path, some) == [
        "people.csv:3:3: level: is missing: name every rank or depth, or none"
    ]
    reserved = "id,manager_id,level\na,,any\n"
    assert "cannot be called 'any'" in problems(tmp_path, reserved)[0]


def test_ids_missing_and_twice(tmp_path):
    assert problems(tmp_path, "id,manager_id\na,\n,a\na,\n") == [
        "people.csv:3:1: id: is missing",
        "people.csv:4:1: id: 'a' stands already in row 2",
    ]


def test_two_ids_with_one_key_are_an_error(tmp_path, monkeypatch):
    monkeypatch.setattr(_people, "key_of", lambda identity: len(identity))
    assert problems(tmp_path, "id,manager_id\nab,\ncd,\n") == [
        "people.csv:3:1: id: 'cd' and 'ab' have the same 32-bit key; change one of the two ids"
    ]


def test_long_circles_and_those_who_report_into_them(tmp_path):
    rows = ["z,p1", *(f"p{i},p{(i + 1) % 5000}" for i in range(5000))]
    messages = problems(tmp_path, "id,manager_id\n" + "\n".join(rows))
    assert len(messages) == 1
    assert messages[0].startswith("people.csv:3:2: manager_id: nobody leads this circle")
    assert " p0 -> p1 -> p2 ->" in messages[0]


def test_every_mistake_in_ties_is_named_at_once_with_those_in_people(tmp_path):
    ties = (
        "source,target,kind,time\n"
        "a,b,x,1\na,b,x,2\na,b,x,1\nb,b,x,\nq,b,x,\na,,x,\na,b,,\na,b,x,1,2,3\n"
    )
    assert problems(tmp_path, "id,manager_id\na,\nb,zz\n", ties) == [
        "people.csv:3:2: manager_id: nobody has the id 'zz'" + HEAD,
        "ties.csv:4:1: source: the same tie stands already in row 2",
        "ties.csv:5:2: target: is the source itself",
        "ties.csv:6:1: source: nobody has the id 'q'",
        "ties.csv:7:2: target: is missing",
        "ties.csv:8:3: kind: is missing",
        "ties.csv:9:1: source: the same tie stands already in row 2",
        "ties.csv:9:5: has 6 cells, but there are 4 columns",
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "has no column 'id'; its comma-separated columns: none"),
        (
            b"id;manger_id\na;\n",
            "(did you mean 'manger_id'?); its columns, separated by semicolons: id, manger_id",
        ),
        (
            b"ID,Manager ID\na,\n",
            "has no column 'id' (did you mean 'ID'? upper and lower case and spaces count)",
        ),
        (b"id,manger_id\na,\n", "has no column 'manager_id' (did you mean 'manger_id'?)"),
        (b"id,manager_id,id\na,,\n", "id: is a column twice"),
        (b"id,manager_id\n", "lists nobody"),
        (b"id,manager_id\n\xff,\n", "people.csv:2:1: is not UTF-8 text"),
        (b"id,manager_id\na\0,\n", "holds NUL characters"),
        (
            b'id,manager_id\n"a"b,\n',
            "is not a CSV file: line 2: text follows a closing quotation mark",
        ),
        (
            b'id,manager_id\n"a,\nb,a\nc,a\n',
            'line 2: a quotation mark (") opens in this row and is never closed',
        ),
    ],
)
def test_files_that_are_no_list_of_people(tmp_path, content, message):
    (tmp_path / "people.csv").write_bytes(content)
    stream = SimpleNamespace(people="people.csv")
    with pytest.raises(InvalidInput) as caught:
        build(scenario(stream, folder=tmp_path))
    assert message in str(caught.value)


def test_a_file_that_is_not_there(tmp_path):
    stream = SimpleNamespace(people="nobody.csv", ties="no-ties.csv")
    with pytest.raises(
        InvalidInput, match=r"no-ties\.csv: cannot be read(.|\n)*nobody\.csv: cannot be read"
    ):
        build(scenario(stream, folder=tmp_path))


def test_references_to_levels_are_checked(tmp_path):
    issues = {
        "work": issue("Worker", "Manager"),
        "plan": issue("Manager", "Worker"),
        "odd": issue("downstream", "any"),
    }
    messages = problems(tmp_path, PEOPLE, issues=issues, source="Boss")
    assert [line.split(": ")[1] for line in messages] == [
        "direction.source",
        "issues.odd.decided_at",
        "issues.odd.raised_at",
        "issues.plan.decided_at",
    ]


def test_krackhardts_managers(shared_data):
    folder = shared_data / "krackhardt_hightech"
    line = build(scenario(SimpleNamespace(people="people.csv"), folder=folder))
    assert np.bincount(line.position).tolist() == [1, 4, 16]
    assert line.positions == ["CEO", "Vice President", "Manager"]
    assert len(pairs(line)) == 20
    assert line.id[int(line.roots[0])] == "7"
    assert line.units == ["0", "1", "2", "3", "4"]
    ties = SimpleNamespace(people="people.csv", ties="ties.csv", kinds=["advice"])
    advice = build(scenario(ties, folder=folder))
    # 190 arcs of which 90 are returned join 145 pairs; the 20 lines all have a tie.
    assert len(pairs(advice)) == 145
    ties.kinds = None
    assert len(pairs(build(scenario(ties, folder=folder)))) > 145


def test_a_person_who_is_nobody_is_an_error_in_the_real_file(shared_data):
    folder = shared_data / "apollo13_mission_control"
    stream = SimpleNamespace(people="people.csv", ties="ties.csv")
    with pytest.raises(InvalidInput, match=r"people\.csv:6:4: level_rank: is missing"):
        build(scenario(stream, folder=folder))


def test_thousands_of_unknown_ids_are_reported_at_once(tmp_path):
    people_rows = "\n".join(f"person-{i}," for i in range(2000))
    tie_rows = "\n".join(f"stranger-{i},person-1,x" for i in range(2000))
    messages = problems(
        tmp_path, f"id,manager_id\n{people_rows}", f"source,target,kind\n{tie_rows}"
    )
    assert len(messages) == 2000


def test_columns_of_ties_that_change_nothing_are_said(tmp_path):
    plain = "source,target,kind\ndan,eve,advice\nfay,ann,friendship\n"
    bare = build(imported(tmp_path, PEOPLE, plain))
    noted = build(imported(tmp_path, PEOPLE, TIES))
    (note,) = [str(problem) for problem in noted.notes if "no effect" in problem.message]
    assert note == (
        "ties.csv:1:4: weight and time have no effect: a listed pair has one channel, however "
        "often, strongly or lately it is in touch"
    )
    assert not [problem for problem in bare.notes if "no effect" in problem.message] and pairs(
        bare
    ) == pairs(noted)


# stream.pairs: further channels, by ids


def test_further_pairs_are_channels_that_are_no_lines_and_move_nothing_else(tmp_path):
    without = build(imported(tmp_path, PEOPLE, TIES))
    with_pairs = build(imported(tmp_path, PEOPLE, TIES, pairs=(("eve", "ann"), ("dan", "cat"))))
    assert pairs(with_pairs) - pairs(without) == {("ann", "eve"), ("cat", "dan")}
    lines = [s.channel_source[s.channel_line].tolist() for s in (without, with_pairs)]
    assert lines[0] == lines[1]
    assert with_pairs.notes == without.notes


def test_a_pair_of_heads_leaves_them_apart(tmp_path):
    heads = "id,manager_id\nann,\nbob,\ncat,\n"
    apart = build(imported(tmp_path, heads, "source,target,kind\nann,bob,advice\n"))
    further = build(
        imported(tmp_path, heads, "source,target,kind\nann,bob,advice\n", pairs=(("ann", "cat"),))
    )
    assert pairs(apart) == {("ann", "bob")}
    assert pairs(further) == {("ann", "bob"), ("ann", "cat")}


def test_unknown_ids_of_pairs_are_all_named_with_the_nearest(tmp_path):
    assert problems(tmp_path, PEOPLE, pairs=(("Ann", "bob"), ("evee", "zoe"))) == [
        "stand-in: stream.pairs[0]: nobody has the id 'Ann' (did you mean 'ann'? upper and lower "
        "case and spaces count)",
        "stand-in: stream.pairs[1]: nobody has the id 'evee' (did you mean 'eve'?)",
        "stand-in: stream.pairs[1]: nobody has the id 'zoe'",
    ]


def test_a_pair_that_talks_already_is_noted(tmp_path):
    s = build(imported(tmp_path, PEOPLE, TIES, pairs=(("dan", "bob"), ("eve", "dan"))))
    assert [str(note) for note in s.notes if note.path] == [
        "stand-in: stream.pairs[0]: 'dan' and 'bob' have a channel already: the pair changes "
        "nothing",
        "stand-in: stream.pairs[1]: 'eve' and 'dan' have a channel already: the pair changes "
        "nothing",
    ]
    assert pairs(s) == pairs(build(imported(tmp_path, PEOPLE, TIES)))
