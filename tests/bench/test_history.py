from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys

import pytest

from bench.cli import app
from bench.commits import commits_between
from bench.failures import exit_status
from reports.acknowledged import read_acknowledged
from reports.example import write_example
from reports.example_cases import Shape
from reports.numbers import TIMES

SHAPE = Shape(models=("tree", "forest"), splits=("random",), failures=0)
TREE = "attack/random/tree/0"
NIGHTS, STEP_AT = 14, 8


@pytest.fixture(scope="module")
def commits():
    """The last commits of this repository, earliest first; none where it is no checkout."""
    log = subprocess.run(["git", "log", "--format=%H", "-5"], capture_output=True, text=True)
    return log.stdout.split()[::-1] or ["a" * 40, "b" * 40]


@pytest.fixture(scope="module")
def runs(tmp_path_factory, commits):
    """Fourteen nights; from the ninth on the tree's fit takes half as long again."""
    folder = tmp_path_factory.mktemp("history")
    example = write_example(folder / "example", shape=SHAPE)
    for night in range(NIGHTS):
        path = folder / "runs" / f"example-202601{night + 1:02}T000000Z"
        shutil.copytree(example, path)
        summary = json.loads((path / "run.json").read_text())
        summary |= {"run_id": path.name, "started": f"2026-01-{night + 1:02}T00:00:00Z"}
        summary["environment"]["commit"] = commits[-1 if night >= STEP_AT else 0]
        (path / "run.json").write_text(json.dumps(summary))
        lines = [json.loads(line) for line in (path / "cases.jsonl").read_text().splitlines()]
        for record in lines:
            is_slower = record["case_id"] == TREE and night >= STEP_AT
            record["seconds"]["fit"] = 1.5 if is_slower else 1.0
        (path / "cases.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    return folder / "runs"


@pytest.fixture
def threatbench(monkeypatch, capsys, tmp_path, runs):
    """The history of these runs by the command line: status, stdout, stderr."""
    handler = signal.getsignal(signal.SIGTERM)

    def run(*words):
        known = ["--acknowledged", tmp_path / "acknowledged.toml", "--html", tmp_path / "page.html"]
        argv = ["threatbench", "history", "--runs", runs, *known, *words]
        monkeypatch.setattr(sys, "argv", list(map(str, argv)))
        status = exit_status(app)
        return status, *capsys.readouterr()

    yield run
    signal.signal(signal.SIGTERM, handler)


def test_every_run_and_every_step_is_listed_with_the_commits_between(threatbench, commits):
    status, out, _ = threatbench("--json")
    ((history,),) = [json.loads(out)]
    (step,) = history["steps"]
    assert (status, len(history["runs"])) == (0, NIGHTS)
    assert (step["case_id"], step["measure"], step["word"]) == (TREE, "fit_seconds", "worse")
    assert step["run"] == "example-20260109T000000Z"
    assert (step["before"], step["now"]) == pytest.approx((1.0, 1.5))
    assert (step["commits"]["before"], step["commits"]["after"]) == (commits[0], commits[-1])
    between = step["commits"]["between"]
    assert tuple(between) == commits_between(commits[0], commits[-1])


def test_the_table_and_the_page_say_the_same(threatbench, tmp_path, commits):
    _, out, _ = threatbench()
    page = (tmp_path / "page.html").read_text("utf-8")
    span = f"{commits[0][:10]}..{commits[-1][:10]}"
    for text in (TREE, span, f"{TIMES}1.50", "example-20260114T000000Z"):
        assert text in page
        assert text[:6] in out
    assert page.count("<figure") == 2


def test_an_acknowledged_change_keeps_its_reason(threatbench, tmp_path):
    (step,) = json.loads(threatbench("--json")[1])[0]["steps"]
    status, _, _ = threatbench("--acknowledge", step["id"], "--reason", "a larger tree")
    (entry,) = read_acknowledged(tmp_path / "acknowledged.toml")
    assert (status, entry.case, entry.run) == (0, TREE, step["run"])
    (again,) = json.loads(threatbench("--json")[1])[0]["steps"]
    assert again["reason"] == "a larger tree"


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        (["--acknowledge", "12345678", "--reason", "x"], "unknown change '12345678'"),
        (["--acknowledge", "example-20260109T000000Z"], "say why with --reason"),
        (["--suite", "exampel"], "did you mean 'example'?"),
    ],
)
def test_what_cannot_be_acknowledged_or_found_is_one_sentence(words, fault, threatbench):
    status, out, err = threatbench(*words)
    assert (status, out) == (2, "")
    assert fault in err


def test_commits_that_are_not_known_have_none_between():
    assert commits_between("0" * 40, "1" * 40) == ()
    assert commits_between("", "1" * 40) == ()
