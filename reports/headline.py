"""The run in words: who won, whether that is certain, how far from the best possible."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reports.apart import has_certainty, how_told_apart, ties
from reports.numbers import percent_text, points_text, score_text
from reports.ranking import Entry, Estimate, Ranking, rank
from reports.run import Run
from reports.summary import Ceiling
from reports.terms import TERMS

NAMED_AT_MOST = 4


@dataclass(frozen=True, kw_only=True)
class Headline:
    """One ranking's outcome, in values and in sentences."""

    ranking: Ranking
    winner: Entry
    tied: tuple[Entry, ...]
    ceiling: Ceiling | None
    gaps: tuple[tuple[str, float], ...]

    @property
    def metric_title(self) -> str:
        """The metric, in the middle of a sentence."""
        return metric_title(self.ranking.metric)

    @property
    def score(self) -> str:
        """The winner's score with its interval."""
        return estimate_text(self.winner.estimate)

    @property
    def certainty(self) -> str:
        """Whether the winner is told apart from the others, and by what."""
        if not has_certainty(self.ranking):
            return "How certain this is cannot be said: the run recorded no interval."
        if len(self.ranking.entries) == 1:
            return "It is the only model that ended well."
        how = how_told_apart(self.ranking, self.tied or None)
        if self.tied:
            names = _listed([entry.name for entry in self.tied])
            return f"Cannot be told apart from {names} ({how})."
        second = self.ranking.entries[1]
        lead = abs(self.winner.estimate.value - second.estimate.value)
        behind = f"{second.name} is next, {100 * lead:.2f} points behind"
        return f"Told apart from all others ({how}); {behind}."

    @property
    def ceiling_share(self) -> float | None:
        """The winner's share of the ceiling, where there is one and accuracy is asked for."""
        if self.ceiling is None or self.ranking.metric != "accuracy" or not self.ceiling.value:
            return None
        return self.winner.estimate.value / self.ceiling.value

    @property
    def sentence(self) -> str:
        """All of it in one line, for a list of runs."""
        return f"{self.winner.name}: {self.metric_title} {self.score}. {self.certainty}"


def headlines(run: Run) -> tuple[Headline, ...]:
    """One headline for every task and split that a model ended well on, in reading order."""
    rankings = [ranking for ranking in rank(run) if ranking.entries]
    return tuple(
        Headline(
            ranking=ranking,
            winner=ranking.entries[0],
            tied=ties(ranking),
            ceiling=find_ceiling(run, ranking),
            gaps=_gaps(ranking, rankings),
        )
        for ranking in rankings
    )


def metric_title(metric: str) -> str:
    """The metric's title in the middle of a sentence.

    >>> metric_title("f1_macro"), metric_title("accuracy")
    ('F1 (macro)', 'accuracy')
    """
    term = TERMS.get(metric)
    title = term.full_title if term else metric.replace("_", " ")
    return title if title[:2].isupper() or title[1:2].isdigit() else title[:1].lower() + title[1:]


def estimate_text(estimate: Estimate) -> str:
    """A score, and its interval if there is one."""
    if not estimate.has_interval:
        return score_text(estimate.value)
    low, high = score_text(estimate.low), score_text(estimate.high)
    return f"{score_text(estimate.value)} (95 % interval {low} to {high})"


def find_ceiling(run: Run, ranking: Ranking) -> Ceiling | None:
    """The exact ceiling on the features that were selected; else on the most features known."""
    known = [
        ceiling
        for ceiling in run.summary.ceiling
        if (ceiling.task, ceiling.split) == (ranking.task, ranking.split)
        and not ceiling.is_of_curve
    ]
    chosen = {
        selection.k
        for selection in run.selections
        if (selection.task, selection.split) == (ranking.task, ranking.split)
    }
    fitting = [ceiling for ceiling in known if ceiling.k in chosen]
    return max(fitting or known, key=lambda ceiling: ceiling.k, default=None)


def gap_text(headline: Headline) -> str:
    """The winner's honest gaps in words, or why none can be told."""
    said = [f"{points_text(gap)} points on {split}" for split, gap in headline.gaps]
    if said:
        return f"Honest gap of {headline.winner.name}: {'; '.join(said)}."
    return (
        f"No honest gap: it takes a score of {headline.winner.name} on the random split and one"
        " on another."
    )


def ceiling_text(headline: Headline) -> str:
    """How near the winner is to the best possible; empty where that is not known."""
    if headline.ceiling is None or headline.ceiling_share is None:
        return ""
    return (
        f"{percent_text(headline.ceiling_share)} % of the ceiling of "
        f"{score_text(headline.ceiling.value)} on {headline.ceiling.k} features."
    )


def _gaps(ranking: Ranking, rankings: Sequence[Ranking]) -> tuple[tuple[str, float], ...]:
    if ranking.split != "random":
        return ()
    winner = ranking.entries[0]
    return tuple(
        (other.split, entry.estimate.value - winner.estimate.value)
        for other in rankings
        if other.task == ranking.task and other.split != ranking.split
        for entry in other.entries
        if entry.name == winner.name
    )


def _listed(names: Sequence[str]) -> str:
    shown = list(names[:NAMED_AT_MOST])
    if len(names) > NAMED_AT_MOST:
        shown.append(f"{len(names) - NAMED_AT_MOST} more")
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"
