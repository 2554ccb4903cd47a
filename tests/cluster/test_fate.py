from __future__ import annotations

import os
import signal
import subprocess
import time

import pytest

from cluster.connect import open_cluster
from cluster.fate import fate_of_last
from cluster.spec import ClusterSpec


def test_the_last_words_of_a_killed_local_worker_are_those_of_its_nanny():
    spec = ClusterSpec(workers=1)
    with open_cluster(spec) as client:
        assert fate_of_last(client, spec).log_tail == ()
        (pid,) = client.run(os.getpid).values()
        os.kill(pid, signal.SIGKILL)
        fate = _fate(client, spec, says=f"{pid} was killed by signal 9")
    assert fate.state == ""
    assert any(f"{pid} was killed by signal 9" in line for line in fate.log_tail)


@pytest.mark.slurm
def test_of_a_job_the_queue_tells_the_state_and_its_log_the_last_lines(slurm, tmp_path):
    spec = ClusterSpec(
        kind="slurm",
        workers=1,
        memory="600MiB",
        wait_seconds=300,
        logs=tmp_path / "logs",
        options={"interface": "lo"},
    )
    with open_cluster(spec) as client:
        (job,) = client.run(os.getenv, "SLURM_JOB_ID").values()
        subprocess.run(["scancel", job], check=True)
        fate = _fate(client, spec)
    assert fate.state.startswith(f"Slurm job {job}: CANCELLED")
    assert 0 < len(fate.log_tail) <= 20
    logged = "\n".join(path.read_text() for path in (tmp_path / "logs").iterdir())
    assert all(line in logged for line in fate.log_tail)


def _fate(client, spec, *, says=""):
    """What is told of the worker once it is known to be gone, and its log says so much."""
    deadline = time.monotonic() + 300
    while time.monotonic() < deadline:
        fate = fate_of_last(client, spec)
        if any(says in line for line in fate.log_tail):
            return fate
        time.sleep(0.2)
    return fate_of_last(client, spec)
