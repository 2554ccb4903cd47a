from __future__ import annotations

import ipaddress
import os
import subprocess
import time

import dask
import psutil
import pytest

from cluster.connect import open_cluster, shape
from cluster.errors import ClusterError
from cluster.kinds.queue import QUEUES, job_script
from cluster.spec import ClusterSpec

LSF = {"lsf_units": "mb", "use_stdin": True}  # asked of LSF's own commands where they are not given


@pytest.fixture
def spec_of(tmp_path):
    """A spec of small jobs on this machine."""

    def spec(kind, **fields):
        options = {"interface": "lo", **(LSF if kind == "lsf" else {}), **fields.pop("options", {})}
        asked = {"workers": 1, "memory": "600MiB", "wait_seconds": 300, "logs": tmp_path / "logs"}
        return ClusterSpec(kind=kind, options=options, **asked | fields)

    return spec


@pytest.mark.parametrize("kind", QUEUES)
def test_every_job_script_starts_one_worker_of_this_environment(kind, spec_of):
    script = job_script(spec_of(kind, threads=3))
    assert "-m distributed.cli.dask_worker tcp://SCHEDULER" in script
    for words in (
        os.sys.executable,
        "--nthreads 3",
        "--interface lo",
        "--preload cluster.kinds.steadfast",
        "--dashboard-address 127.0.0.1:0",
        "DASK_DISTRIBUTED__WORKER__PROFILE__ENABLED=False",
        "MALLOC_TRIM_THRESHOLD_=",
    ):
        assert words in script


