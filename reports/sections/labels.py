"""How many flows each label has, and how many of them repeat another."""

from __future__ import annotations

from collections.abc import Mapping

from reports.described import Profile
from reports.history import Report
from reports.page import Fragment, empty, tables_fragment
from reports.tables import Column, Table, Tone, Value, make_table


def labels(report: Report) -> Fragment:
    """The label distribution, the families, and the labels that the taxonomy lacks."""
    profile = report.run.profile
    if not profile.labels:
        return empty("The run folder has no profile: the labels were not counted.")
    tables = [_label_table(profile), *_small_tables(profile)]
    intro = (
        f"{len(profile.labels)} labels. Bars are shares of the most frequent label; "
        "duplicates repeat an earlier flow of the same label."
    )
    return tables_fragment(intro, tables)


def _label_table(profile: Profile) -> Table:
    total = sum(profile.labels.values())
    columns = [
        Column(key="label", title="Label"),
        Column(key="flows", title="Flows", kind="count", bar=True),
        Column(key="share", title="Share", kind="percent", unit="%", term="share_of_flows"),
        *(
            Column(key=f"duplicates_{kind}", title=f"Duplicates ({kind})", kind="percent",
                   unit="% of its flows", term="duplicate", bar=True)
            for kind in profile.duplicates
        ),
    ]  # fmt: skip
    rows: list[dict[str, Value]] = [
        {
            "label": label,
            "flows": flows,
            "share": flows / total if total else None,
            **{
                f"duplicates_{kind}": counts.get(label, 0) / flows if flows else None
                for kind, counts in profile.duplicates.items()
            },
        }
        for label, flows in _most_first(profile.labels)
    ]
    tones: list[Tone] = ["bad" if row["label"] in profile.unknown_labels else "" for row in rows]
    return make_table("labels", "Flows of every label", columns, rows, tones=tones)


def _small_tables(profile: Profile) -> list[Table]:
    said = {
        "families": ("Flows of every family", profile.families),
        "unknown-labels": ("Labels that the taxonomy does not know", profile.unknown_labels),
    }
    columns = [
        Column(key="label", title="Name"),
        Column(key="flows", title="Flows", kind="count", bar=True),
    ]
    return [
        make_table(
            key,
            caption,
            columns,
            [{"label": label, "flows": flows} for label, flows in _most_first(counts)],
        )
        for key, (caption, counts) in said.items()
        if counts
    ]


def _most_first(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))
