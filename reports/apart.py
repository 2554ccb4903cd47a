"""Who can be told apart from whom, by what, and the groups that this makes."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from string import ascii_letters

from reports.comparison import Chances, Pair
from reports.ranking import Entry, Ranking, are_apart


def is_apart(ranking: Ranking, first: Entry, second: Entry) -> bool:
    """Whether a paired test tells the two apart; without one, whether their intervals do."""
    pair = find_pair(ranking, first, second)
    told = pair.is_apart if pair else None
    return are_apart(first.estimate, second.estimate) if told is None else told


def find_pair(ranking: Ranking, first: Entry, second: Entry) -> Pair | None:
    """The paired test of these two, with the difference as first less second."""
    for pair in ranking.comparison.pairs if ranking.comparison else ():
        if (pair.first, pair.second) == (first.name, second.name):
            return pair
        if (pair.first, pair.second) == (second.name, first.name):
            return _turned(pair)
    return None


def ties(ranking: Ranking) -> tuple[Entry, ...]:
    """The models that cannot be told apart from the winner."""
    winner, *others = ranking.entries
    return tuple(entry for entry in others if not is_apart(ranking, winner, entry))


def groups(ranking: Ranking) -> dict[str, str]:
    """The letters of each model: models that share one cannot be told apart (Piepho 2004).

    Each group is as large as can be, so a model between two others may stand in both their groups.
    Nothing comes back where nothing is known of how certain the scores are.
    """
    names = [entry.name for entry in ranking.entries]
    if not has_certainty(ranking):
        return {}
    found = [frozenset(names)]
    for first, second in combinations(ranking.entries, 2):
        if is_apart(ranking, first, second):
            found = _parted(found, first.name, second.name)
    found.sort(key=lambda group: sorted(map(names.index, group)))
    return {
        name: "".join(_letter(place) for place, group in enumerate(found) if name in group)
        for name in names
    }


def has_certainty(ranking: Ranking) -> bool:
    """Whether there is anything to tell models apart by."""
    tested = ranking.comparison is not None and bool(ranking.comparison.pairs)
    return tested or any(entry.estimate.has_interval for entry in ranking.entries)


def how_told_apart(ranking: Ranking, others: Sequence[Entry] | None = None) -> str:
    """By what the winner is told apart from these, or from all others.

    A model that answered to a part of the test flows has no paired test.
    """
    comparison = ranking.comparison
    others = ranking.entries[1:] if others is None else others
    untested = [one.name for one in others if _verdict(ranking, one) is None]
    if comparison is None or len(untested) == len(others):
        return "by their intervals"
    rope = f"; {100 * comparison.rope:g} points or less taken as equal" if comparison.rope else ""
    rest = f"; {', '.join(untested)} by intervals" if untested else ""
    return f"{comparison.method}{rope}{rest}"


def _verdict(ranking: Ranking, other: Entry) -> bool | None:
    pair = find_pair(ranking, ranking.entries[0], other)
    return pair.is_apart if pair else None


def _parted(found: list[frozenset[str]], first: str, second: str) -> list[frozenset[str]]:
    """The groups with these two never in one, none of them part of another."""
    split = [
        part
        for group in found
        for part in ((group - {first}, group - {second}) if {first, second} <= group else (group,))
    ]
    kept: list[frozenset[str]] = []
    for group in sorted(set(split), key=lambda group: (-len(group), sorted(group))):
        if not any(group < other for other in kept):
            kept.append(group)
    return kept


def _letter(place: int) -> str:
    return ascii_letters[place] if place < len(ascii_letters) else f"({place + 1})"


def _turned(pair: Pair) -> Pair:
    opposite = {"better": "worse", "worse": "better"}
    return pair.model_copy(
        update={
            "first": pair.second,
            "second": pair.first,
            "difference": -pair.difference,
            "low": None if pair.high is None else -pair.high,
            "high": None if pair.low is None else -pair.low,
            "effect": None if pair.effect is None else -pair.effect,
            "only_first": pair.only_second,
            "only_second": pair.only_first,
            "chances": _turned_chances(pair.chances),
            "fold_chances": _turned_chances(pair.fold_chances),
            "verdict": opposite.get(pair.verdict or "", pair.verdict),
        }
    )


def _turned_chances(chances: Chances | None) -> Chances | None:
    if chances is None:
        return None
    return chances.model_copy(update={"better": chances.worse, "worse": chances.better})
