"""Which cases run, in what order, timed how; and the command line."""

from __future__ import annotations
