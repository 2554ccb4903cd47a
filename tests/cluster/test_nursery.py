"""Each in a process of its own, since the first start of a process counts."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from cluster.worker_environment import ALLOCATOR, FORKS, OF_NURSERY

pytestmark = pytest.mark.skipif(not FORKS, reason="workers are forked on Linux alone")

PROGRAM = """
import json, os, signal, sys

def found():
    held = [number.name for number in signal.pthread_sigmask(signal.SIG_BLOCK, ())]
    # The environment that libraries were loaded in; what was said later stands in os.environ.
    words = open("/proc/self/environ").read().split(chr(0))
    said = {name: value for name, _, value in (word.partition("=") for word in words)}
    said = {name: said.get(name) for name in sys.argv[1:]}
    return {"modules": sorted(sys.modules), "environment": said, "held": held}

def main():
    from cluster.nursery import start_nursery

    before = dict(os.environ)
    start_nursery(["wave"])
    is_left_alone = dict(os.environ) == before

    from cluster.connect import open_cluster
    from cluster.spec import ClusterSpec

    with open_cluster(ClusterSpec(workers=1)) as client:
        told = client.submit(found).result()
    print(json.dumps(told | {"is_left_alone": is_left_alone}))

if __name__ == "__main__":
    main()
"""


@pytest.fixture
def told(tmp_path):
    """What a worker finds that comes from a nursery which has imported ``wave``."""
    (tmp_path / "program.py").write_text(PROGRAM)

    def run(**environment):
        others = {name: value for name, value in os.environ.items() if name not in OF_NURSERY}
        ended = subprocess.run(
            [sys.executable, tmp_path / "program.py", *OF_NURSERY],
            env=others | environment,
            capture_output=True,
            text=True,
            check=True,
        )
        assert ended.stderr == ""
        return json.loads(ended.stdout)

    return run


def test_a_worker_begins_with_what_its_nursery_has_imported_and_hears_signals(told):
    found = told()
    assert "wave" in found["modules"]
    assert found["held"] == []


def test_libraries_find_the_environment_that_dask_gives_a_worker_started_anew(told):
    found = told()
    assert found["environment"] == dict(OF_NURSERY)
    assert ALLOCATOR.items() <= found["environment"].items()
    assert found["is_left_alone"]


def test_what_a_user_says_in_the_environment_stands(told):
    assert told(OMP_NUM_THREADS="2")["environment"]["OMP_NUM_THREADS"] == "2"
