from __future__ import annotations

import ast
import os
from pathlib import Path

import pytest

import bench
import cluster
import pipeline
import reports
from bench.cli import app
from bench.environment import describe_environment
from bench.failures import exit_status

PACKAGES = (bench, cluster, pipeline, reports)
MODULES = sorted(
    path for package in PACKAGES for path in Path(package.__file__).parent.rglob("*.py")
)
UNPICKLERS = {"pickle", "cPickle", "dill", "cloudpickle", "joblib", "shelve", "marshal"}


def calls(path):
    """Every call in a module: what it is called on, its name, and its keywords."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            keywords = {word.arg: ast.unparse(word.value) for word in node.keywords}
            yield ast.unparse(node.func.value), node.func.attr, keywords


def test_nothing_is_ever_unpickled():
    loads = [
        (path.name, on, keywords)
        for path in MODULES
        for on, name, keywords in calls(path)
        if name in ("load", "loads")
    ]
    assert ("statistics_file.py", "np", {"allow_pickle": "False"}) in loads
    assert [name for name, on, _ in loads if on in UNPICKLERS] == []
    for name, on, keywords in loads:
        assert on != "np" or keywords.get("allow_pickle") == "False", name
        assert not on.startswith("skops") or "trusted" in keywords, name
    read = [path.name for path in MODULES for _, name, _ in calls(path) if name == "read_pickle"]
    assert read == []


def test_what_is_told_of_the_environment_holds_no_variable(monkeypatch):
    monkeypatch.setenv("CLOUD_TOKEN", "wJalrXUtnFEMI-K7MDENG")
    told = repr(describe_environment())
    assert "wJalrXUtnFEMI" not in told
    assert "CLOUD_TOKEN" not in told


def test_the_command_line_makes_nothing_that_all_may_write(monkeypatch, capsys, tmp_path):
    before = os.umask(0)
    try:
        monkeypatch.setattr("sys.argv", ["threatbench", "--help"])
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("signal.signal", lambda *_: None)
            assert exit_status(app) == 0
        (tmp_path / "made").mkdir()
        (tmp_path / "made" / "file").write_text("")
    finally:
        os.umask(before)
    assert [path.stat().st_mode & 0o002 for path in tmp_path.rglob("*")] == [0, 0]
