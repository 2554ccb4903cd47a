from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from bench.tell import tell_command, tell_webhook


@pytest.fixture
def server():
    """A real HTTP server on this machine: its address, what it was sent, what it answers."""
    received, answers = [], [200]

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            received.append((self.headers["Content-Type"], json.loads(body)))
            self.send_response(answers[-1])
            self.end_headers()

        def log_message(self, *_):
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as listening:
        threading.Thread(target=listening.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{listening.server_port}/hook", received, answers
        listening.shutdown()


def test_a_webhook_gets_the_content_as_json(server):
    url, received, _ = server
    assert tell_webhook(url, {"text": "▼ Worse"}) == ""
    assert received == [("application/json", {"text": "▼ Worse"})]


def test_a_webhook_that_refuses_or_is_not_there_is_told_and_ends_nothing(server):
    url, _, answers = server
    answers.append(500)
    assert "500" in tell_webhook(url, {})
    assert "--webhook: http://127.0.0.1:9" in tell_webhook("http://127.0.0.1:9/", {})
    assert "not an address" in tell_webhook("file:///etc/passwd", {})


def test_a_command_gets_the_text_and_finds_the_run(tmp_path):
    told = tmp_path / "told"
    command = f'{{ echo "$THREATBENCH_RUN"; cat; }} > {told}'
    assert tell_command(command, "▼ Worse\n", run="runs/nightly-1") == ""
    assert told.read_text("utf-8") == "runs/nightly-1\n▼ Worse\n"


def test_a_command_that_fails_is_told():
    assert "ended with status 3" in tell_command("exit 3", "", run="")
