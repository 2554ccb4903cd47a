"""What came out: records, comparisons and pages."""

from __future__ import annotations
