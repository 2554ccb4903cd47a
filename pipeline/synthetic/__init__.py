"""A synthetic CICIoT2023: simulated packet windows, read as the real extractor reads them."""

from __future__ import annotations

from pipeline.synthetic.write import write_dataset

__all__ = ["write_dataset"]
