"""A counter that opens slowly is waited for as long as its processes live, and whoever waits is told for what."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from counterfoil.commands import serve as serve_command
from counterfoil.db.embedded.home import Home
from counterfoil.errors import BadOption
from counterfoil.languages import Language
from counterfoil.serving import opening, supervising
from counterfoil.serving.levels import Level
from counterfoil.serving.opening import StillOpening
from counterfoil.serving.supervising import Serving, listening, supervise
from counterfoil.serving.watched import Watched

#: Answers everything with "yes" on the socket that it inherits, once it has slept.
SLOWLY = """
import http.server, socket, sys, time
time.sleep(float(sys.argv[2]))
class Yes(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
    def log_message(self, *_):
        pass
server = http.server.HTTPServer(("127.0.0.1", 0), Yes, bind_and_activate=False)
server.socket = socket.socket(fileno=int(sys.argv[1]))
server.socket.setblocking(True)
server.serve_forever()
"""
SECONDS_LONG = 600.0


def opened_by(
    monkeypatch: pytest.MonkeyPatch, home: Path, script: str, *words: str
) -> tuple[Sequence[str], Sequence[StillOpening]]:
    """Open a counter whose web process is a script, and end it once it is ready; returns what was told."""

    def webs(_serving: Serving, handle: int) -> Sequence[Watched]:
        return [Watched(name="web-1", command=(sys.executable, "-c", script, str(handle), *words), handles=(handle,))]

    def worker(_serving: Serving) -> Watched:
        return Watched(name="worker", command=(sys.executable, "-c", "import time; time.sleep(600)"))

    monkeypatch.setattr(supervising, "_web_processes", webs)
    monkeypatch.setattr(supervising, "_worker", worker)
    ready: list[str] = []
    waited: list[StillOpening] = []

    def is_ready(address: str) -> None:
        ready.append(address)
        os.kill(os.getpid(), signal.SIGTERM)

    serving = Serving(
        host="127.0.0.1", port=0, processes=1, level=Level.WARNING, home=Home(path=home), is_embedded=False
    )
    with listening("127.0.0.1", 0) as socket:
        asyncio.run(supervise(serving, socket, is_ready, waited.append))
    return ready, waited


def test_a_counter_that_opens_slowly_is_waited_for_and_that_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(opening, "TOLD_EVERY_SECONDS", 1)
    ready, waited = opened_by(monkeypatch, tmp_path, SLOWLY, "3")
    assert len(ready) == 1
    assert waited
    assert {(tuple(one.names), one.most_s) for one in waited} == {(("web-1",), opening.READY_SECONDS_MAX)}
    assert opening.READY_SECONDS_MAX >= SECONDS_LONG


def test_a_process_that_dies_again_and_again_is_not_waited_for(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(opening, "_ASK_SECONDS_MAX", 0.2)
    with pytest.raises(BadOption, match="web-1 died 5 times before it answered"):
        opened_by(monkeypatch, tmp_path, "raise SystemExit(7)")


def test_a_process_that_lives_and_never_answers_is_given_up_in_the_end(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(opening, "READY_SECONDS_MAX", 1)
    monkeypatch.setattr(opening, "_ASK_SECONDS_MAX", 0.2)
    with pytest.raises(BadOption, match="nothing answers at port"):
        opened_by(monkeypatch, tmp_path, SLOWLY, "600")


@pytest.mark.parametrize(("language", "said"), [(Language.EN, "web-1 must load"), (Language.ZH, "web-1 需完成加载")])
def test_what_is_waited_for_is_said_in_both_languages(
    language: Language, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    serve_command._tell_of_opening(StillOpening(names=["web-1"], port=8080, waited_s=30, most_s=900), language)
    told = capsys.readouterr().out
    assert said in told
    assert "8080" in told
    assert "15" in told
