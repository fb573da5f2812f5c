"""The server: only this machine, only this page, nothing too large, and plain words for what is
wrong."""

from __future__ import annotations

import json

import pytest

from sim.dashboard.assets import asset
from tests.live import small

pytest.importorskip("dash", reason="the live app's extra is not installed")

PORT = 8050
HOME = {"Host": f"127.0.0.1:{PORT}"}
HOSTILE = """
name: small
title: "</title><script>alert(1)</script>"
clock: {tick: 1h, horizon: 6w, warmup: 1w}
stream:
  positions:
    - {name: "<img src=x onerror=alert(2)>", leaders: 3}
    - {name: "</script> & 'more'", leaders: 6}
"""


@pytest.fixture(scope="module")
def app():
    from sim.live.app import build

    engine = small.engine(4)
    yield build(small.settings(), engine, PORT).server
    engine.close()


@pytest.fixture
def client(app):
    return app.test_client()


def body(**more):
    return {
        "setting": small.NOW,
        "pins": small.PINS,
        "world": small.WORLD,
        "tab": "tab",
        "number": 1,
        "have": [0, 0, 0],
    } | more


def test_the_page_and_what_it_needs(client):
    page = client.get("/", headers=HOME)
    assert page.status_code == 200
    layout = client.get("/_dash-layout", headers=HOME)
    assert layout.status_code == 200
    assert "Can I trust this?" in layout.text and "are conventions, which no study" in layout.text
    assert client.get("/assets/live.js", headers=HOME).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8050", "127.0.0.1:8051", "127.0.0.1", "[::1]:8050", ""]
)
def test_a_foreign_host_is_refused(client, host):
    for path in ("/", "/_dash-layout", "/assets/live.js"):
        assert client.get(path, headers={"Host": host}).status_code == 403
    assert client.post("/api/look", json=body(), headers={"Host": host}).status_code == 403


@pytest.mark.parametrize("host", ["127.0.0.1:8050", "localhost:8050", "LocalHost:8050"])
def test_this_machine_is_not(client, host):
    assert client.get("/", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "https://127.0.0.1:8050", "http://127.0.0.1:8051", "null"]
)
def test_another_pages_request_is_refused(client, origin):
    assert (
        client.post("/api/scenario", json=body(), headers=HOME | {"Origin": origin}).status_code
        == 403
    )
    cross = HOME | {"Sec-Fetch-Site": "cross-site"}
    assert client.post("/api/scenario", json=body(), headers=cross).status_code == 403
    same_page = HOME | {"Origin": f"http://127.0.0.1:{PORT}", "Sec-Fetch-Site": "same-origin"}
    assert client.post("/api/scenario", json=body(), headers=same_page).status_code == 200


def test_a_form_cannot_ask(client):
    sent = client.post(
        "/api/scenario", data=json.dumps(body()), headers=HOME | {"Content-Type": "text/plain"}
    )
    assert sent.status_code == 405
    assert client.get("/api/scenario", headers=HOME).status_code == 405
    assert client.put("/api/scenario", json={}, headers=HOME).status_code == 405


@pytest.mark.parametrize(
    "path", ["/etc/passwd", "/assets/../app.py", "/_dash-update-component", "/anything"]
)
def test_there_is_nothing_else(client, path):
    assert client.get(path, headers=HOME).status_code == 404


def test_every_answer_stays_to_itself(client):
    for answer in (
        client.get("/", headers=HOME),
        client.get("/", headers={"Host": "x"}),
        client.get("/no", headers=HOME),
    ):
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        policy = answer.headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in policy and "default-src 'none'" in policy
        assert "unsafe-eval" not in policy and "script-src 'self' 'unsafe" not in policy
        assert "Access-Control-Allow-Origin" not in answer.headers


def test_too_large_a_request_is_refused(client):
    assert (
        client.post("/api/scenario", json=body(tab="x" * 70_000), headers=HOME).status_code == 413
    )


@pytest.mark.parametrize(
    "wrong",
    [
        [],
        "text",
        body(setting=None),
        body(have=[0]),
        body(have=["0", 0, 0]),
        body(have=[-1, 0, 0]),
        body(tab=3),
        body(tab="x" * 65),
        body(number="1"),
        body(pins="x"),
        body(world=[]),
        body(world={"power.sharing": "1"}),
        body(setting={"start": "shared", "dials": {"urgency": "2"}}),
    ],
)
def test_what_no_tab_would_ask_is_a_plain_refusal(client, wrong):
    answer = client.post("/api/look", json=wrong, headers=HOME)
    assert answer.status_code == 400 and answer.get_json()["problems"]


def test_brackets_without_end_are_a_plain_refusal(client, caplog):
    sent = HOME | {"Content-Type": "application/json"}
    answer = client.post("/api/look", data="[" * 60_000, headers=sent)
    assert answer.status_code == 400 and answer.get_json()["problems"]
    assert caplog.text == ""


