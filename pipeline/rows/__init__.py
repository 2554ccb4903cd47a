"""The rows grain: flows that do not collapse, sampled, fitted and predicted as rows."""

from __future__ import annotations
