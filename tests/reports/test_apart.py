from __future__ import annotations

from dataclasses import replace

import pytest

from reports.apart import find_pair, groups, how_told_apart, is_apart, ties
from reports.comparison import Chances, Comparison, Pair
from reports.example import write_example
from reports.example_cases import Shape
from reports.ranking import Ranking, rank
from reports.run import read_run

NAMES = ("a", "b", "c", "d")


@pytest.fixture(scope="module")
def ranking(tmp_path_factory: pytest.TempPathFactory) -> Ranking:
    """Four models in the order of their names, and no test of any two."""
    shape = Shape(models=NAMES, splits=("random",))
    found = rank(read_run(write_example(tmp_path_factory.mktemp("runs"), shape=shape)))[0]
    entries = tuple(entry for entry in found.entries if entry.name in NAMES)
    return replace(found, entries=entries, comparison=None)


def with_tests(ranking: Ranking, *apart: str, rope: float | None = 0.001) -> Ranking:
    """The ranking with a test of every two models that tells only these apart."""
    pairs = tuple(
        Pair(
            first=first,
            second=second,
            difference=0.1,
            verdict="better" if first + second in apart else "undecided",
        )
        for place, first in enumerate(NAMES)
        for second in NAMES[place + 1 :]
    )
    comparison = Comparison(
        task="attack", split="random", metric="accuracy", method="a test", rope=rope, pairs=pairs
    )
    return replace(ranking, comparison=comparison)


@pytest.mark.parametrize(
    ("apart", "letters"),
    [
        ((), ("a", "a", "a", "a")),
        (("ad",), ("a", "ab", "ab", "b")),
        (("ac", "ad", "bd"), ("a", "ab", "bc", "c")),
        (("ab", "ac", "ad"), ("a", "b", "b", "b")),
        (("ab", "ac", "ad", "bc", "bd", "cd"), ("a", "b", "c", "d")),
        (("ab", "cd"), ("ab", "cd", "ac", "bd")),
    ],
)
def test_models_share_a_letter_exactly_where_they_cannot_be_told_apart(
    ranking: Ranking, apart: tuple[str, ...], letters: tuple[str, ...]
) -> None:
    found = groups(with_tests(ranking, *apart))
    assert found == dict(zip(NAMES, letters, strict=True))
    for place, first in enumerate(NAMES):
        for second in NAMES[place + 1 :]:
            assert bool(set(found[first]) & set(found[second])) == (first + second not in apart)


def test_a_test_goes_before_the_intervals(ranking: Ranking) -> None:
    first, *_, last = ranking.entries
    assert is_apart(with_tests(ranking, "ad"), first, last)
    assert not is_apart(with_tests(ranking), first, last)
    assert [entry.name for entry in ties(with_tests(ranking, "ad"))] == ["b", "c"]


def test_without_a_test_the_intervals_decide(ranking: Ranking) -> None:
    first, *_, last = ranking.entries
    wide = replace(last, estimate=replace(last.estimate, low=0.0, high=1.0))
    assert not is_apart(ranking, first, wide)
    assert how_told_apart(ranking) == "by their intervals"


def test_equivalent_models_are_not_told_apart_however_certain_their_difference(
    ranking: Ranking,
) -> None:
    pair = Pair(first="a", second="b", difference=0.0002, p_corrected=1e-9, verdict="equivalent")
    assert pair.is_apart is False


def test_a_pair_is_found_from_both_sides(ranking: Ranking) -> None:
    pair = Pair(
        first="a", second="b", difference=0.3, low=0.1, high=0.4, effect=0.2, only_first=7,
        only_second=3, chances=Chances(better=0.9, equivalent=0.1, worse=0.0), verdict="better",
    )  # fmt: skip
    comparison = Comparison(task="attack", split="random", metric="accuracy", pairs=(pair,))
    one = replace(ranking, comparison=comparison)
    first, second, third, _ = one.entries
    assert find_pair(one, first, second) == pair
    turned = find_pair(one, second, first)
    assert turned is not None
    assert (turned.first, turned.second) == ("b", "a")
    assert (turned.difference, turned.low, turned.high) == (-0.3, -0.4, -0.1)
    assert (turned.only_first, turned.only_second, turned.effect) == (3, 7, -0.2)
    assert (turned.chances, turned.verdict) == (
        Chances(better=0.0, equivalent=0.1, worse=0.9),
        "worse",
    )
    assert find_pair(one, first, third) is None


def test_it_is_said_by_what_models_are_told_apart(ranking: Ranking) -> None:
    assert how_told_apart(with_tests(ranking)) == "a test; 0.1 points or less taken as equal"
    assert how_told_apart(with_tests(ranking, rope=None)) == "a test"


def test_models_without_a_paired_test_are_named_as_told_apart_by_their_intervals(
    ranking: Ranking,
) -> None:
    tested = with_tests(ranking)
    assert tested.comparison is not None
    pairs = tuple(pair for pair in tested.comparison.pairs if "d" not in (pair.first, pair.second))
    one = replace(tested, comparison=tested.comparison.model_copy(update={"pairs": pairs}))
    said = "a test; 0.1 points or less taken as equal"
    assert how_told_apart(one) == f"{said}; d by intervals"
    assert how_told_apart(one, one.entries[1:3]) == said
    assert how_told_apart(one, one.entries[3:]) == "by their intervals"


def test_no_groups_are_made_where_nothing_is_known_of_certainty(ranking: Ranking) -> None:
    bare = tuple(
        replace(
            one, estimate=replace(one.estimate, low=one.estimate.value, high=one.estimate.value)
        )
        for one in ranking.entries
    )
    assert groups(replace(ranking, entries=bare)) == {}
