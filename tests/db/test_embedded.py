"""The server of a shop: started once, found by everybody, durable, private, and there until it is stopped."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys

import psutil
import psycopg

from counterfoil.db.embedded import server
from counterfoil.db.embedded.home import HOME_VARIABLE, Home
from counterfoil.db.embedded.lock import is_held
from counterfoil.db.embedded.server import down, found
from counterfoil.db.engine import Database
from counterfoil.db.opening import embedded_database, open_database
from counterfoil.db.roles import Role
from counterfoil.ids import MerchantId
from tests.db.processes import SETTINGS, started, stopped_hard, superuser


def test_it_starts_once_and_whoever_comes_later_finds_it(home: Home) -> None:
    first, second = started(home), started(home)
    assert (first.started, second.started) == (True, False)
    assert first.sockets == second.sockets
    assert found(home) == second


def test_it_is_durable_private_and_says_nothing_of_statements(shop: Home) -> None:
    wanted = {
        "fsync": "on",
        "full_page_writes": "on",
        "synchronous_commit": "on",
        "listen_addresses": "",
        "data_checksums": "on",
        "jit": "off",
        "log_statement": "none",
        "log_min_error_statement": "panic",
        "max_connections": "60",
        "server_encoding": "UTF8",
    }
    running = started(shop)
    with superuser(running) as connection:
        shown = {name: connection.execute(f"SHOW {name}").fetchone() for name in wanted}
        ways = connection.execute("SELECT type, auth_method FROM pg_hba_file_rules").fetchall()
    assert shown == {name: (value,) for name, value in wanted.items()}
    assert ways == [("local", "trust")]
    assert running.sockets.stat().st_mode & 0o777 == 0o700, "nobody else may reach the socket"
    assert shop.data.stat().st_mode & 0o777 == 0o700
    assert shop.path.stat().st_mode & 0o007 == 0


def test_nothing_that_a_statement_holds_reaches_the_log(shop: Home) -> None:
    """Errors repeat values: in their text, in their details, and as the statement."""
    secret = "4111111111111111"  # noqa: S105  # a number that every terminal maker tests with
    with superuser(started(shop)) as connection:
        connection.execute("CREATE TABLE t (k text PRIMARY KEY, n int CHECK (n < 10))")
        connection.execute("INSERT INTO t VALUES (%s)", (secret,))
        for statement in (
            "INSERT INTO t VALUES (%s)",
            "INSERT INTO t VALUES ('x', %s::text::date::text::int)",
            "SELECT %s::text::json",
            "DO $$ BEGIN RAISE WARNING '" + secret + "'; END $$; SELECT %s",
            "SELECT no_such_function(%s)",
        ):
            with contextlib.suppress(psycopg.Error):
                connection.execute(statement, (secret,))
        with contextlib.suppress(psycopg.Error):
            connection.execute(f"SELECT '{secret}' FROM nowhere")
    down(shop)
    said = [file.read_text(errors="replace") for file in (*shop.data.glob("log/*"), shop.start_log)]
    assert any("ready to accept connections" in text for text in said), "this is the log"
    assert not any(secret in text for text in said)


def test_it_outlives_who_started_it_and_an_interrupt_at_their_terminal(shop: Home) -> None:
    program = (
        "import sys; from pathlib import Path; from counterfoil.db.embedded.home import Home; "
        "from counterfoil.db.embedded.server import up; "
        f"up(Home(Path(sys.argv[1])), {SETTINGS!r}); print('up', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(shop.path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
        text=True,
    ) as starter:
        assert starter.stdout is not None
        assert starter.stdout.readline() == "up\n"
        os.killpg(starter.pid, signal.SIGKILL)
    assert found(shop) is not None


def test_two_who_start_it_at_once_start_one(home: Home) -> None:
    program = (
        "import sys; from pathlib import Path; from counterfoil.db.embedded.home import Home; "
        "from counterfoil.db.opening import embedded_database; from counterfoil.db.embedded.server import up; "
        f"home = Home(Path(sys.argv[1])); started = up(home, {SETTINGS!r}).started; "
        "embedded_database(home); print(started)"
    )
    both = [
        subprocess.Popen([sys.executable, "-c", program, str(home.path)], stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    answers = sorted(process.communicate()[0].strip() for process in both)
    assert answers == ["False", "True"]
    with open_database(application="test", environ={HOME_VARIABLE: str(home.path)}) as database:
        assert counted(database) == 0


def counted(database: Database) -> int:
    with database.transaction(MerchantId("A")) as connection:
        return len(connection.exec_driver_sql("SELECT stan_counters.terminal_id FROM stan_counters").all())


def test_what_was_committed_is_there_after_every_process_was_killed(shop: Home) -> None:
    addresses = embedded_database(shop, SETTINGS)
    with Database(addresses.of(Role.APPLICATION), application="test") as database:
        with database.transaction(MerchantId("A")) as connection:
            connection.exec_driver_sql("INSERT INTO stan_counters VALUES ('A', 'T1', 1)")
        with contextlib.closing(psycopg.connect(addresses.application)) as unfinished:
            unfinished.execute("SELECT set_config('counterfoil.merchant_id', 'A', true)")
            unfinished.execute("INSERT INTO stan_counters VALUES ('A', 'T2', 1)")
            stopped_hard(shop)
            assert found(shop) is None
            embedded_database(shop, SETTINGS)
        # The pool's connections are dead; nobody who asks for one notices.
        assert counted(database) == 1


def test_a_lost_postmaster_is_replaced_once_its_children_have_gone(shop: Home) -> None:
    with superuser(started(shop)) as connection:
        busy = connection.info.backend_pid
        stopped_hard(shop, only_the_first=True)
        again = started(shop)
    assert again.started
    assert not psutil.pid_exists(busy) or psutil.Process(busy).status() == psutil.STATUS_ZOMBIE


def test_a_number_that_belongs_to_somebody_else_now_is_not_taken_for_the_server(shop: Home) -> None:
    """A machine that was started anew hands out the same numbers again."""
    started(shop)
    stopped_hard(shop)
    file = shop.data / "postmaster.pid"
    _, *rest = file.read_text().splitlines()
    with subprocess.Popen(["/bin/sleep", "600"], **server._account_of_data(shop).for_subprocess()) as other:
        try:
            file.write_text("\n".join([str(other.pid), *rest]) + "\n")
            assert started(shop).started
            assert other.poll() is None, "it was left alone"
        finally:
            other.kill()


def test_it_stops_cleanly_and_starts_again_with_its_rows(shop: Home) -> None:
    with superuser(started(shop)) as connection:
        connection.execute("CREATE TABLE t AS SELECT 1 AS n")
        assert down(shop), "a fast stop does not wait for whoever is connected"
    assert not is_held(shop.running)
    assert not down(shop), "there is nothing to stop"
    with superuser(started(shop)) as connection:
        assert connection.execute("SELECT n FROM t").fetchone() == (1,)
    log = "".join(file.read_text() for file in shop.data.glob("log/*"))
    assert "not properly shut down" not in log
