"""The usable rows of a part and the code of each one's label, in the order that masks follow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa

from pipeline.flows import Booleans, Integers
from pipeline.manifest import Part


def usable_rows(part: Part, labels: Sequence[str]) -> int:
    """How many rows of the part are complete and carry one of these labels."""
    return sum(
        part.label_counts.get(label, 0) - part.incomplete_label_counts.get(label, 0)
        for label in labels
    )


def label_codes(flows: pa.Table, codes: Mapping[str, int]) -> Integers:
    """int64 (rows,): the code of each row's label, -1 where it has none or is incomplete.

    ``flows`` has the columns ``label`` and ``complete``. The rows with a code are the usable rows.
    """
    label = flows.column("label").combine_chunks()
    of_word = np.array([codes.get(word, -1) for word in label.dictionary.to_pylist()], np.int64)
    complete = flows.column("complete").to_numpy(zero_copy_only=False)
    return np.where(complete, of_word[label.indices.to_numpy()], -1)


def pack(mask: Booleans) -> bytes:
    """A mask as bits, an eighth of its size on the way to a worker."""
    return np.packbits(mask).tobytes()


def unpack(bits: bytes, rows: int) -> Booleans:
    """The mask of so many rows that :func:`pack` packed."""
    return np.unpackbits(np.frombuffer(bits, np.uint8), count=rows).view(np.bool_)
