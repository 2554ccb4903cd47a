"""Whether the features or the models limit the score, in words."""

from __future__ import annotations

from dataclasses import dataclass, replace

from reports.numbers import percent_text, score_text
from reports.ranking import Entry, Ranking
from reports.summary import Ceiling


def accuracy(entry: Entry) -> float | None:
    """The case's accuracy, whatever the models are ranked by."""
    score = entry.record.scores.get("accuracy")
    return score.value if score else None


def most_accurate(ranking: Ranking) -> tuple[str, float] | None:
    """The model of the highest accuracy and that accuracy; ``None`` where none is recorded."""
    known = [(entry.name, value) for entry in ranking.entries if (value := accuracy(entry))]
    return max(known, key=lambda one: one[1], default=None)


@dataclass(frozen=True, kw_only=True)
class Limit:
    """What limits the score: in a word or two, and in a sentence with its reasons."""

    word: str
    sentence: str


def find_limit(ranking: Ranking, ceiling: Ceiling) -> Limit | None:
    """What keeps the best model from a perfect score: the features, the models, or unknown.

    The features surely cost what lies above the ceiling, the models what lies between the best of
    them and what looking flows up reaches (leave one out). What is in between could be either's.
    Nothing is said without an accuracy or a ceiling.
    """
    best = most_accurate(ranking)
    if best is None or not ceiling.value:
        return None
    name, value = best
    reached = f"{name} reaches {percent_text(value / ceiling.value)} % of the ceiling."
    found = _verdict(value, ceiling)
    return replace(found, sentence=f"{reached} {found.sentence}")


def _verdict(best: float, ceiling: Ceiling) -> Limit:
    lacking, out_of_reach = 1 - best, 1 - ceiling.value
    at_least = ceiling.value if ceiling.leave_one_out is None else ceiling.leave_one_out
    of_all = f"of the {100 * lacking:.2f} points that it lacks"
    if lacking <= 0:
        return Limit(word="nothing", sentence="Nothing limits the score: no test flow is wrong.")
    if out_of_reach >= lacking / 2:
        return Limit(
            word="the features",
            sentence=f"The features limit the score: {100 * out_of_reach:.2f} {of_all} no model "
            "could win on them.",
        )
    if at_least - best >= lacking / 2:
        return Limit(
            word="the models",
            sentence=f"The models limit the score: {100 * (at_least - best):.2f} {of_all} can be "
            "won on these features.",
        )
    return Limit(
        word="cannot be told",
        sentence="Whether features or models limit the score cannot be told from so few equal "
        f"flows: what these features are worth lies between {score_text(at_least)} (leave one "
        f"out) and {score_text(ceiling.value)}.",
    )
