from __future__ import annotations

import io
from itertools import count

from rich.console import Console

from bench.display import Display
from bench.progress import Tally
from reports.records import Reason, Record, Score


def record(model, status="done"):
    return Record(
        case_id=model, model=model, role="model", task="family", split="random", seed=0,
        status=status, scores={"accuracy": Score(value=0.9)}, seconds={"fit": 1.0},
        reason=None if status == "done" else Reason(kind="KeyError", message="no such key"),
    )  # fmt: skip


def shown(act, **console):
    """What an act leaves on the console; the clock goes on by a second whenever it is asked."""
    stream = io.StringIO()
    ticks = count()
    with Display(
        Console(file=stream, width=120, **console), clock=lambda: float(next(ticks))
    ) as display:
        act(display)
    return stream.getvalue()


def run_through(display):
    with display.stage("ingest"):
        display.look(lambda: Tally(done=1, total=4, rows=50_000))
    display.cases(3)
    with display.stage("zoo"):
        display.expect(4, at_once=2)
        display.advance()
        display.record(record("tree"))
        display.record(record("forest", "failed"))


def test_lines_without_a_terminal_are_plain():
    text = shown(run_through, force_terminal=False)
    assert "\x1b" not in text
    assert "\r" not in text
    assert text.splitlines() == [
        "ingest        1.0 s  50,000 rows, 50\N{NARROW NO-BREAK SPACE}k rows/s",
        "  family/random tree                 accuracy 0.9000  fit   1.00 s",
        "  family/random forest               failed: no such key",
        "zoo           1.0 s",
    ]


def test_a_terminal_shows_pieces_cases_rows_and_the_time_left(monkeypatch):
    monkeypatch.delenv("NO_COLOR", raising=False)
    text = shown(run_through, force_terminal=True, color_system="standard", legacy_windows=False)
    assert "1/4" in text
    assert "rows/s" in text
    assert "left" in text
    assert "\x1b[?25h" in text  # the cursor is given back


def test_a_live_line_counts_cases_that_run_ended_and_failed(monkeypatch):
    monkeypatch.setenv("TERM", "xterm")

    def act(display):
        run_through(display)
        with display.stage("stack"):
            display.expect(3, at_once=2)
            display.advance()
            display.note("seen")

    text = shown(act, force_terminal=True, color_system=None)
    assert "1/3, 2 running · cases: 1 of 3 done, 1 failed" in text


def test_no_color_means_none(monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    text = shown(run_through, force_terminal=True, color_system="standard")
    assert "\x1b[3" not in text  # foreground colours
    assert "\x1b[38" not in text


def test_a_dumb_terminal_gets_plain_lines(monkeypatch):
    monkeypatch.setenv("TERM", "dumb")
    assert "\x1b" not in shown(run_through, force_terminal=True)


def test_the_leaderboard_is_shown_between_two_stages_without_a_bar(tmp_path):
    stream, found = io.StringIO(), []
    console = Console(file=stream, width=120, force_terminal=True)
    with Display(console, on_compared=found.append) as display:
        display.compared(tmp_path)
        with display.stage("models"):
            display.expect(2, at_once=1)
    assert found == [tmp_path]
    assert "models" in stream.getvalue()