@pytest.mark.parametrize("kind", [kind for kind in QUEUES if kind != "htcondor"])
def test_a_job_s_shell_takes_a_path_with_a_space_as_one(kind, spec_of, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", "/a b:/c")
    exports = [line for line in job_script(spec_of(kind)).splitlines() if "PYTHONPATH" in line]
    said = subprocess.run(
        ["sh", "-c", f'{exports[0]}; printf %s "$PYTHONPATH"'],
        check=True,
        capture_output=True,
        text=True,
    )
    assert said.stdout == "/a b:/c"


@pytest.mark.parametrize(
    ("kind", "directive"),
    [
        ("slurm", "#SBATCH -t 2:00:00"),
        ("pbs", "#PBS -l walltime=2:00:00"),
        ("sge", "#$ -l h_rt=2:00:00"),
        ("lsf", "#BSUB -W 2:00"),
        ("oar", "walltime=2:00:00"),
        ("htcondor", "RequestCpus"),
    ],
)
def test_a_job_is_given_its_wall_time_and_its_worker_leaves_before_it(kind, directive, spec_of):
    script = job_script(spec_of(kind, wall_seconds=7_200))
    assert directive in script
    assert "--lifetime 7140s" in script


@pytest.mark.parametrize("kind", [kind for kind in QUEUES if kind != "htcondor"])
def test_a_wall_time_that_jobqueue_yaml_sets_is_heeded(kind, spec_of):
    with dask.config.set({f"jobqueue.{kind}.walltime": "10:00"}):
        script = job_script(spec_of(kind))
    assert "10:00" in script
    assert f"--lifetime {36_000 - 60 if kind == 'lsf' else 600 - 60}s" in script


def test_jobqueue_yaml_is_used_as_it_is(spec_of):
    mine = {
        "cores": 8,
        "processes": 4,
        "memory": "64GB",
        "queue": "long",
        "job-extra-directives": ["--exclusive"],
        "job-script-prologue": ["module load gcc"],
        "worker-extra-args": ["--resources", "GPU=1"],
        "log-directory": "/var/log/mine",
    }
    with dask.config.set({f"jobqueue.slurm.{key}": value for key, value in mine.items()}):
        script = job_script(spec_of("slurm", memory=None))
    for words in (
        "#SBATCH -p long",
        "#SBATCH --cpus-per-task=8",
        "#SBATCH --mem=60G",
        "#SBATCH --exclusive",
        "#SBATCH -o /var/log/mine/",
        "module load gcc",
        "--nworkers 4",
        "--nthreads 2",
        "--resources GPU=1",
    ):
        assert words in script


def test_the_specs_options_come_before_jobqueue_yaml(spec_of):
    with dask.config.set({"jobqueue.slurm.queue": "long"}):
        assert "#SBATCH -p short" in job_script(spec_of("slurm", options={"queue": "short"}))


@pytest.mark.parametrize("kind", QUEUES)
def test_tls_is_asked_of_every_worker(kind, spec_of, certificates):
    script = job_script(spec_of(kind, security="tls", certificates=certificates))
    assert "tls://SCHEDULER" in script
    assert f"--tls-key {certificates['key']}" in script


@pytest.mark.parametrize("kind", QUEUES)
def test_a_queue_whose_commands_are_not_here_is_an_error_that_says_so(kind, spec_of, monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    with (
        pytest.raises(ClusterError, match=f"'{kind}': there is no command .* here"),
        open_cluster(spec_of(kind)),
    ):
        pass


@pytest.mark.slurm
def test_slurm_runs_the_workers_as_jobs_on_loopback_and_cancels_them(slurm, spec_of):
    spec = spec_of("slurm", workers=2, wall_seconds=600)
    known = _listening(os.getpid())
    with open_cluster(spec) as client:
        jobs = client.run(os.getenv, "SLURM_JOB_ID")
        pids = client.run(os.getpid)
        lifetimes = client.run(lambda dask_worker: dask_worker.lifetime)
        found = set.union(*map(_listening, pids.values()), _listening(os.getpid()) - known)
        facts = shape(client, spec)
    assert len(set(jobs.values())) == 2
    assert set(lifetimes.values()) == {540.0}
    assert (facts.workers, facts.threads, facts.memory_bytes) == (2, 2, 2 * 600 * 2**20)
    assert all(ipaddress.ip_address(address).is_loopback for address in found)
    assert all(any(spec.logs.glob(f"*-{job}.err")) for job in jobs.values())
    while "RUNNING" in (states := _states(jobs.values())):  # until the queue has heard of it
        time.sleep(0.1)
    assert states <= {"CANCELLED", "COMPLETED", "COMPLETING", "FAILED"}


@pytest.mark.slurm
def test_jobs_of_slurm_speak_tls_with_the_certificates_that_are_named(slurm, spec_of, certificates):
    with open_cluster(spec_of("slurm", security="tls", certificates=certificates)) as client:
        (job,) = client.run(os.getenv, "SLURM_JOB_ID").values()
        info = client.scheduler_info()
    assert job
    addresses = [info["address"], *info["workers"]]
    assert all(address.startswith("tls://127.0.0.1:") for address in addresses)


@pytest.mark.slurm
def test_a_job_that_slurm_refuses_is_an_error_in_slurms_own_words(slurm, spec_of):
    spec = spec_of("slurm", options={"queue": "nosuch"})
    with (
        pytest.raises(ClusterError, match=r"refused a job: .*invalid partition specified: nosuch"),
        open_cluster(spec),
    ):
        pass


@pytest.mark.slurm
def test_a_queue_does_not_listen_to_other_machines_unless_that_is_meant(slurm, spec_of):
    with (
        pytest.raises(ClusterError, match=r"say which network .*cluster\.options\.interface"),
        open_cluster(spec_of("slurm", options={"interface": ""})),
    ):
        pass
    with pytest.raises(ClusterError, match="without TLS"), open_cluster(_open_to_all(spec_of)):
        pass


def _open_to_all(spec_of):
    return spec_of("slurm", options={"scheduler_options": {"host": "0.0.0.0"}})


def _listening(pid):
    connections = psutil.Process(pid).net_connections("inet")
    return {c.laddr.ip for c in connections if c.status == psutil.CONN_LISTEN}


def _states(jobs):
    asked = [
        subprocess.run(["scontrol", "show", "job", "-o", job], capture_output=True, text=True)
        for job in jobs
    ]
    return {answer.stdout.partition("JobState=")[2].split()[0] for answer in asked}
