from __future__ import annotations

import os
import signal
import warnings

import pytest
from distributed import LocalCluster

from cluster.connect import open_cluster, shape
from cluster.errors import ClusterError
from cluster.spec import ClusterSpec

HERE = ("local", "inline", "address")


@pytest.fixture(scope="module")
def running_cluster():
    """One worker process that some other program has started."""
    scheduler = {"dashboard": False, "dashboard_address": "127.0.0.1:0"}
    with LocalCluster(
        n_workers=1,
        threads_per_worker=1,
        host="127.0.0.1",
        dashboard_address=None,
        scheduler_kwargs=scheduler,
    ) as cluster:
        yield cluster


@pytest.fixture
def spec_of(running_cluster):
    """A spec of one worker of this kind."""
    options = {"address": {"address": running_cluster.scheduler_address}}

    def spec(kind, **fields):
        return ClusterSpec(kind=kind, **{"workers": 1, "options": options.get(kind, {})} | fields)

    return spec


@pytest.mark.parametrize("kind", HERE)
def test_every_kind_opens_runs_a_task_and_closes(kind, spec_of):
    with open_cluster(spec_of(kind)) as client:
        assert client.submit(divmod, 17, 5).result() == (3, 2)
    assert client.status == "closed"


@pytest.mark.parametrize("kind", HERE)
def test_the_shape_tells_what_every_kind_has(kind, spec_of):
    spec = spec_of(kind)
    with open_cluster(spec) as client:
        found = shape(client, spec)
    assert (found.kind, found.workers, found.threads) == (kind, 1, 1)
    assert found.memory_bytes > 0


def test_local_workers_are_processes_on_loopback_with_the_threads_and_memory_asked_for():
    spec = ClusterSpec(kind="local", workers=2, threads=2, memory="600 MiB")
    with open_cluster(spec) as client:
        workers = client.scheduler_info(n_workers=-1)["workers"]
        pids = set(client.run(os.getpid).values())
        found = shape(client, spec)
    assert all(address.startswith("tcp://127.0.0.1:") for address in workers)
    assert len(pids | {os.getpid()}) == 3
    assert (found.workers, found.threads, found.memory_bytes) == (2, 4, 2 * 600 * 2**20)


def test_ctrl_c_does_not_end_local_workers_behind_the_back_of_their_client():
    with open_cluster(ClusterSpec(kind="local", workers=1)) as client:
        (pid,) = client.run(os.getpid).values()
        os.kill(pid, signal.SIGINT)
        assert client.submit(os.getpid).result(timeout=300) == pid


def test_the_inline_worker_is_this_process(spec_of):
    with open_cluster(spec_of("inline", threads=2)) as client:
        assert client.submit(os.getpid).result() == os.getpid()
        assert sum(client.nthreads().values()) == 2


def test_a_cluster_that_was_running_goes_on_when_the_block_ends(running_cluster, spec_of):
    with open_cluster(spec_of("address")):
        pass
    with open_cluster(spec_of("address")) as client:
        assert client.submit(abs, -4).result() == 4
    assert running_cluster.status.name == "running"


def test_a_scheduler_file_is_as_good_as_an_address(running_cluster, spec_of, tmp_path):
    file = tmp_path / "scheduler.json"
    file.write_text(f'{{"address": "{running_cluster.scheduler_address}"}}')
    with open_cluster(spec_of("address", options={"scheduler_file": str(file)})) as client:
        assert client.submit(abs, -4).result() == 4


def test_an_address_without_a_scheduler_is_one_sentence_that_names_it(spec_of):
    options = {"address": "tcp://127.0.0.1:1"}
    spec = spec_of("address", options=options, wait_seconds=0.5)
    with (
        pytest.raises(ClusterError, match=r"no scheduler answers at tcp://127\.0\.0\.1:1"),
        open_cluster(spec),
    ):
        pass


@pytest.mark.parametrize("written", [None, "", '{"half', "[]"])
def test_a_scheduler_file_without_an_address_is_waited_for_and_then_named(
    written, spec_of, tmp_path
):
    file = tmp_path / "scheduler.json"
    if written is not None:
        file.write_text(written)
    spec = spec_of("address", options={"scheduler_file": str(file)}, wait_seconds=0.5)
    with (
        pytest.raises(ClusterError, match=r"scheduler\.json: no scheduler has written its address"),
        open_cluster(spec),
    ):
        pass


@pytest.mark.parametrize("options", [{}, {"address": "tcp://a:1", "scheduler_file": "b"}])
def test_the_address_kind_wants_exactly_one_place(options, spec_of):
    with (
        pytest.raises(ClusterError, match=r"cluster\.options\.address .* or .*scheduler_file"),
        open_cluster(spec_of("address", options=options)),
    ):
        pass


def test_too_few_workers_are_an_error_that_counts_them_and_says_what_to_do(spec_of):
    spec = spec_of("address", workers=3, wait_seconds=5)
    with pytest.raises(ClusterError) as raised, open_cluster(spec):
        pass
    assert str(raised.value) == (
        "1 of 3 workers came within 5 s;"
        " ask for fewer (cluster.workers) or wait longer (cluster.wait_seconds)"
    )


@pytest.mark.parametrize("kind", ["local", "inline"])
def test_an_option_that_nobody_takes_is_refused_before_anything_is_opened(kind, spec_of):
    with (
        pytest.raises(ClusterError, match="unknown option 'protocl'; did you mean 'protocol'"),
        open_cluster(spec_of(kind, options={"protocl": "tcp://"})),
    ):
        pass


def test_two_clusters_at_once_do_not_fight_over_a_port(spec_of):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        with open_cluster(spec_of("inline")), open_cluster(spec_of("inline")):
            pass
    assert not [warning for warning in caught if "already in use" in str(warning.message)]


def test_a_dashboard_is_opened_where_it_is_asked_for(spec_of):
    options = {"dashboard_address": "127.0.0.1:0"}
    with open_cluster(spec_of("inline", options=options)) as client:
        assert client.dashboard_link.endswith("/status")
