"""Whether the features or the models limit the score, in words."""

from __future__ import annotations

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


def limit_text(ranking: Ranking, ceiling: Ceiling) -> str:
    """What keeps the best model from a perfect score: the features, the models, or unknown.

    The features surely cost what lies above the ceiling, the models what lies between the best of
    them and what looking flows up reaches (leave one out). What is in between could be either's.
    """
    best = most_accurate(ranking)
    if best is None or not ceiling.value:
        return ""
    name, value = best
    reached = f"{name} reaches {percent_text(value / ceiling.value)} % of the ceiling."
    return f"{reached} {_verdict(value, ceiling)}"


def _verdict(best: float, ceiling: Ceiling) -> str:
    lacking, out_of_reach = 1 - best, 1 - ceiling.value
    of_all = f"of the {100 * lacking:.2f} points that it lacks"
    if lacking <= 0:
        return "Nothing limits the score: no test flow is wrong."
    if out_of_reach >= lacking / 2:
        return (
            f"The features limit the score: {100 * out_of_reach:.2f} {of_all} no model could win "
            "on them."
        )
    at_least = ceiling.value if ceiling.leave_one_out is None else ceiling.leave_one_out
    if at_least - best >= lacking / 2:
        return (
            f"The models limit the score: {100 * (at_least - best):.2f} {of_all} can be won on "
            "these features."
        )
    return (
        "Whether features or models limit the score cannot be told from so few equal flows: what "
        f"these features are worth lies between {score_text(at_least)} (leave one out) and "
        f"{score_text(ceiling.value)}."
    )
