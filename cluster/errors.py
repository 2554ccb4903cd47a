"""What can go wrong with a cluster, said to a person.

::

    ClusterError             the cluster cannot be opened, or is gone; says what to do
"""

from __future__ import annotations


class ClusterError(Exception):
    """The cluster cannot be opened, or is gone."""
