"""Files as spreadsheets write them: separators, encodings, numbers with decimals; whom an unknown
id may be."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from organization.stand_ins import imported, pairs, scenario
from sim.errors import InvalidInput
from sim.organization import build

COMMAS = "id,manager_id,level_rank\n1,,1\n2,1,2\n3,1,2\n10,2,3\n"
TIES = "source,target,kind\n3,10,advice\n"
HEAD = "; leave it empty for a head, whose manager is not in this file"


def of_bytes(folder, people: bytes, ties: bytes | None = None):
    (folder / "people.csv").write_bytes(people)
    stream = SimpleNamespace(people="people.csv", ties=None, kinds=None, peers=None, positions=None)
    if ties is not None:
        (folder / "ties.csv").write_bytes(ties)
        stream.ties = "ties.csv"
    return build(scenario(stream, folder=folder))


def problems(folder, people_text, ties_text=None):
    with pytest.raises(InvalidInput) as caught:
        build(imported(folder, people_text, ties_text))
    return [str(problem) for problem in caught.value.problems]


def notes(structure):
    return [str(note) for note in structure.notes]


@pytest.mark.parametrize(
    ("separator", "called"),
    [(";", "semicolons"), ("\t", "tabs"), ("|", "vertical bars")],
    ids=["semi", "tab", "bar"],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_other_separators_and_encodings_are_read_and_said(tmp_path, separator, called, encoding):
    plain = build(imported(tmp_path, COMMAS, TIES))
    people, ties = (text.replace(",", separator).encode(encoding) for text in (COMMAS, TIES))
    read = of_bytes(tmp_path, people, ties)
    for name, value in vars(plain).items():
        if name != "notes":
            assert np.array_equal(value, getattr(read, name)), name
    assert notes(plain) == []
    assert notes(read) == [
        f"{file}.csv:1:1: is separated by {called}; it was read so" for file in ("people", "ties")
    ]


def test_the_case_of_semicolons(tmp_path):
    read = build(imported(tmp_path, "id;manager_id\n1;\n2;1\n3;1\n"))
    assert pairs(read) == {("1", "2"), ("1", "3")}


def test_a_line_that_says_the_separator_is_no_row_and_lines_are_counted_on(tmp_path):
    read = build(imported(tmp_path, "sep=;\nid;manager_id\n1;\n2;1\n"))
    assert pairs(read) == {("1", "2")}
    assert problems(tmp_path, "sep=;\nid;manager_id\n1;\n2;x\n") == [
        f"people.csv:4:2: manager_id: nobody has the id 'x'{HEAD}"
    ]


def test_commas_inside_cells_and_quotation_marks_do_not_mislead(tmp_path):
    read = build(imported(tmp_path, 'id;manager_id;"name"\n"1";;"Roe, Ann"\n2;1;"Doe; Bob"\n'))
    assert sorted(read.name) == ["Doe; Bob", "Roe, Ann"]
    read = build(imported(tmp_path, "id,manager_id,name\n1,,Ann; Head\n2,1,Bob\n"))
    assert sorted(read.name) == ["Ann; Head", "Bob"] and notes(read) == []


def test_the_case_of_decimal_ids(tmp_path):
    read = build(imported(tmp_path, "id,manager_id\n1,\n2,1.0\n10,1.0\n20,10.0\n3,2.0\n"))
    assert pairs(read) == {("1", "2"), ("1", "10"), ("10", "20"), ("2", "3")}
    said = (
        "people.csv:3:2: manager_id: whole numbers with decimals, such as 1.0, were read "
        "without them: 1"
    )
    assert notes(read) == [said]


def test_decimals_in_any_column_of_ids_and_ranks(tmp_path):
    plain = build(imported(tmp_path, COMMAS, TIES))
    people = "id,manager_id,level_rank\n1.0,,1.0\n2.00,1.0,2.0\n3,1.0,2.0\n10.0,2,3.0\n"
    read = build(imported(tmp_path, people, "source,target,kind\n3.0,10.0,advice\n"))
    for name, value in vars(plain).items():
        if name != "notes":
            assert np.array_equal(value, getattr(read, name)), name
    assert len(read.notes) == 2
    semicolons = people.replace(",", ";").replace(".", ",")
    assert pairs(build(imported(tmp_path, semicolons))) == pairs(build(imported(tmp_path, COMMAS)))
    assert problems(tmp_path, "id,manager_id\n1,\n1.0,\n") == [
        "people.csv:3:1: id: '1' stands already in row 2"
    ]


@pytest.mark.parametrize(
    ("ids", "unknown", "hint"),
    [
        (
            ("1", "10", "HR"),
            "1.0",
            "; '1' is the same number written otherwise, as spreadsheets do",
        ),
        (("007", "17"), "7", "; '007' is the same number written otherwise"),
        (("1000", "100"), "1e3", "; '1000' is the same number written otherwise"),
        (("1", "2"), "2.50", "; it has decimals, as spreadsheets add"),
        (("a1", "a10"), "1,0", "; it has decimals"),
        (("20", "2"), "22", ""),
        (("12345678901", "1"), "1.23E+10", "; it has decimals"),
        (("12345678901", "1"), "1E+10", "; a spreadsheet may have shortened it"),
        (
            ("Ann Roe", "Bob"),
            "ann  roe",
            " (did you mean 'Ann Roe'? upper and lower case and spaces count)",
        ),
        (("HR", "IT"), "hr", " (did you mean 'HR'? upper and lower case"),
        (("manager", "head"), "manger", " (did you mean 'manager'?)"),
    ],
)
def test_an_unknown_number_is_never_taken_for_another_persons(tmp_path, ids, unknown, hint):
    rows = "".join(f'"{identity}",\n' for identity in ids)
    (problem,) = problems(tmp_path, f'id,manager_id\n{rows}zz,"{unknown}"\n')
    assert f"nobody has the id '{unknown}'{hint}" in problem
    assert problem.endswith(HEAD)
    if not hint:
        assert (
            problem
            == f"people.csv:{len(ids) + 2}:2: manager_id: nobody has the id '{unknown}'{HEAD}"
        )


def test_ids_are_left_alone_where_one_is_no_whole_number(tmp_path):
    read = build(imported(tmp_path, "id,manager_id\n1.0,\n1.5,1.0\n1,1.0\n"))
    assert pairs(read) == {("1.0", "1.5"), ("1", "1.0")}
    assert all("decimals" not in note for note in notes(read))


def test_the_case_of_an_outside_head(tmp_path):
    messages = problems(tmp_path, "id,manager_id\nHR,CEO\nHR1,HR\nHR2,HR\n")
    assert messages == [f"people.csv:2:2: manager_id: nobody has the id 'CEO'{HEAD}"]
    assert pairs(build(imported(tmp_path, "id,manager_id\nHR,\nHR1,HR\nHR2,HR\n"))) == {
        ("HR", "HR1"),
        ("HR", "HR2"),
    }


def test_ties_name_unknown_numbers_as_carefully(tmp_path):
    messages = problems(
        tmp_path, "id,manager_id\n1,\nHR,1\n10,1\n", "source,target,kind\n1.0,HR,x\nhr,1,x\n"
    )
    assert messages == [
        "ties.csv:2:1: source: nobody has the id '1.0'; '1' is the same number written otherwise, "
        "as spreadsheets do: ids are compared as text",
        (
            "ties.csv:3:1: source: nobody has the id 'hr' (did you mean 'HR'? upper and lower case "
            "and spaces count)"
        ),
    ]