@pytest.mark.parametrize(
    "file", ["dash/dash.py", "numpy/__init__.py", "none/none.js", "dash/dcc/none.js", "dash/%00.js"]
)
def test_a_file_that_is_not_for_the_page_is_not_found(client, caplog, file):
    answer = client.get(f"/_dash-component-suites/{file}", headers=HOME)
    assert answer.status_code == 404 and "def " not in answer.get_data(as_text=True)
    assert caplog.text == ""


def test_a_setting_that_cannot_be_is_told_in_words():
    from sim.live.app import build

    coarse = "name: coarse\nclock: {tick: 8h, horizon: 8w, warmup: 1w}\nconsensus: {round: 8h}"
    engine = small.engine(4)
    client = build(small.settings(coarse), engine, PORT).server.test_client()
    wrong = {"start": "base", "dials": {"consensus.limit": "0.5d"}}
    answer = client.post("/api/look", json=body(setting=wrong, pins=[], have=[0]), headers=HOME)
    engine.close()
    assert answer.status_code == 200
    assert answer.get_json()["problems"][0].startswith(
        "consensus.limit: 0.5d is no whole number of ticks"
    )


def test_a_look_and_the_list_of_issues(client):
    have = [0, 0, 0]
    while True:
        reply = client.post("/api/look", json=body(have=have), headers=HOME).get_json()
        have = reply["have"]
        if reply["settled"]:
            break
    assert have == [4, 4, 4]
    listed = client.post(
        "/api/issues", json={"setting": small.NOW, "world": small.WORLD}, headers=HOME
    ).get_json()["issues"]
    assert [issue["value"] for issue in listed][:2] == [1, 2]


def test_the_map_has_a_colour_only_where_the_difference_is_clear(client):
    have = None
    while True:
        reply = client.post("/api/map", json=body(have=have), headers=HOME).get_json()
        have = reply["have"]
        if reply["settled"]:
            break
    (cells,) = [trace for trace in reply["figure"]["data"] if trace["type"] == "heatmap"]
    assert len(cells["z"]) == len(cells["y"]) == 6 and not any(cells["z"][0]), "no sharing at all"
    assert {text.count("nothing shared") for text in cells["text"][0]} == {1}
    for row, texts in zip(cells["z"][1:], cells["text"][1:], strict=True):
        for shown, text in zip(row, texts, strict=True):
            assert (shown is None) == text.endswith("cannot be told")
    (here,) = [trace for trace in reply["figure"]["data"] if trace.get("name") == "you are here"]
    assert (here["x"], here["y"]) == ([-1], [5]), "twice as urgent, everything shared"
    assert "100 % (here)" in reply["words"] and "4 paired replications" in reply["words"]


def test_where_nothing_is_shared_there_is_no_map(client):
    sent = body(setting={"start": "top-down", "dials": {}})
    reply = client.post("/api/map", json=sent, headers=HOME).get_json()
    assert reply["settled"] and reply["words"].startswith("No forum shares power here")


@pytest.mark.slow
def test_a_story(client):
    client.post("/api/look", json=body(tab="story"), headers=HOME)
    known = {"setting": small.NOW, "world": small.WORLD, "pins": small.PINS}
    reply = client.post("/api/story", json={**known, "issue": 1}, headers=HOME).get_json()
    assert reply["title"].startswith("Issue 1 under shared")
    assert reply["title"].endswith("beside A-top-down")
    for place in ("0 0", "0 1"):
        assert reply["data"]["shows"][place]["story"][0][0] == "In short"
    count = len(client.post("/api/issues", json=known, headers=HOME).get_json()["issues"])
    gone = client.post("/api/story", json={**known, "issue": 9999}, headers=HOME)
    assert gone.status_code == 400 and f"there are {count}" in gone.get_json()["problems"][0]


@pytest.mark.parametrize("name", ["stream.js", "stream.css"])
def test_the_reports_player_is_served(client, name):
    answer = client.get(f"/player/{name}", headers=HOME)
    assert answer.get_data(as_text=True) == asset(name) and answer.mimetype.startswith("text/")
    assert f"/player/{name}" in client.get("/", headers=HOME).get_data(as_text=True)


def test_names_of_a_scenario_stay_texts():
    from sim.live.app import build

    engine = small.engine(2)
    client = build(small.settings(HOSTILE), engine, PORT).server.test_client()
    page = client.get("/", headers=HOME).get_data(as_text=True)
    engine.close()
    assert "alert" not in page, "the page holds nothing of the scenario; its layout is data"
    assert "alert(1)" in client.get("/_dash-layout", headers=HOME).get_data(as_text=True)
