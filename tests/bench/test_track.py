from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bench.errors import BenchError
from bench.night_verbs import track
from reports.example import write_example
from reports.example_cases import Shape

SHAPE = Shape(models=("tree", "forest"), splits=("random",), failures=0)
TREE = "attack/random/tree/0"
CONFIG = Path(__file__).parents[2] / "asv.conf.json"
SLOWER_FROM, NIGHTS = 5, 8
GIT = {
    "GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@example.org", "GIT_COMMITTER_NAME": "A",
    "GIT_COMMITTER_EMAIL": "a@example.org", "GIT_CONFIG_GLOBAL": os.devnull,
}  # fmt: skip


def command(folder, *words, env=None):
    found = subprocess.run(
        [str(word) for word in words], cwd=folder, capture_output=True, text=True,
        env={**os.environ, **GIT, "HOME": str(folder), **(env or {})},
    )  # fmt: skip
    assert found.returncode == 0, found.stdout + found.stderr
    return found.stdout


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    """A repository of eight commits with a night on each; the tree is slower and worse later."""
    folder = tmp_path_factory.mktemp("checkout")
    command(folder, "git", "init", "--quiet", "--initial-branch=main")
    shutil.copy(CONFIG, folder)
    example = write_example(folder / "example", shape=SHAPE)
    for night in range(NIGHTS):
        (folder / "code.txt").write_text(str(night))
        date = {"GIT_COMMITTER_DATE": f"2026-01-{night + 1:02}T12:00:00Z"}
        command(folder, "git", "add", "code.txt", "asv.conf.json")
        command(folder, "git", "commit", "--quiet", "-m", f"change {night}", env=date)
        commit = command(folder, "git", "rev-parse", "HEAD").strip()
        made_night(
            example, folder / "runs" / f"example-202601{night + 1:02}T130000Z", night, commit
        )
    return folder


