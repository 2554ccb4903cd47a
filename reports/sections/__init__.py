"""SECTIONS: what a report says, in reading order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from reports.history import Report
from reports.page import Fragment
from reports.sections.ceiling import ceiling
from reports.sections.classes import classes
from reports.sections.conflicts import conflicts
from reports.sections.confusion import confusion
from reports.sections.cost import cost
from reports.sections.ensemble import ensemble
from reports.sections.environment import environment
from reports.sections.failures import failures
from reports.sections.features import features
from reports.sections.glossary import glossary
from reports.sections.grain import grain
from reports.sections.headline import headline
from reports.sections.labels import labels
from reports.sections.leaderboard import leaderboard
from reports.sections.nights import nights
from reports.sections.pairs import pairs
from reports.sections.profile import profile
from reports.sections.search import search
from reports.sections.splits import splits
from reports.sections.study import study
from reports.sections.suite import suite
from reports.sections.tradeoff import tradeoff
from reports.sections.trend import trend
from reports.sections.values import values


@dataclass(frozen=True, kw_only=True)
class Section:
    """One section: its heading, the anchor that links find it by, and what fills it."""

    title: str
    anchor: str
    fill: Callable[[Report], Fragment]


SECTIONS: Final = (
    Section(title="In short", anchor="in-short", fill=headline),
    Section(title="Leaderboard", anchor="leaderboard", fill=leaderboard),
    Section(title="Against earlier runs", anchor="nights", fill=nights),
    Section(title="As in the study", anchor="study", fill=study),
    Section(title="Scores by split", anchor="splits", fill=splits),
    Section(title="Ceiling", anchor="ceiling", fill=ceiling),
    Section(title="Label conflicts", anchor="conflicts", fill=conflicts),
    Section(title="Grain", anchor="grain", fill=grain),
    Section(title="Who is ahead of whom", anchor="pairs", fill=pairs),
    Section(title="Score against cost", anchor="tradeoff", fill=tradeoff),
    Section(title="Ranking and calibration", anchor="values", fill=values),
    Section(title="Confusion", anchor="confusion", fill=confusion),
    Section(title="Recall by class", anchor="classes", fill=classes),
    Section(title="Labels", anchor="labels", fill=labels),
    Section(title="Data profile", anchor="profile", fill=profile),
    Section(title="Selected features", anchor="features", fill=features),
    Section(title="Ensemble", anchor="ensemble", fill=ensemble),
    Section(title="Parameters tried", anchor="search", fill=search),
    Section(title="Cost and cluster", anchor="cost", fill=cost),
    Section(title="Trend", anchor="trend", fill=trend),
    Section(title="Failures", anchor="failures", fill=failures),
    Section(title="Environment", anchor="environment", fill=environment),
    Section(title="Suite", anchor="suite", fill=suite),
    Section(title="Glossary", anchor="glossary", fill=glossary),
)
