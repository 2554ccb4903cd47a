"""Templates to HTML: everything that comes from a run is escaped, nothing is fetched."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from reports.numbers import NONE, number_text
from reports.tables import Table
from reports.terms import TERMS

ASSETS: Final = ("report.css", "report.js")


@dataclass(frozen=True, kw_only=True)
class Fragment:
    """One section as it stands in the page, and its tables as they are exported."""

    html: Markup
    tables: tuple[Table, ...] = ()
    is_empty: bool = False
    has_heading: bool = False


@dataclass(frozen=True, kw_only=True)
class Part:
    """One section of a page: its heading, the anchor that links find it by, its content."""

    title: str
    anchor: str
    fragment: Fragment


def page_html(
    parts: Sequence[Part], *, title: str, subtitle: str, footer: str, heading: str = ""
) -> str:
    """A page of these sections; its policy lets it run our script and fetch nothing.

    Without a ``heading`` the first section has it.
    """
    script = read_asset("report.js")
    values = {
        "policy": _policy(script),
        "title": title,
        "subtitle": subtitle,
        "heading": heading,
        "footer": footer,
        "parts": parts,
        # Our own files: nothing of a run is in them.
        "style": Markup(read_asset("report.css")),
        "script": Markup(script),
    }
    return str(render("page.html", values))


def render(template: str, values: Mapping[str, object]) -> Markup:
    """The template filled with these values, each escaped."""
    # Templates escape what they are given: their output is markup.
    return Markup(_environment().get_template(template).render(values))


def empty(sentence: str) -> Fragment:
    """A section without data: one line that says so."""
    return Fragment(html=render("empty.html", {"sentence": sentence}), is_empty=True)


def tables_fragment(
    intro: str,
    tables: Sequence[Table],
    *,
    tools: Sequence[str] = (),
    titles: Sequence[str] = (),
    plots: Sequence[Markup] = (),
) -> Fragment:
    """A section of plots and tables: the first table in full view, the others to be opened.

    ``tools`` are the controls that scripts bring to life: ``filter``, ``relative``.
    """
    named = list(zip(titles or [table.caption for table in tables], tables, strict=True))
    html = render("tables.html", {"intro": intro, "named": named, "tools": tools, "plots": plots})
    return Fragment(html=html, tables=tuple(tables))


def read_asset(name: str) -> str:
    """The text of a style sheet or script of ours."""
    return files("reports").joinpath("assets", name).read_text(encoding="utf-8")


def _policy(script: str) -> str:
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return (
        f"default-src 'none'; script-src 'sha256-{digest}'; style-src 'unsafe-inline'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


def _breakable(text: str) -> Markup:
    """A name that may break after an underscore or a dot, where a narrow screen asks for it."""
    return Markup(re.sub(r"([_.])", r"\1<wbr>", str(escape(text))))


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("reports", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(TERMS=TERMS, NONE=NONE)
    environment.filters["number"] = number_text
    environment.filters["breakable"] = _breakable
    return environment
