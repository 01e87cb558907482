"""The bench measures what it says: its table, its percentiles, its loaders, and one small run of all."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from bench import load
from bench.load import Target, percentile, put_load
from bench.product import ROOT
from bench.table import MEASURES, fallen_short, growth, number, table
from bench.visitor import filled

KINDS = """
<input type="radio" name="q1" value="a"><input type="radio" name="q1" value="b">
<input name="q2" value="">
<select name="q3-x"><option value="">Elige</option><option value="x1">Uno</option></select>
<select name="q4-y"><option value="">Elige</option><option>1</option><option>2</option></select>
<input name="q" value="busco">
"""


def test_a_percentile_is_a_value_that_was_measured():
    ordered = [float(ms) for ms in range(1, 101)]
    assert percentile(ordered, 50) == 50
    assert percentile(ordered, 95) == 95
    assert percentile([7.0], 95) == 7
    with pytest.raises(ValueError, match="Nothing"):
        percentile([], 50)


def test_the_table_says_what_is_met_at_every_size():
    figures = {
        1000: {"lesson.8.rate": 512.3, "lesson.cpu": 3.456},
        10000: {"lesson.8.rate": 499.0, "lesson.cpu": 3.9, "start": 1.5},
    }
    lines = {line.split(" | ")[0].strip("| "): line for line in table(figures).splitlines()}
    assert lines["lesson page, 8 connections"].endswith("| 512 | 499 | ≥ 500 | **no** |")
    assert lines["CPU per lesson page"].endswith("| 3.46 | 3.90 | ≤ 4 | yes |")
    assert lines["start to first page"].endswith("| – | 1.50 | ≤ 1.50 | yes |")
    assert "import of 500 people" not in lines
    assert fallen_short(figures) == [
        "lesson page, 8 connections, 10,000 learners: 499 req/s, target ≥ 500"
    ]
    assert growth(figures) == {"lesson.cpu": pytest.approx(3.9 / 3.456)}


def test_a_number_keeps_the_digits_that_count():
    assert [number(each) for each in (0, 5, 0.123, 4.567, 45.67, 456.7, 45678.9)] == [
        *("0", "5", "0.12", "4.57", "45.7", "457", "45,679")
    ]


def test_every_field_of_a_quiz_is_answered_and_every_time_otherwise():
    assert filled(KINDS, 0) == {"q1": "a", "q2": "0", "q3-x": "x1", "q4-y": "1"}
    assert filled(KINDS, 1) == {"q1": "b", "q2": "1", "q3-x": "x1", "q4-y": "2"}


class _Answers(BaseHTTPRequestHandler):
    """200 for /right with the cookie, else a redirect as strangers get."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        is_right = self.path == "/right" and self.headers["Cookie"] == "pegup=me"
        self.send_response(200 if is_right else 302)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_words: object) -> None:
        """Says nothing."""


@pytest.fixture
def answering_port():
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Answers)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


def test_our_own_loader_counts_what_was_not_answered(answering_port, monkeypatch):
    monkeypatch.setattr(load, "loader", lambda: "own loader (asyncio)")
    found = _put(answering_port, seconds=0.2)
    assert found.requests > 4
    assert abs(found.failures - found.requests / 2) <= 2
    assert 0 < found.p50_ms <= found.p95_ms < 200
    assert found.per_second == pytest.approx(found.requests / found.seconds)


@pytest.mark.slow
@pytest.mark.skipif(load.loader() != "wrk", reason="wrk is not installed")
def test_wrk_counts_the_same(answering_port):
    found = _put(answering_port, seconds=1)
    assert found.requests > 4
    assert abs(found.failures - found.requests / 2) <= 2
    assert 0 < found.p50_ms <= found.p95_ms < 1000


def _put(port: int, seconds: float) -> load.Load:
    targets = [Target("/right", "pegup=me"), Target("/right", "pegup=stranger")]
    return put_load(port, targets, connections=2, seconds=seconds)


@pytest.mark.slow
def test_a_small_run_measures_everything(tmp_path):
    path = tmp_path / "found.json"
    done = subprocess.run(
        [sys.executable, "-m", "bench", "--small", "--json", str(path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    report = json.loads(path.read_text())
    figures = report["learners"]["60"]
    expected = {each.key for each in MEASURES if not each.key.startswith("lighthouse.")}
    if "no Chromium" in done.stderr:
        expected = {
            key for key in expected if key.split(".")[0] not in {"visit", "slow", "offline"}
        }
    assert expected - set(figures) == set()
    assert all(figures[key] > 0 for key in expected if key != "visit.home.scripts_kb")
    assert report["loader"] in done.stdout
    for line in table({60: figures}).splitlines():
        assert line in done.stdout
