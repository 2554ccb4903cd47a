from __future__ import annotations

import time

from cluster.connect import open_cluster
from cluster.spec import ClusterSpec


def test_a_cluster_that_adapts_begins_with_one_worker_and_grows_for_long_work():
    with open_cluster(ClusterSpec(workers=2, adapt=True)) as client:
        assert len(client.nthreads()) == 1
        naps = [client.submit(time.sleep, 600, pure=False) for _ in range(2)]
        client.wait_for_workers(2, timeout=300)
        client.cancel(naps)
