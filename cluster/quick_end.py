"""For the nursery alone: it ends without taking its libraries down, which would take a second.

Whoever reads what a command prints waits for all that hold its stdout, the nursery among them.
"""

from __future__ import annotations

import atexit
import os

atexit.register(os._exit, 0)
