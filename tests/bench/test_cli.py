from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from bench.cli import app
from bench.failures import exit_status
from pipeline.dataset import load_dataset

HEAVY = {"sklearn", "dask", "distributed", "pandas", "numpy", "scipy", "pyarrow", "joblib"}
FEATURES = load_dataset().releases[0].features
VERBS = (
    "synth",
    "ingest",
    "profile",
    "run",
    "report",
    "predict",
    "compare",
    "history",
    "track",
    "nightly",
    "doctor",
)


@pytest.fixture
def threatbench(monkeypatch, capfd, tmp_path):
    """Run the command line in this process, in a folder of its own: status, stdout, stderr."""
    monkeypatch.chdir(tmp_path)
    handler = signal.getsignal(signal.SIGTERM)

    def run(*words):
        monkeypatch.setattr(sys, "argv", ["threatbench", *map(str, words)])
        status = exit_status(app)
        return status, *capfd.readouterr()

    yield run
    signal.signal(signal.SIGTERM, handler)


@pytest.fixture
def misuse(threatbench):
    """The one sentence on stderr of a call that ends with status 2 and prints nothing else."""

    def run(*words):
        status, out, err = threatbench(*words)
        assert (status, out) == (2, "")
        assert err.startswith("threatbench: ")
        assert err.count("\n") == 1
        return err

    return run


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        (["run", "notebok"], "unknown suite 'notebok'; did you mean 'notebook'?"),
        (["run", "smoke", "--set", "fold=3"], "unknown key 'fold'; did you mean 'folds'?"),
        (["run", "smoke", "--set", "folds"], "expected KEY=VALUE"),
        (["run", "smoke", "--set", 'models=["svm"]'], "did you mean 'svc'?"),
        (["run", "smoke", "--set", "choose_by=acuracy"], "did you mean 'accuracy'?"),
        (["run", "smoke", "--cluster", "inlin"], "did you mean 'inline'?"),
        (["run", "smoke", "--nothing"], "No such option"),
        (["run"], "give a suite"),
        (["ruin"], "No such command 'ruin'"),
        (["ingest", "here"], "Missing option"),
        (["report", "here", "--format", "htm"], "unknown format 'htm'; did you mean 'html'?"),
        (["report", "nowhere"], "nowhere"),
        (["compare", "nowhere", "elsewhere"], "nowhere"),
        (["history"], "runs: holds no run"),
        (["track"], "no run there has ended well"),
        (["nightly", "nihgtly"], "did you mean 'nightly'?"),
        (["nightly", "smoke", "--baseline", "nowhere"], "nowhere"),
        (["profile", "nowhere"], "nowhere"),
        (["synth", "there", "--labels", "DDoS-Nothing", "--workers", "0"], "--workers"),
    ],
)
def test_what_was_typed_wrong_is_one_sentence_and_status_2(words, fault, misuse):
    assert fault in misuse(*words)


def test_a_suite_file_of_broken_toml_is_one_sentence(misuse, tmp_path):
    (tmp_path / "mine.toml").write_text("folds = = 3")
    assert "mine.toml: not valid TOML" in misuse("run", "mine.toml")


@pytest.mark.parametrize("verb", ["report", "profile"])
def test_a_folder_that_is_no_run_and_no_store_is_one_sentence_that_names_it(verb, misuse, tmp_path):
    (tmp_path / "empty").mkdir()
    assert "empty" in misuse(verb, "empty")


@pytest.mark.parametrize(("path", "fault"), [("missing.csv", "no such"), ("folder", "no CSV")])
def test_data_that_is_not_there_is_one_sentence_that_names_the_path(path, fault, misuse, tmp_path):
    (tmp_path / "folder").mkdir()
    told = misuse("run", "smoke", "--cluster", "inline", "--data", path)
    assert path in told
    assert fault in told


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "empty"),
        (",".join(FEATURES) + "\n", "label"),
        (",".join(FEATURES) + "\n" + ",".join("1" * len(FEATURES)) + "\n", "label"),
        (",".join([*FEATURES[1:], "label"]) + "\n", FEATURES[0]),
        (",".join([*FEATURES, "label"]) + "\n", "flow"),
    ],
    ids=["nothing", "header only", "no label column", "no first column", "no flow"],
)
def test_a_csv_that_cannot_be_used_is_one_sentence_that_names_it_and_what_it_lacks(
    text, fault, threatbench, tmp_path
):
    (tmp_path / "given.csv").write_text(text)
    status, out, err = threatbench("run", "smoke", "--cluster", "inline", "--data", "given.csv")
    assert (status, out) == (2, "")
    (told,) = [line for line in err.splitlines() if "threatbench: " in line]
    assert "given.csv" in told
    assert fault in told
    assert "Traceback" not in err


def test_help_is_status_0_and_names_every_verb(threatbench):
    status, out, err = threatbench("--help")
    assert (status, err) == (0, "")
    assert all(verb in out for verb in VERBS)


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_help(verb, threatbench):
    status, out, _ = threatbench(verb, "--help")
    assert status == 0
    assert verb in out


def test_help_imports_nothing_heavy():
    code = (
        "import sys; from bench.cli import app; from bench.failures import exit_status;"
        "sys.argv = ['threatbench', 'run', '--help']; status = exit_status(app);"
        "print(*sys.modules, file=sys.stderr); sys.exit(status)"
    )
    asked = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert asked.returncode == 0
    assert not HEAVY & set(asked.stderr.split())


def test_a_signal_to_end_is_status_130_and_one_sentence(threatbench, monkeypatch):
    monkeypatch.setattr(
        "bench.report_verb.report", lambda *_, **__: os.kill(os.getpid(), signal.SIGTERM)
    )
    status, out, err = threatbench("report", "here")
    assert (status, out) == (130, "")
    assert err.startswith("threatbench: ")
    assert err.count("\n") == 1


def test_an_error_of_our_own_making_keeps_its_traceback(threatbench, monkeypatch):
    monkeypatch.setattr("bench.report_verb.report", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        threatbench("report", "here")
