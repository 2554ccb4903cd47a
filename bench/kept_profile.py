"""A store's profile, kept in it: what was merged once for these flows is not merged again."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from bench.kept import CONTENT, FOLDER, keeping, key_of, recalled
from pipeline.manifest import Manifest
from pipeline.profile import profile_store


def profile_once(store: Path, manifest: Manifest) -> dict[str, Any]:
    """What ``profile.json`` says of the store; made anew where flows or code have changed."""
    folder = store / FOLDER / f"profile-{key_of(manifest, asdict(manifest))}"
    if not (folder / CONTENT).exists():
        with keeping(folder, profile_store(store).to_json()):
            pass
    found: dict[str, Any] = recalled(folder)
    return found
