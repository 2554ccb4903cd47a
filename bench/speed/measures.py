"""MEASURES: how each goal's figure is found, from commands run one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench.speed.command import (
    FinishedRun,
    planned_seconds,
    python,
    run_suite,
    threatbench,
)
from bench.speed.file_cache import forget_files

STUDY_ROWS: Final = 173_777
FULL_ROWS: Final = 46_686_579
FULL_FILES: Final = 169
VALIDATED: Final = ('choose_on="cv"', "params={}")
FITS_ALONE: Final = ('choose_on="test"', "stack=0", "effort=1.0", "seeds=[0, 1, 2, 3, 4]")
ONE_WORKER: Final = ("cluster.workers=1",)
SMALL_CASES: Final = 1_000
GIB: Final = 2**30


@dataclass(frozen=True, kw_only=True)
class Sizes:
    """How many flows in how many files the nightly's figures rest on."""

    rows: int
    files: int


@dataclass(frozen=True, kw_only=True)
class Reading:
    """A figure for a goal, and what it was computed from."""

    goal: str
    value: float
    rests_on: str


@dataclass(frozen=True, kw_only=True)
class Workshop:
    """A folder for flows, stores and runs, and the sizes to measure at."""

    folder: Path
    sizes: Sizes

    def flows(self, *, rows: int, files: int, family: str | None = None) -> Path:
        """Synthetic flows of that size; written once, since they are the same each time."""
        folder = self.folder / f"{family or 'all'}-{rows}-{files}"
        options = ["--family", family] if family else []
        if not (folder / "done").exists():
            threatbench("synth", folder, "--rows", rows, "--files", files, *options)
            (folder / "done").touch()
        return folder

    def fresh(self, name: str) -> Path:
        """A home without stores."""
        number = len(list(self.folder.glob(f"home-{name}-*")))
        return self.folder / f"home-{name}-{number}"


def against_the_plain_script(shop: Workshop) -> Iterator[Reading]:
    """The notebook study both ways, on the same file; the script's scores are kept beside it."""
    flows = shop.flows(rows=STUDY_ROWS, files=1, family="DDoS")
    ours = run_suite("notebook", data=flows, home=shop.fresh("notebook"))
    plain = python("bench.speed.plain_study", *sorted(flows.glob("*.csv")))
    (shop.folder / "plain_study.json").write_text(plain.stdout, encoding="utf-8")
    yield Reading(
        goal="plain_speedup",
        value=plain.seconds / ours.command.seconds,
        rests_on=f"{plain.seconds:.1f} s / {ours.command.seconds:.1f} s",
    )


def against_other_tools(shop: Workshop) -> Iterator[Reading]:
    """The whole zoo with folds and stack, from CSV until the leaderboard is on screen.

    Models have the parameters that they have where a suite names none.
    """
    for rows in (STUDY_ROWS, 1_000_000):
        flows = shop.flows(rows=rows, files=1 if rows == STUDY_ROWS else 4, family="DDoS")
        run = run_suite("notebook", data=flows, home=shop.fresh("zoo"), settings=VALIDATED)
        board = run.command.seconds_until("Models on")
        rests_on = f"{len(run.records)} cases; with its report {run.command.seconds:.1f} s"
        yield Reading(goal=f"zoo_{rows}", value=board, rests_on=rests_on)
        if rows == STUDY_ROWS:
            first = run.command.seconds_until("accuracy 0.")
            yield Reading(goal="first_row_173777", value=first, rests_on="the first case's line")


