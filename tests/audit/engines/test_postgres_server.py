"""The embedded PostgreSQL: private, of our own account, and gone with the run however the run ends."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from counterfoil.audit.engines.postgres import server
from counterfoil.audit.engines.postgres.server import private_server
from counterfoil.db.embedded import program, transient
from counterfoil.db.embedded.account import account_for_server
from counterfoil.db.embedded.cluster import SOCKET_PATH_LENGTH_MAX
from counterfoil.errors import BadOption

#: How long a server may take to notice that nobody needs it any more.
_GONE_SECONDS_MAX = 60

_RUNS_A_SERVER = """
import sys, time
from pathlib import Path
from counterfoil.audit.engines.postgres.server import private_server
with private_server(Path(sys.argv[1])) as address:
    print(address, flush=True)
    time.sleep(600)
"""

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root needs another account to run PostgreSQL")


def answers(address: str) -> bool:
    try:
        psycopg.connect(address, connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True


def is_gone(address: str) -> bool:
    """Wait until a server no longer answers."""
    for _ in range(_GONE_SECONDS_MAX * 10):
        if not answers(address):
            return True
        time.sleep(0.1)
    return False


def test_it_compares_bytes_in_utf_8_and_listens_on_no_network(tmp_path: Path) -> None:
    with private_server(tmp_path) as address, psycopg.connect(address) as connection:
        question = (
            "SELECT pg_encoding_to_char(encoding), datcollate, datctype, current_setting('listen_addresses'), "
            "current_setting('fsync') FROM pg_database WHERE datname = current_database()"
        )
        assert connection.execute(question).fetchone() == ("UTF8", "C", "C", "", "off")
        sockets = Path(connection.info.host)
        assert sockets.stat().st_mode & 0o077 == 0, "nobody else may reach the socket"


def test_it_is_gone_with_its_data_when_the_run_ends_or_fails(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), private_server(tmp_path) as address:  # noqa: PT012  # the block is the run
        with psycopg.connect(address) as connection:
            shown = connection.execute("SHOW data_directory").fetchone()
        assert shown is not None
        data = Path(str(shown[0]))
        assert data.exists()
        raise KeyboardInterrupt
    assert not answers(address)
    assert not data.exists()


def test_it_ends_even_when_the_run_is_killed(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _RUNS_A_SERVER, str(tmp_path)], stdout=subprocess.PIPE, text=True
    ) as run:
        assert run.stdout is not None
        address = run.stdout.readline().strip()
        assert answers(address)
        run.kill()
    assert is_gone(address)


def test_a_scratch_folder_with_a_long_path_has_its_socket_elsewhere(tmp_path: Path) -> None:
    scratch = tmp_path / ("long" * (SOCKET_PATH_LENGTH_MAX // 4))
    scratch.mkdir()
    with private_server(scratch) as address:
        assert answers(address)


def test_a_server_that_cannot_start_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "_SETTINGS", {"shared_buffers": "no size at all"})
    with (
        pytest.raises(BadOption, match=r"the embedded server ended at once: .*shared_buffers"),
        private_server(tmp_path),
    ):
        pass


def test_a_missing_wheel_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(program, "_WHEEL", "no_such_wheel")
    with pytest.raises(BadOption, match="no-such-wheel is not installed"), private_server(tmp_path):
        pass


@needs_root
def test_root_hands_over_a_program_that_nobody_else_can_reach_as_a_copy(tmp_path: Path) -> None:
    hidden = tmp_path / "hidden"
    installed = hidden / "program"
    (installed / "share" / "postgresql").mkdir(parents=True)
    (installed / "share" / "postgresql" / "postgres.bki").write_text("")
    hidden.chmod(0o700)
    account = account_for_server("it")
    copy = account.reachable_program(installed, tmp_path / "copy")
    assert copy == tmp_path / "copy"
    assert (copy / "share" / "postgresql" / "postgres.bki").stat().st_uid == account.user
    assert hidden.stat().st_mode & 0o777 == 0o700, "no permission of others is changed"


@needs_root
def test_root_is_told_when_nobody_can_enter_any_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transient, "PUBLIC_FOLDERS", ())
    hidden = tmp_path / "hidden"
    (hidden / "scratch").mkdir(parents=True)
    hidden.chmod(0o700)
    with pytest.raises(BadOption, match="Set TMPDIR"), private_server(hidden / "scratch"):
        pass
