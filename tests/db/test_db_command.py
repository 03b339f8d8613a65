"""`counterfoil db`, from the outside: what it says, in both languages, and how it ends."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from counterfoil.db.address import URL_VARIABLE, Addresses
from counterfoil.db.embedded.home import Home


def told(environ: dict[str, str], *arguments: str) -> tuple[int, str, str]:
    """Run a command; return how it ended and what it said."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith("COUNTERFOIL_")}
    ended = subprocess.run(
        [sys.executable, "-c", "from counterfoil.cli import main; main()", "db", *arguments],
        capture_output=True,
        check=False,
        env={**clean, "COUNTERFOIL_LANG": "en", **environ},
        text=True,
    )
    return ended.returncode, ended.stdout, ended.stderr


def test_a_day_with_the_embedded_database(home: Home, open_folder: Path) -> None:
    environ = {"COUNTERFOIL_HOME": str(home.path)}
    file = open_folder / "shop.backup"
    code, said, _ = told(environ, "status")
    assert (code, said.splitlines()[1]) == (1, "server: not running; `counterfoil db up` starts it")
    assert not home.path.exists(), "a look changes nothing"
    assert told(environ, "up") == (0, f"Data folder: {home.path}\nThe database is running.\n", "")
    code, said, _ = told(environ, "backup", str(file))
    assert code == 0
    assert said.startswith("Backed up 1 rows")
    code, said, _ = told(environ, "restore", str(file))
    assert code == 0
    assert said.startswith("Restored 1 rows, as of ")
    code, said, _ = told(environ, "status", "--json")
    seen = json.loads(said)
    assert code == 0
    assert (seen["kind"], seen["where"], seen["running"], seen["pending"]) == ("embedded", str(home.path), True, [])
    assert (seen["last_backup_file"], seen["connections"]) == (str(file), 0)
    assert told(environ, "down", "--lang", "zh")[1] == f"数据文件夹：{home.path}\n数据库已停止。\n"


def test_a_server_of_ones_own_is_not_ours_to_stop(addresses: Addresses) -> None:
    code, said, complaint = told({URL_VARIABLE: addresses.application}, "down")
    assert (code, said) == (2, "")
    assert complaint == (f"counterfoil: {URL_VARIABLE} names a server of yours; start and stop it with its own tools\n")
