"""What the numbers were made with: commit, versions, hardware; never variables or tokens."""

from __future__ import annotations

import os
import platform
import subprocess
from importlib.metadata import version
from pathlib import Path
from typing import Final

import psutil
from threadpoolctl import threadpool_info

PACKAGES: Final = (
    "threatbench", "dask", "distributed", "dask-ml", "scikit-learn", "pandas", "numpy", "scipy",
    "pyarrow", "joblib",
)  # fmt: skip


def describe_environment() -> dict[str, object]:
    """Commit, versions, processor, cores, memory and BLAS threads of this process's machine."""
    return {
        "commit": _commit(),
        "python": platform.python_version(),
        "system": platform.platform(),
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory_bytes": psutil.virtual_memory().total,
        "blas_threads": {pool["internal_api"]: pool["num_threads"] for pool in threadpool_info()},
        "versions": {name: version(name) for name in PACKAGES},
    }


def _commit() -> str | None:
    """The commit of the checkout that this code runs from, if it runs from one."""
    command = ["git", "-C", str(Path(__file__).parent), "rev-parse", "HEAD"]
    try:
        found = subprocess.run(command, capture_output=True, text=True, check=True, timeout=10)
    except (OSError, subprocess.SubprocessError):
        return None
    return found.stdout.strip()


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.processor()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()
