"""Which rows of the capture go into which file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from pipeline.flows import Floats, Integers
from pipeline.synthetic.attacks import Attack
from pipeline.synthetic.chance import Words, key_of, shuffled
from pipeline.synthetic.errors import SyntheticError
from pipeline.synthetic.pick import find_attacks
from pipeline.synthetic.rows import Part, assembled, simulate_rows

# Six of the study's 173,777 rows, one of them its maximum, give its mean (7e-6) and its standard
# deviation (0.00207). So few are spread evenly: left to chance, a draw might have none.
_DRATE_EVERY: Final = 28_963
_DRATE_CYCLE: Final = np.array([0.075, 0.075, 0.848465, 0.075, 0.075, 0.075])


@dataclass(frozen=True, kw_only=True)
class Draw:
    """A sample of the capture without replacement, dealt to files like a shuffled pack."""

    rows: int
    files: int
    seed: int
    labels: tuple[str, ...]

    @property
    def attacks(self) -> tuple[Attack, ...]:
        """The attacks drawn from, sorted by label."""
        return find_attacks(self.labels)

    def row_counts(self) -> dict[str, int]:
        """How many rows each label gets: published proportions, largest remainder."""
        published = {attack.label: attack.rows for attack in self.attacks}
        return largest_remainder(published, rows=self.rows)

    def places(self, index: int) -> tuple[int, int]:
        """Where file number ``index`` begins and ends in the shuffled pack."""
        return self.rows * index // self.files, self.rows * (index + 1) // self.files


def new_draw(*, rows: int, files: int, seed: int, labels: Sequence[str] | None) -> Draw:
    """The draw asked for, or an error that says what is wrong with it."""
    if rows < 1:
        raise SyntheticError(f"rows: {rows} is too few; ask for at least 1")
    if files < 1:
        raise SyntheticError(f"files: {files} is too few; ask for at least 1")
    if files > rows:
        raise SyntheticError(f"files: {files} files cannot share {rows} rows; ask for fewer")
    chosen = tuple(attack.label for attack in find_attacks(labels))
    if not chosen:
        raise SyntheticError("labels: none given; name at least one, or leave the option out")
    return Draw(rows=rows, files=files, seed=seed, labels=chosen)


def largest_remainder(published: dict[str, int], *, rows: int) -> dict[str, int]:
    """``rows`` shared out in proportion, to the row.

    >>> largest_remainder({"a": 50, "b": 30, "c": 20}, rows=4)
    {'a': 2, 'b': 1, 'c': 1}
    """
    total = sum(published.values())
    shares = {label: divmod(rows * count, total) for label, count in published.items()}
    counts = {label: whole for label, (whole, _) in shares.items()}
    by_remainder = sorted(shares, key=lambda label: -shares[label][1])
    for label in by_remainder[: rows - sum(counts.values())]:
        counts[label] += 1
    return counts


def draw_rows(draw: Draw, begin: int, end: int) -> tuple[dict[str, Floats], Integers]:
    """Columns, and the number of the label, of these places of the shuffled pack."""
    places = np.arange(begin, end, dtype=np.uint64)
    dealt = shuffled(key_of(draw.seed, "deal"), places, size=draw.rows)
    counts = draw.row_counts()
    ends = np.cumsum(list(counts.values()))
    label = np.searchsorted(ends, dealt.astype(np.int64), side="right")
    parts: list[Part] = []
    for number, attack in enumerate(draw.attacks):
        chosen = np.flatnonzero(label == number)
        if not chosen.size:
            continue
        first = np.uint64(ends[number] - counts[attack.label])
        population = max(attack.rows, counts[attack.label])
        key = key_of(draw.seed, attack.label, "sample")
        rows = shuffled(key, dealt[chosen] - first, size=population)
        simulated = simulate_rows(attack, rows, population=population, seed=draw.seed)
        parts.append((chosen, simulated))
    columns = assembled(parts)
    columns["Drate"] = download_rates(places)
    return columns, label


def download_rates(places: Words) -> Floats:
    """Packets a second towards the target, (places,): zero but for a few evenly spread rows."""
    turn, rest = np.divmod(places.astype(np.int64), _DRATE_EVERY)
    rates: Floats = np.where(rest == _DRATE_EVERY // 2, _DRATE_CYCLE[turn % len(_DRATE_CYCLE)], 0.0)
    return rates
