"""Telling somebody that a night went wrong: a command of theirs, or a webhook."""

from __future__ import annotations

import json
import os
import subprocess
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from typing import Final

SECONDS_ALLOWED: Final = 60


def tell_command(command: str, text: str, *, run: str) -> str:
    """Give the text to a shell command's stdin; what went wrong, or nothing.

    The command finds the run folder in ``THREATBENCH_RUN``.
    """
    environment = {**os.environ, "THREATBENCH_RUN": run}
    try:
        ended = subprocess.run(
            command, shell=True, input=text, text=True, env=environment, timeout=SECONDS_ALLOWED
        )
    except subprocess.TimeoutExpired:
        return f"--on-regression: {command!r} took longer than {SECONDS_ALLOWED} s"
    if ended.returncode:
        return f"--on-regression: {command!r} ended with status {ended.returncode}"
    return ""


def tell_webhook(url: str, content: Mapping[str, object]) -> str:
    """Post the content as JSON; what went wrong, or nothing."""
    if urllib.parse.urlsplit(url).scheme not in ("http", "https"):
        return f"--webhook: {url}: not an address that begins with http:// or https://"
    request = urllib.request.Request(
        url,
        data=json.dumps(content).encode(),
        headers={"Content-Type": "application/json", "User-Agent": "threatbench"},
    )
    try:
        with urllib.request.urlopen(request, timeout=SECONDS_ALLOWED):
            return ""
    except (urllib.error.URLError, TimeoutError, ConnectionError) as error:
        return f"--webhook: {url}: {error}"
