from __future__ import annotations

import re
from pathlib import Path

import pytest

from bench.named_clusters import named_clusters
from cluster.kinds import KINDS

GUIDE = Path(__file__).parents[2] / "docs" / "clusters.md"


@pytest.fixture
def examples(monkeypatch, tmp_path):
    """The clusters of the guide, as `--cluster` reads them."""
    (text,) = re.findall(r"```toml\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)
    (tmp_path / "clusters.toml").write_text(text, "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    return named_clusters()


def test_the_guide_has_a_valid_example_of_every_kind(examples):
    assert {table["kind"] for table in examples.values()} == set(KINDS)
