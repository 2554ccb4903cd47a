from __future__ import annotations

import numpy as np

from pipeline.shared_masks import share_masks


def test_masks_in_a_file_and_masks_that_are_sent_say_the_same(tmp_path):
    masks = (np.array([True, False, True]), np.array([], np.bool_), np.array([False]))
    sent, filed = share_masks(masks, None), share_masks(masks, tmp_path / "mask.npy")
    for one, other, mask in zip(sent, filed, masks, strict=True):
        assert np.array_equal(one.read(len(mask)), mask)
        assert np.array_equal(other.read(len(mask)), mask)
