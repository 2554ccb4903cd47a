"""`threatbench doctor`: what is missing on this machine and on a cluster, and how to mend it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

from distributed import Client

from bench.checks_cluster import ON_CLUSTER
from bench.checks_here import HERE
from bench.finding import Finding
from bench.named_clusters import cluster_table
from bench.places import Places
from cluster.connect import open_cluster, shape
from cluster.errors import ClusterError
from cluster.kinds.queue import QUEUES, job_script
from cluster.spec import ClusterSpec


@dataclass(frozen=True, kw_only=True)
class Diagnosis:
    """All findings, and the script of a worker's job where the cluster is a queue."""

    findings: tuple[Finding, ...]
    job_script: str | None = None

    @property
    def is_ok(self) -> bool:
        """Whether nothing is to be mended."""
        return all(one.is_ok for one in self.findings)


def diagnose(cluster: str, places: Places) -> Diagnosis:
    """Look at this machine, then open the cluster of this name or kind and look at its workers."""
    spec = ClusterSpec.model_validate(cluster_table(cluster, within={}))
    here = [check(places) for check in HERE]
    script, faults = _script(spec)
    there = faults or list(_there(spec, places))
    return Diagnosis(findings=(*here, *there), job_script=script)


def _script(spec: ClusterSpec) -> tuple[str | None, list[Finding]]:
    if spec.kind not in QUEUES:
        return None, []
    try:
        return job_script(spec), []
    except (ClusterError, TypeError, ValueError) as error:
        return None, [_fault(spec, error)]


def _there(spec: ClusterSpec, places: Places) -> Iterator[Finding]:
    begun = time.monotonic()
    try:
        with open_cluster(spec) as client:
            yield _came(client, spec, time.monotonic() - begun)
            yield from (check(client, places) for check in ON_CLUSTER)
    except ClusterError as error:
        yield _fault(spec, error)


def _came(client: Client, spec: ClusterSpec, seconds: float) -> Finding:
    found = shape(client, spec)
    seen = f"{found.workers} workers with {found.threads} threads came in {seconds:.1f} s"
    return Finding(check=f"cluster ({spec.kind})", is_ok=True, seen=seen)


def _fault(spec: ClusterSpec, error: Exception) -> Finding:
    return Finding(
        check=f"cluster ({spec.kind})",
        is_ok=False,
        seen=str(error),
        remedy="see docs/clusters.md for an example of this kind",
    )
