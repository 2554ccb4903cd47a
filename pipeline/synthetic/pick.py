"""Which attacks are asked for, by label or by family."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.dataset import load_dataset
from pipeline.errors import unknown
from pipeline.synthetic.attacks import Attack, load_capture
from pipeline.synthetic.errors import SyntheticError


def find_attacks(labels: Sequence[str] | None) -> tuple[Attack, ...]:
    """The attacks with these labels, each once, sorted by label; all of them for None.

    >>> [attack.label for attack in find_attacks(["XSS", "BenignTraffic"])]
    ['BenignTraffic', 'XSS']
    >>> find_attacks(["DDoS-SYN"])
    Traceback (most recent call last):
    pipeline.synthetic.errors.SyntheticError: unknown label 'DDoS-SYN'; did you mean ...
    """
    attacks = load_capture().attacks
    wanted = sorted(attacks if labels is None else set(labels))
    for label in wanted:
        if label not in attacks:
            raise SyntheticError(unknown("label", label, attacks))
    return tuple(attacks[label] for label in wanted)


def labels_of_family(family: str) -> tuple[str, ...]:
    """The labels of one family of attacks, sorted.

    >>> labels_of_family("DoS")
    ('DoS-HTTP_Flood', 'DoS-SYN_Flood', 'DoS-TCP_Flood', 'DoS-UDP_Flood')
    """
    families = load_dataset("ciciot2023").families
    labels = tuple(label for label in sorted(families) if families[label] == family)
    if not labels:
        raise SyntheticError(unknown("family", family, set(families.values())))
    return labels
