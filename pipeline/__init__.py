"""What is measured: from CSV partitions to scores, as plain functions between frozen values."""

from __future__ import annotations
