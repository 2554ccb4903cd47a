"""Dataset: what the columns, the labels and their families of a data set are called."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from pipeline.errors import ProfileError, unknown

UNKNOWN = "unknown"
"""The family of a label that the taxonomy does not know."""

_STORE_COLUMNS = {"label", "complete"}
_KEYS = {"name", "label_columns", "benign_family", "releases", "families", "aliases"}


@dataclass(frozen=True, kw_only=True)
class Release:
    """One published shape of a data set: its numeric columns, in their order."""

    name: str
    features: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Dataset:
    """A data set's releases and its taxonomy of labels.

    ``families`` maps each label to its family, in the profile's order; ``aliases`` maps other
    spellings of a label to it.
    """

    name: str
    label_columns: tuple[str, ...]
    benign_family: str
    releases: tuple[Release, ...]
    families: Mapping[str, str]
    aliases: Mapping[str, str] = field(default_factory=dict)

    def canonical_label(self, text: str) -> str:
        """The label as the taxonomy spells it; an unknown one comes back stripped.

        >>> load_dataset("ciciot2023").canonical_label(" DDOS-SYN_FLOOD")
        'DDoS-SYN_Flood'
        """
        stripped = text.strip()
        return self._spellings.get(stripped.casefold(), stripped)

    def is_known(self, label: str) -> bool:
        """Whether the taxonomy holds this label (as it spells it)."""
        return label in self.families

    def family_of(self, label: str) -> str:
        """The label's family, or ``"unknown"``."""
        return self.families.get(label, UNKNOWN)

    def nearest_label(self, text: str) -> str | None:
        """The known label that is spelled most like this one, if any is close."""
        close = difflib.get_close_matches(text.strip().casefold(), self._spellings, n=1, cutoff=0.6)
        return self._spellings[close[0]] if close else None

    @cached_property
    def _spellings(self) -> dict[str, str]:
        plain = {label.casefold(): label for label in self.families}
        return plain | {alias.casefold(): label for alias, label in self.aliases.items()}


def load_dataset(name_or_path: str = "ciciot2023") -> Dataset:
    """The data set of a shipped profile, or of a TOML file of the same shape.

    >>> [(release.name, len(release.features)) for release in load_dataset().releases]
    [('v1', 46), ('v2', 39)]
    """
    place = _find_profile(name_or_path)
    try:
        table = tomllib.loads(place.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ProfileError(f"{name_or_path}: not a readable profile: {error}") from error
    return _dataset(table, place=name_or_path)


def _find_profile(name_or_path: str) -> Traversable:
    if name_or_path.endswith(".toml"):
        return Path(name_or_path)
    shipped = resources.files("pipeline") / "profiles"
    found = shipped / f"{name_or_path}.toml"
    if found.is_file():
        return found
    names = [Path(entry.name).stem for entry in shipped.iterdir()]
    raise ProfileError(f"{unknown('profile', name_or_path, names)} (or give the path of a .toml)")


def _dataset(table: Mapping[str, object], *, place: str) -> Dataset:
    if strange := sorted(set(table) - _KEYS):
        raise ProfileError(f"{place}: {unknown('key', strange[0], _KEYS)}")
    if missing := sorted(_KEYS - {"aliases"} - set(table)):
        raise ProfileError(f"{place}: key {missing[0]!r} is missing; add it")
    families = _families(table["families"], place=place)
    aliases = _strings_by_name(table.get("aliases", {}), place=f"{place}: aliases")
    for alias, label in aliases.items():
        if label not in families:
            raise ProfileError(f"{place}: alias {alias!r} stands for {label!r}, which is no label")
    return Dataset(
        name=_string(table["name"], place=f"{place}: name"),
        label_columns=_strings(table["label_columns"], place=f"{place}: label_columns"),
        benign_family=_string(table["benign_family"], place=f"{place}: benign_family"),
        releases=_releases(table["releases"], place=f"{place}: releases"),
        families=families,
        aliases=aliases,
    )


def _families(value: object, *, place: str) -> dict[str, str]:
    if not isinstance(value, dict) or not value:
        raise ProfileError(f"{place}: families must be a table of family = [labels]")
    families: dict[str, str] = {}
    for family, labels in value.items():
        for label in _strings(labels, place=f"{place}: families.{family}"):
            if label in families:
                raise ProfileError(
                    f"{place}: label {label!r} stands in {families[label]!r} and in {family!r}; "
                    "keep one"
                )
            families[label] = family
    return families


def _releases(value: object, *, place: str) -> tuple[Release, ...]:
    if not isinstance(value, list) or not value:
        raise ProfileError(f"{place}: must be tables [[releases]] with name and features")
    releases = []
    for index, release in enumerate(value):
        if not isinstance(release, dict) or set(release) != {"name", "features"}:
            raise ProfileError(f"{place}[{index}]: must hold just name and features")
        features = _strings(release["features"], place=f"{place}[{index}].features")
        if len(set(features)) < len(features):
            raise ProfileError(f"{place}[{index}].features: a column stands there twice; keep one")
        if taken := sorted(_STORE_COLUMNS.intersection(features)):
            raise ProfileError(
                f"{place}[{index}].features: {taken[0]!r} is a store's own column; rename yours"
            )
        name = _string(release["name"], place=f"{place}[{index}].name")
        releases.append(Release(name=name, features=features))
    return tuple(releases)


def _strings_by_name(value: object, *, place: str) -> dict[str, str]:
    if not isinstance(value, dict):
        raise ProfileError(f"{place}: must be a table of spelling = label")
    return {name: _string(text, place=f"{place}.{name}") for name, text in value.items()}


def _strings(value: object, *, place: str) -> tuple[str, ...]:
    if not isinstance(value, Sequence) or isinstance(value, str) or not value:
        raise ProfileError(f"{place}: must be a list of texts, not empty")
    return tuple(_string(text, place=place) for text in value)


def _string(value: object, *, place: str) -> str:
    if not isinstance(value, str) or not value:
        raise ProfileError(f"{place}: must be a text, not empty")
    return value
