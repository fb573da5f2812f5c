"""Files of ties and messages in every format, recognised by what they hold."""

from __future__ import annotations

from pathlib import Path

import networkx as nx
import openpyxl
import pytest

from sim.errors import InvalidInput
from sim.sources.contacts import read_contacts
from sim.sources.messages import COLUMNS, Contacts
from sim.sources.oddities import Oddities


def read(
    folder: Path, text: str, name: str = "ties.csv", **chosen: str
) -> tuple[Contacts, dict[str, int]]:
    (folder / name).write_text(text, encoding="utf-8")
    return read_file(folder / name, **chosen)


def read_file(path: Path, **chosen: str) -> tuple[Contacts, dict[str, int]]:
    oddities = Oddities()
    contacts = read_contacts(path, path.name, oddities, chosen)
    assert tuple(contacts.table.columns) == COLUMNS
    return contacts, {one.code: one.count for one in oddities}


def rows(contacts: Contacts, *columns: str) -> list[tuple]:
    return list(contacts.table[list(columns)].itertuples(index=False, name=None))


def test_a_list_of_ties(tmp_path):
    contacts, said = read(tmp_path, "source,target,kind,weight,time\n1,2,advice,1,\n2,1,trust,3,\n")
    assert rows(contacts, "source", "target", "kind", "weight", "line") == [
        ("1", "2", "advice", 1.0, 2),
        ("2", "1", "trust", 3.0, 3),
    ]
    assert not contacts.messages and not contacts.timed and contacts.weighted
    assert not said


@pytest.mark.parametrize(
    "header",
    [
        "From;To;Date",
        "Absender;Empfänger;Gesendet am",
        "expéditeur;destinataire;horodatage",
        "Remitente;Destinatario;Fecha",
        "mittente;destinatario;data ora",
        "Afzender;Ontvanger;Tijdstip",
        "Remetente;Destinatário;Data",
        "Sender_Address;to-email;ts",
    ],
)
def test_columns_in_many_languages(tmp_path, header):
    contacts, said = read(tmp_path, f"{header}\na@x.org;b@x.org;2026-01-05 09:00\n")
    assert rows(contacts, "source", "target") == [("a@x.org", "b@x.org")]
    assert contacts.messages and not said


def test_columns_named_by_the_user(tmp_path):
    text = "left,right,hint\na,b,x\n"
    contacts, said = read(tmp_path, text, source="right", target="left")
    assert rows(contacts, "source", "target") == [("b", "a")]
    assert said == {"unused-column": 1}
    with pytest.raises(InvalidInput, match=r"no column 'rigth' \(did you mean 'right'\?\)"):
        read(tmp_path, text, source="rigth", target="left")


def test_several_receivers_in_a_cell(tmp_path):
    contacts, _ = read(tmp_path, 'from,to,date\na,"b; c;",2026-01-05 09:00\nb,a,2026-01-05 10:00\n')
    assert rows(contacts, "source", "target", "line") == [
        ("a", "b", 2),
        ("a", "c", 2),
        ("b", "a", 3),
    ]


@pytest.mark.parametrize("cell", ["b@x.org, Lee <c@x.org>", "['b@x.org', 'c@x.org']"])
def test_several_addresses_in_a_cell(tmp_path, cell):
    contacts, _ = read(tmp_path, f'from;to\na;"{cell}"\nd;e\n')
    assert list(contacts.table["target"]) == ["b@x.org", "c@x.org", "e"]


@pytest.mark.parametrize("dates", ["2026-01-31", "31.01.2026", "2026-01-31 00:00:00"])
def test_dates_and_times_of_day_in_two_columns(tmp_path, dates):
    contacts, said = read(tmp_path, f"from;to;Date;Time\na;b;{dates};14:05\na;c;{dates};2:30 pm\n")
    assert [f"{time:%d %H:%M}" for time in contacts.table["time"]] == ["31 14:05", "31 14:30"]
    assert not said


