"""The suite measured against what bounds it and what it replaces, side by side in one run."""

from __future__ import annotations
