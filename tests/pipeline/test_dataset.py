from __future__ import annotations

import pickle

import pytest

from pipeline.dataset import load_dataset
from pipeline.errors import ProfileError

TOML = """
name = "mine"
label_columns = ["class"]
benign_family = "Fine"
[[releases]]
name = "one"
features = ["x", "y"]
[families]
Fine = ["ok"]
Bad = ["worm", "Virus"]
[aliases]
fine = "ok"
"""


def test_the_shipped_profile_has_all_34_labels_in_8_families():
    dataset = load_dataset()
    assert len(dataset.families) == 34
    assert len(set(dataset.families.values())) == 8


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("BenignTraffic", "BenignTraffic"),
        ("BENIGN", "BenignTraffic"),
        (" ddos-syn_flood\t", "DDoS-SYN_Flood"),
        ("Worm ", "Worm"),
    ],
)
def test_a_label_is_spelled_as_in_the_taxonomy_or_left_as_it_is(text, label):
    assert load_dataset().canonical_label(text) == label


def test_every_label_is_its_own_canonical_spelling():
    dataset = load_dataset()
    assert [dataset.canonical_label(label) for label in dataset.families] == [*dataset.families]


def test_an_unknown_label_is_of_the_family_unknown_and_has_a_nearest_one():
    dataset = load_dataset()
    assert not dataset.is_known("DDoS-SYN_Flod")
    assert dataset.family_of("DDoS-SYN_Flod") == "unknown"
    assert dataset.nearest_label("DDoS-SYN_Flod") == "DDoS-SYN_Flood"
    assert dataset.nearest_label("#") is None


def test_a_dataset_survives_the_way_to_a_worker():
    dataset = load_dataset()
    assert pickle.loads(pickle.dumps(dataset)) == dataset


def test_a_profile_of_ones_own_is_read_from_its_path(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(TOML)
    dataset = load_dataset(str(path))
    assert dataset.releases[0].features == ("x", "y")
    assert dataset.canonical_label("FINE") == "ok"
    assert dataset.family_of("Virus") == "Bad"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('name = "mine"', "", "'name' is missing"),
        ('name = "mine"', 'name = "mine"\ncolour = 1', "unknown key 'colour'"),
        ('name = "mine"', "name = 3", "must be a text"),
        ('label_columns = ["class"]', "label_columns = []", "must be a list of texts"),
        ('features = ["x", "y"]', 'features = ["x", "x"]', "stands there twice"),
        ('features = ["x", "y"]', 'features = ["complete"]', "'complete' is a store's own column"),
        ('features = ["x", "y"]', "", "must hold just name and features"),
        ('Bad = ["worm", "Virus"]', 'Bad = ["ok"]', "label 'ok' stands in 'Fine' and in 'Bad'"),
        ('fine = "ok"', 'fine = "okay"', "which is no label"),
        ("[families]", "[families", "not a readable profile"),
        ("[aliases]", "[[aliases]]", "must be a table"),
    ],
)
def test_a_wrong_profile_says_where_and_what(tmp_path, old, new, message):
    path = tmp_path / "mine.toml"
    path.write_text(TOML.replace(old, new))
    with pytest.raises(ProfileError, match=message) as raised:
        load_dataset(str(path))
    assert "mine.toml" in str(raised.value)


def test_an_unknown_profile_says_the_nearest_one():
    with pytest.raises(ProfileError, match="did you mean 'ciciot2023'"):
        load_dataset("ciciot2033")


def test_a_profile_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(ProfileError, match="not a readable profile"):
        load_dataset(str(tmp_path / "none.toml"))
