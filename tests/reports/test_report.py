from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from reports.errors import RunFolderError
from reports.example import write_example
from reports.example_cases import Shape
from reports.report import write_report
from reports.sections import SECTIONS

SCRIPT = "<script>alert(1)</script>"
VOID = {"meta", "link", "input", "br", "img", "wbr"}


class Outline(HTMLParser):
    """What a page holds, and whether each element is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.scripts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        said = dict(attrs)
        self.ids += [said["id"]] if said.get("id") else []
        self.links += [value for name, value in attrs if name in ("href", "src") and value]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "script":
            self.scripts.append(data)


def outline(path: Path) -> Outline:
    found = Outline()
    found.feed(path.read_text(encoding="utf-8"))
    found.close()
    assert found.open == []
    return found


def only(folder: Path, **files: str) -> Path:
    folder.mkdir()
    for name, text in files.items():
        (folder / name.replace("_json", ".json").replace("_", ".")).write_text(text)
    return folder


def test_a_report_is_one_well_formed_file_that_asks_for_nothing(tmp_path: Path) -> None:
    page = outline(write_report(write_example(tmp_path)))
    assert len(page.ids) == len(set(page.ids))
    assert [link for link in page.links if not link.startswith(("#", "data:,"))] == []
    assert set(page.ids) >= {section.anchor for section in SECTIONS}
    assert {link[1:] for link in page.links if link.startswith("#")} <= set(page.ids)


def test_the_policy_admits_our_script_and_no_connection(tmp_path: Path) -> None:
    text = write_report(write_example(tmp_path)).read_text(encoding="utf-8")
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]*)"', text)
    assert "default-src &#39;none&#39;" in policy
    assert "sha256-" in policy
    assert "http" not in policy


def test_names_and_texts_from_a_run_are_inert(tmp_path: Path) -> None:
    shape = Shape(labels=(SCRIPT, f"{SCRIPT}2", '"><img src=x>'), models=(SCRIPT, "b", "c", "d"))
    folder = write_example(tmp_path, shape=shape)
    (folder / "suite.toml").write_text(f'name = "{SCRIPT}"\n</pre>{SCRIPT}')
    line = (folder / "cases.jsonl").read_text().splitlines()[-1]
    with (folder / "cases.jsonl").open("a") as stream:
        stream.write(line.replace("MemoryError", SCRIPT).replace("broken_0", SCRIPT) + "\n")
    page = outline(write_report(folder))
    assert "img" not in page.tags
    assert page.tags.count("script") == 2
    assert not [script for script in page.scripts if "alert(1)" in script and "<" in script]


def test_34_classes_20_models_and_3_splits_stay_under_3_megabytes(tmp_path: Path) -> None:
    shape = Shape(
        labels=tuple(f"DDoS-SynonymousIP_Flood_{number:02d}" for number in range(34)),
        models=tuple(f"gradient_boosting_{number:02d}" for number in range(17)),
    )
    path = write_report(write_example(tmp_path, shape=shape))
    assert len(outline(path).tags) > 10_000
    assert path.stat().st_size < 3_000_000


@pytest.mark.parametrize(
    "files",
    [
        {"suite_toml": "name = 'demo'"},
        {"run_json": "{}"},
        {"run_json": '{"suite": "demo", "metric": "f1_macro", "schema_version": 0}'},
        {"cases_jsonl": '{"case_id": "a"}\n'},
        {"cases_jsonl": '{"case_id": "a", "scores": {"accuracy": {"value": 0.5}}}\n'},
        {"cases_jsonl": '{"case_id": "a", "scores": {"accuracy": {"value": null}}}\n'},
        {"cases_jsonl": '{"case_id": "a", "status": "failed", "model": "tree"}\n'},
        {"cases_jsonl": '{"case_id": "a", "status": "burnt", "role": 4}\nnonsense\n'},
        {"cases_jsonl": "", "profile_json": '{"labels": {"a": 0}, "columns": ["x"]}'},
        {"run_json": '{"ceiling": [{"task": "attack", "split": "random", "k": 3, "value": 0}]}'},
    ],
)
def test_every_section_stands_whatever_the_run_folder_lacks(
    tmp_path: Path, files: dict[str, str]
) -> None:
    page = outline(write_report(only(tmp_path / "run", **files)))
    assert set(page.ids) >= {section.anchor for section in SECTIONS}


@pytest.mark.parametrize("value", ["NaN", "1e999", "-1", "0", "null", '"text"'])
def test_every_section_stands_on_numbers_that_are_none(tmp_path: Path, value: str) -> None:
    keys = "value|rows_tested|fit|recall|support|started|model_bytes"
    shape = Shape(labels=("a", "b"), models=("x", "y"), splits=("random",))
    folder = write_example(tmp_path, shape=shape)
    for name in ("cases.jsonl", "run.json"):
        text = (folder / name).read_text()
        (folder / name).write_text(re.sub(rf'("(?:{keys})"): ?[^,}}]+', rf"\1: {value}", text))
    page = outline(write_report(folder))
    assert set(page.ids) >= {section.anchor for section in SECTIONS}


@pytest.mark.parametrize("missing", ["run.json", "profile.json", "selection.json", "cases.jsonl"])
def test_every_section_stands_without_any_one_file(tmp_path: Path, missing: str) -> None:
    folder = write_example(tmp_path)
    (folder / missing).unlink()
    page = outline(write_report(folder))
    assert set(page.ids) >= {section.anchor for section in SECTIONS}


def test_the_same_folder_gives_the_same_report(tmp_path: Path) -> None:
    folder = write_example(tmp_path)
    assert write_report(folder).read_bytes() == write_report(folder).read_bytes()


def test_a_folder_without_a_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RunFolderError):
        write_report(tmp_path)