@pytest.mark.parametrize(
    ("times", "messages"),
    [
        (["2026-01-05 09:00", "2026-01-06 10:00"], True),
        (["2026-01-05", "2026-01-06"], True),
        (["2026-01-05", "2026-01-05"], False),
        (["2019-01-01", ""], False),
        (["", ""], False),
        (["170759.2", "170759.2"], True),
    ],
)
def test_rows_are_messages_where_times_tell_them_apart(tmp_path, times, messages):
    contacts, _ = read(tmp_path, "from,to,time\n" + "".join(f"a,b,{time}\n" for time in times))
    assert contacts.messages == messages
    assert contacts.timed == any(times)


def test_what_a_weight_is(tmp_path):
    log = "from,to,date,{}\na,b,2026-01-05,4\na,b,2026-01-06,2\n"
    counted, said = read(tmp_path, log.format("count"))
    assert counted.table["weight"].tolist() == [4.0, 2.0] and counted.weighted and not said
    unused, said = read(tmp_path, log.format("weight"))
    assert unused.table["weight"].tolist() == [1.0, 1.0] and not unused.weighted
    assert said == {"unused-weight": 2}
    ties, said = read(tmp_path, "from;to;weight\na;b;1,5\na;c;2\na;d;0\n")
    assert ties.table["weight"].tolist() == [1.5, 2.0] and said == {"no-tie": 1}
    ties, said = read(tmp_path, "from,to,weight\na,b,1.5\na,c,much\n")
    assert ties.table["weight"].tolist() == [1.5, 1.0] and said == {"unreadable-weight": 1}


def test_rows_without_an_end_are_counted(tmp_path):
    contacts, said = read(tmp_path, "from,to,kind\na,,x\n,b,x\na,b,x\n")
    assert len(contacts.table) == 1 and said == {"no-end": 2}


def test_an_edge_list_apart_by_spaces_without_a_header(tmp_path):
    contacts, _ = read(tmp_path, "582 364 0\n168 472 2797\n168 472 3304\n")
    assert rows(contacts, "source", "target") == [("582", "364"), ("168", "472"), ("168", "472")]
    assert contacts.messages and not contacts.calendar


def test_an_excel_sheet(tmp_path):
    book = openpyxl.Workbook()
    for row in (["from", "to", "count"], [1, 2, 4]):
        book.active.append(row)
    book.save(tmp_path / "ties.xlsx")
    contacts, _ = read_file(tmp_path / "ties.xlsx")
    assert rows(contacts, "source", "target", "weight") == [("1", "2", 4.0)]


def test_a_matrix(tmp_path):
    text = ";anna;bo;carla\nbo;1;;x\nanna;0;2,5;-\ncarla;?;1;0\n"
    contacts, said = read(tmp_path, text)
    assert rows(contacts, "source", "target", "weight", "line") == [
        ("bo", "anna", 1.0, 2),
        ("bo", "carla", 1.0, 2),
        ("anna", "bo", 2.5, 3),
        ("carla", "bo", 1.0, 4),
    ]
    assert contacts.weighted and not contacts.messages
    assert said == {"unreadable-weight": 1}


VIVA_OLD = (
    "TieOrigin_PersonId,TieOrigin_Organization,TieDestination_PersonId,Date,"
    "StrongTieScore,DiverseTieScore,StrongTieType,DiverseTieType\n"
    "a,x,b,06/01/2021,0.9,0.1,1,0\na,x,c,06/01/2021,0.2,0.7,0,2\nb,x,c,06/01/2021,0.1,0.1,0,0\n"
    "a,x,b,07/01/2021,0.8,0.1,2,0\n"
)
VIVA_NEW = (
    VIVA_OLD.replace("TieOrigin", "PrimaryCollaborator")
    .replace("TieDestination", "SecondaryCollaborator")
    .replace("StrongTie", "Strong_tie_")
    .replace("DiverseTie", "Diverse_tie_")
    .replace("Date", "MetricDate")
)