def made_night(example, path, night, commit):
    shutil.copytree(example, path)
    summary = json.loads((path / "run.json").read_text())
    summary |= {"run_id": path.name, "started": f"2026-01-{night + 1:02}T13:00:00Z"}
    summary["environment"]["commit"] = commit
    (path / "run.json").write_text(json.dumps(summary))
    records = [json.loads(line) for line in (path / "cases.jsonl").read_text().splitlines()]
    for record in records:
        is_later = record["case_id"] == TREE and night >= SLOWER_FROM
        record["seconds"]["fit"] = 2.0 if is_later else 1.0 + night % 2 / 100
        record["scores"]["f1_macro"]["value"] = 0.895 if is_later else 0.9
    (path / "cases.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records))


def told_track(folders=(), *, runs, config, machine="a-machine", skip=print):
    return track(folders, runs=runs, config=config, machine=machine, skip=skip)


@pytest.fixture(scope="module")
def tracked(checkout):
    """The result files, written once."""
    return told_track(runs=checkout / "runs", config=checkout / "asv.conf.json")


def test_every_commit_has_a_result_file_of_its_machine(tracked, checkout):
    log = command(checkout, "git", "log", "--reverse", "--format=%h", "--abbrev=8").split()
    assert [path.name for path in tracked] == [f"{commit}-nightly.json" for commit in log]
    assert {path.parent for path in tracked} == {checkout / ".asv/results/a-machine"}
    assert (checkout / ".asv/results/a-machine/machine.json").exists()


def test_scores_are_errors_and_times_and_memory_are_themselves(tracked, checkout):
    told = json.loads((checkout / ".asv/results/benchmarks.json").read_text())
    units = {name: entry["unit"] for name, entry in told.items() if name != "version"}
    assert units["nightly.example.f1_macro_error"] == "error"
    assert units["nightly.example.fit_seconds"] == "seconds"
    assert units["nightly.example.peak_memory_bytes"] == "bytes"
    assert units["nightly.example.stage_seconds"] == "seconds"
    (cases,) = told["nightly.example.f1_macro_error"]["params"]
    result = json.loads(tracked[-1].read_text())["results"]["nightly.example.f1_macro_error"]
    assert result[0][cases.index(repr(TREE))] == pytest.approx(0.105)


def test_asv_publishes_the_nights_and_its_regression_page_names_what_grew(tracked, checkout):
    command(checkout, sys.executable, "-m", "asv", "publish", "--no-pull")
    site = checkout / ".asv/html"
    found = json.loads((site / "regressions.json").read_text())["regressions"]
    named = {entry[0] for entry in found}
    slower = {f"nightly.example.{key}({TREE!r})" for key in ("fit_seconds", "f1_macro_error")}
    assert named == slower
    assert (site / "index.html").exists()


def test_asv_compares_two_commits_by_the_nights(tracked, checkout):
    words = ["HEAD~7", "HEAD", "--machine", "a-machine", "--only-changed", "--factor", "1.02"]
    said = command(checkout, sys.executable, "-m", "asv", "compare", *words)
    changed = [line for line in said.splitlines() if line.startswith("| +")]
    assert {"fit_seconds", "f1_macro_error"} == {
        key for line in changed for key in ("fit_seconds", "f1_macro_error") if key in line
    }
    assert all("tree" in line for line in changed)


def test_a_second_time_adds_nothing_and_keeps_what_asv_has_put_there(tracked, checkout):
    path = checkout / ".asv/results/benchmarks.json"
    told = json.loads(path.read_text()) | {"around.time_it": {"name": "around.time_it"}}
    path.write_text(json.dumps(told))
    again = told_track(runs=checkout / "runs", config=checkout / "asv.conf.json")
    assert again == tracked
    assert json.loads(path.read_text()) == told


def test_the_middle_of_several_nights_on_one_commit_stands(tracked, checkout, tmp_path):
    folders = sorted((checkout / "runs").iterdir())
    commit = json.loads((folders[0] / "run.json").read_text())["environment"]["commit"]
    for night in (0, 6, 7):
        made_night(folders[0], tmp_path / f"example-202602{night + 1:02}T130000Z", night, commit)
    (path,) = told_track(runs=tmp_path, config=checkout / "asv.conf.json", machine="another")
    told = json.loads((checkout / ".asv/results/benchmarks.json").read_text())
    (cases,) = told["nightly.example.fit_seconds"]["params"]
    result = json.loads(path.read_text())["results"]["nightly.example.fit_seconds"]
    assert result[0][cases.index(repr(TREE))] == 2.0


HOMELESS = [(None, "does not say which commit"), ("0" * 40, "does not have it")]


@pytest.mark.parametrize(("commit", "fault"), HOMELESS)
def test_a_named_run_of_no_known_commit_is_refused(commit, fault, checkout, tmp_path):
    folder = tmp_path / "example-20260301T130000Z"
    made_night(next((checkout / "runs").iterdir()), folder, 0, commit)
    with pytest.raises(BenchError, match=f"{folder.name}.*{fault}"):
        told_track([folder], runs=tmp_path, config=checkout / "asv.conf.json")


@pytest.mark.parametrize(("commit", "fault"), HOMELESS)
def test_of_all_runs_those_of_no_known_commit_are_told_and_passed_by(
    commit, fault, checkout, tmp_path
):
    first = min((checkout / "runs").iterdir())
    made_night(first, tmp_path / "example-20260301T130000Z", 0, commit)
    skipped = []
    with pytest.raises(BenchError, match="no run is of a commit"):
        told_track(runs=tmp_path, config=checkout / "asv.conf.json", skip=skipped.append)
    shutil.copytree(first, tmp_path / first.name)
    told_track(runs=tmp_path, config=checkout / "asv.conf.json", skip=skipped.append)
    assert len(skipped) == 2
    assert all("example-20260301T130000Z" in why and fault in why for why in skipped)


def test_without_a_configuration_or_a_run_there_is_nothing_to_track(checkout, tmp_path):
    with pytest.raises(BenchError, match="no asv configuration"):
        told_track(runs=checkout / "runs", config=tmp_path / "asv.conf.json")
    with pytest.raises(BenchError, match="no run there has ended well"):
        told_track(runs=tmp_path, config=checkout / "asv.conf.json")