def against_the_physical_limit(shop: Workshop) -> Iterator[Reading]:
    """Ingest and the nightly against parsing; how memory and seconds grow; one worker and two.

    Whatever is held against parsing is so twice: with all files on the disk, and with those in
    memory that the system keeps there when they have just been read. How things grow is measured
    with files in memory.
    """
    flows = shop.flows(rows=shop.sizes.rows, files=shop.sizes.files)
    fewer = shop.flows(rows=shop.sizes.rows // 10, files=max(shop.sizes.files // 10, 5))
    cached = _against_parsing(shop, flows, is_cached=True)
    from_disk = _against_parsing(shop, flows, is_cached=False)
    cold = cached.cold
    small = run_suite("nightly", data=fewer, home=shop.fresh("nightly"))
    alone = run_suite("scaling", data=flows, home=shop.fresh("alone"), settings=ONE_WORKER)
    yield from _parse_ratios(from_disk, suffix="")
    yield from _parse_ratios(cached, suffix="_cached")
    yield _plan("cold_plan", from_disk.cold_planned, from_disk.cold)
    yield _plan("warm_plan", from_disk.warm_planned, from_disk.warm)
    yield _ratio("ingest_growth", *_stages("ingest", cold, small))
    yield _ratio("zoo_growth", *_stages("zoo", cold, small))
    yield _ratio("ingest_speedup", *_stages("ingest", alone, cold))
    yield _ratio("collapse_speedup", *_stages("collapse", alone, cold))
    peaks = [max(map(_peak, (cached.cold, from_disk.cold))), _peak(small)]
    seen = f"{peaks[0]:.2f} GiB, {peaks[1]:.2f} GiB"
    yield Reading(goal="peak_memory", value=peaks[0], rests_on=seen)
    yield Reading(goal="memory_growth", value=peaks[0] / peaks[1], rests_on=seen)


@dataclass(frozen=True, kw_only=True)
class _Nights:
    """A nightly from the files and one from their store, with their plans and with parsing.

    Parsing is measured before and after each, since the pace of a machine that others share drifts
    within minutes.
    """

    cold: FinishedRun
    warm: FinishedRun
    cold_planned: float
    warm_planned: float
    parse_seconds: tuple[float, float, float]


def _against_parsing(shop: Workshop, flows: Path, *, is_cached: bool) -> _Nights:
    home = shop.fresh("nightly")

    def begin() -> None:
        if not is_cached:
            forget_files(shop.folder)

    def parse() -> float:
        begin()
        return _parse_seconds(flows)

    def night() -> tuple[float, FinishedRun]:
        planned = planned_seconds("nightly", data=flows, home=home)
        begin()
        return planned, run_suite("nightly", data=flows, home=home)

    if is_cached:
        _parse_seconds(flows)
    before = parse()
    cold_planned, cold = night()
    between = parse()
    warm_planned, warm = night()
    return _Nights(
        cold=cold,
        warm=warm,
        cold_planned=cold_planned,
        warm_planned=warm_planned,
        parse_seconds=(before, between, parse()),
    )


def _parse_ratios(nights: _Nights, *, suffix: str) -> Iterator[Reading]:
    before, between, after = nights.parse_seconds
    parse, parse_warm = (before + between) / 2, (between + after) / 2
    yield _ratio(f"cold_to_parse{suffix}", nights.cold.command.seconds, parse)
    yield _ratio(f"warm_to_parse{suffix}", nights.warm.command.seconds, parse_warm)
    yield _ratio(f"ingest_to_parse{suffix}", nights.cold.facts["seconds"]["ingest"], parse)


def every_row(shop: Workshop) -> Iterator[Reading]:
    """``nightly-all``: how long, in what memory, and how far its plan was off."""
    flows = shop.flows(rows=shop.sizes.rows, files=shop.sizes.files)
    home = shop.fresh("all")
    planned = planned_seconds("nightly-all", data=flows, home=home)
    run = run_suite("nightly-all", data=flows, home=home)
    seconds, peak = run.command.seconds, _peak(run)
    cases = f"{len(run.records)} cases, {shop.sizes.rows:,} rows"
    yield Reading(goal="rows_hours", value=seconds / 3_600, rests_on=f"{seconds:.0f} s, {cases}")
    yield _plan("rows_plan", planned, run)
    yield Reading(goal="rows_memory", value=peak, rests_on=cases)


def spreading(shop: Workshop) -> Iterator[Reading]:
    """The zoo, five times over, against the sum of its fits."""
    study = shop.flows(rows=STUDY_ROWS, files=1, family="DDoS")
    zoo = run_suite("notebook", data=study, home=shop.fresh("spread"), settings=FITS_ALONE)
    fits = sum(record["seconds"]["fit"] for record in zoo.records)
    yield _ratio("zoo_spread", zoo.facts["seconds"]["zoo"], fits / 2)


def small_cases(shop: Workshop) -> Iterator[Reading]:
    """What a case costs that does nothing, and whether very many on too many workers all end."""
    flows = shop.flows(rows=40_000, files=2)
    seeds = f"seeds={list(range(SMALL_CASES))}"
    alone = ('models=["dummy"]', "stack=0", 'choose_on="test"', seeds)
    run = run_suite("smoke", data=flows, home=shop.fresh("empty"), settings=alone)
    milliseconds = 1_000 * run.facts["seconds"]["zoo"] / len(run.records)
    yield Reading(goal="empty_case", value=milliseconds, rests_on=f"{len(run.records)} cases")
    crowd = (*alone, "cluster.workers=16")
    run = run_suite("smoke", data=flows, home=shop.fresh("crowd"), settings=crowd)
    done = sum(record["status"] == "done" for record in run.records)
    seconds = f"{run.facts['seconds']['zoo']:.1f} s"
    yield Reading(goal="oversubscribed", value=done, rests_on=seconds)


MEASURES: Final[Mapping[str, Callable[[Workshop], Iterator[Reading]]]] = {
    "plain": against_the_plain_script,
    "tools": against_other_tools,
    "limit": against_the_physical_limit,
    "rows": every_row,
    "spreading": spreading,
    "small": small_cases,
}


def _stages(stage: str, *runs: FinishedRun) -> list[float]:
    return [run.facts["seconds"][stage] for run in runs]


def _plan(goal: str, planned: float, run: FinishedRun) -> Reading:
    """By what factor a plan was off, whichever way."""
    taken = run.command.seconds
    off = max(planned / taken, taken / planned)
    return Reading(goal=goal, value=off, rests_on=f"{planned:.0f} s planned, {taken:.0f} s taken")


def _parse_seconds(flows: Path) -> float:
    return float(python("bench.speed.parse", flows).stdout)


def _peak(run: FinishedRun) -> float:
    """In GiB, of all processes together."""
    return float(run.facts["peak_memory_bytes"] / GIB)


def _ratio(goal: str, above: float, below: float) -> Reading:
    return Reading(goal=goal, value=above / below, rests_on=f"{above:.2f} s / {below:.2f} s")