@pytest.mark.parametrize("text", [VIVA_OLD, VIVA_NEW])
def test_a_person_to_person_query(tmp_path, text):
    contacts, said = read(tmp_path, text)
    assert rows(contacts, "source", "target", "kind", "weight") == [
        ("a", "b", "strong", 0.9),
        ("a", "b", "strong", 0.8),
        ("a", "c", "diverse", 0.7),
    ]
    assert not contacts.messages and contacts.timed and contacts.weighted
    assert said["weak-tie"] == 1


def test_a_person_to_person_query_without_scores(tmp_path):
    with pytest.raises(InvalidInput, match="has no scores of ties"):
        read(tmp_path, "TieOrigin_PersonId,TieDestination_PersonId\na,b\n")


@pytest.mark.parametrize(
    ("form", "write"), [("graphml", nx.write_graphml), ("gexf", nx.write_gexf)]
)
def test_graphs(tmp_path, form, write):
    graph = nx.DiGraph()
    graph.add_node("n0", email="a@x.org", name="Ann")
    graph.add_node("n1", email="b@x.org", name="Bo")
    graph.add_edge("n0", "n1", weight=2.5, kind="advice")
    write(graph, tmp_path / "g.xml")
    contacts, _ = read_file(tmp_path / "g.xml")
    assert rows(contacts, "source", "target", "weight") == [("a@x.org", "b@x.org", 2.5)]
    write(graph.to_undirected(), tmp_path / "g.xml")
    contacts, _ = read_file(tmp_path / "g.xml")
    assert sorted(contacts.table["source"]) == ["a@x.org", "b@x.org"]
    (tmp_path / "g.xml").write_text(f"<{form}><graph>")
    with pytest.raises(InvalidInput, match=r"g.xml.*cannot be read as"):
        read_file(tmp_path / "g.xml")


def test_nodes_are_named_by_what_names_most_people(tmp_path):
    graph = nx.DiGraph()
    graph.add_node("1", label="Ann")
    graph.add_node("2", label="Bo")
    graph.add_edge("1", "2", kind="advice")
    nx.write_graphml(graph, tmp_path / "g.graphml")
    known = {"1": 0, "2": 1}
    contacts = read_contacts(
        tmp_path / "g.graphml",
        "g.graphml",
        Oddities(),
        {},
        match=lambda values: values.map(known).fillna(-1).astype("int64"),
    )
    assert rows(contacts, "source", "target", "kind") == [("1", "2", "advice")]
    assert rows(read_file(tmp_path / "g.graphml")[0], "source") == [("Ann",)]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name,age\nx,1\n", r"ties.csv: has no columns of who has a tie to whom.*--map source="),
        ('[{"type": "message"}]', "is JSON; of a Slack export, give the whole folder"),
        ("case,activity,time\n1,raised,2026-01-05\n", "event log of decisions.*`leaderstream fit`"),
        ("<?xml version='1.0'?><log></log>", "event log.*`leaderstream fit`"),
        ("Received: from x\nFrom: a@x.org\nTo: b@x.org\n\ntext\n", "is a single mail"),
        ("!BDN and more", r"is an Outlook data file \(PST\)"),
        ("<html></html>", "is XML, but neither GraphML nor GEXF"),
        ("", "is empty"),
    ],
)
def test_files_that_hold_no_ties_say_what_was_expected(tmp_path, text, message):
    with pytest.raises(InvalidInput, match=message) as raised:
        read(tmp_path, text)
    assert len(raised.value.problems) == 1


def test_files_that_are_not_there(tmp_path):
    with pytest.raises(InvalidInput, match="cannot be read: No such file"):
        read_file(tmp_path / "none.csv")
    with pytest.raises(InvalidInput, match=r"is a folder without users.json"):
        read_file(tmp_path)
