"""What a run would take, before it is run."""

from __future__ import annotations
