"""For the nursery alone: what it imports stays, and need not be looked through for garbage."""

from __future__ import annotations

import gc

gc.disable()
