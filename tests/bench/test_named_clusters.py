from __future__ import annotations

import pytest

from bench.errors import SuiteError
from bench.named_clusters import cluster_table, named_clusters
from bench.suite_file import load_suite

HPC = """
[hpc]
kind = "slurm"
workers = 8
memory = "16GiB"
wall_seconds = 7200
options = { queue = "short", interface = "ib0" }
"""


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch):
    """A working directory and a home, both empty."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    (tmp_path / "config" / "threatbench").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_named_cluster_takes_the_place_of_the_suites_own(place):
    (place / "clusters.toml").write_text(HPC)
    spec = load_suite("smoke", overrides=['cluster="hpc"']).cluster
    assert (spec.kind, spec.workers, spec.memory) == ("slurm", 8, 16 * 2**30)
    assert spec.options == {"queue": "short", "interface": "ib0"}


def test_what_the_command_line_sets_comes_after_the_named_cluster(place):
    (place / "clusters.toml").write_text(HPC)
    spec = load_suite("smoke", overrides=['cluster="hpc"', "cluster.workers=3"]).cluster
    assert (spec.kind, spec.workers) == ("slurm", 3)


def test_a_suite_may_name_its_cluster(place):
    (place / "clusters.toml").write_text(HPC)
    (place / "mine.toml").write_text('cluster = "hpc"')
    assert load_suite("mine.toml").cluster.kind == "slurm"


def test_a_kind_keeps_what_the_suite_says_of_its_cluster():
    assert cluster_table("inline", within={"workers": 5}) == {"workers": 5, "kind": "inline"}


def test_the_working_directory_comes_before_the_home(place):
    home = place / "config" / "threatbench" / "clusters.toml"
    home.write_text(HPC + '[lab]\nkind = "lsf"\n')
    (place / "clusters.toml").write_text('[hpc]\nkind = "pbs"\n')
    assert {name: table["kind"] for name, table in named_clusters().items()} == {
        "hpc": "pbs",
        "lab": "lsf",
    }


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("[hpc", "clusters.toml: not valid TOML"),
        ("hpc = 3", "clusters.toml: hpc: "),
        ('[hpc]\nkind = "slrum"', "clusters.toml: hpc: unknown cluster kind 'slrum'; did you mean"),
        ("[hpc]\nworker = 3", "clusters.toml: hpc: unknown key 'worker'; did you mean 'workers'?"),
        (
            '[hpc.certificates]\nca = "a"\ncert = "b"\nkey = "c"\nfile = "d"',
            "unknown key 'certificates.file'; known: ca, cert, key",
        ),
        ("[hpc]\nworkers = 0", "clusters.toml: hpc: workers: "),
        (HPC, "unknown cluster 'hpd'; did you mean 'hpc'?"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(text, fault, place):
    (place / "clusters.toml").write_text(text)
    with pytest.raises(SuiteError) as raised:
        cluster_table("hpd", within={})
    assert fault in str(raised.value)
