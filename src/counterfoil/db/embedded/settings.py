"""How the server of a shop is set up: nothing that was answered may be lost, and nothing personal may be logged."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from counterfoil.db.embedded.home import Home

SHOP: Mapping[str, str] = MappingProxyType(
    {
        "listen_addresses": "",
        "max_connections": "60",
        "shared_buffers": "256MB",
        "effective_cache_size": "1GB",
        "work_mem": "16MB",
        "maintenance_work_mem": "128MB",
        "max_wal_size": "2GB",
        # The wheel's build knows no other.
        "wal_compression": "pglz",
        "wal_level": "replica",
        "fsync": "on",
        "full_page_writes": "on",
        "synchronous_commit": "on",
        "checkpoint_timeout": "15min",
        # Disks without arms.
        "random_page_cost": "1.1",
        # The shop's statements are short.
        "jit": "off",
        # A young shop's rows are counted within seconds of coming: until then the watch's plans are guesses, and slow.
        "autovacuum_naptime": "10s",
        # A message at the level of an error may repeat the value that it refuses, so errors are told to whoever asked
        # and not to the log; DETAIL lines repeat whole rows, so no message has one. Statements are never logged.
        "log_min_messages": "log",
        "log_min_error_statement": "panic",
        "log_error_verbosity": "terse",
        "log_statement": "none",
        "log_min_duration_statement": "-1",
        "log_parameter_max_length": "0",
        "log_parameter_max_length_on_error": "0",
        "log_checkpoints": "off",
        "log_timezone": "UTC",
        "timezone": "UTC",
        # One file for each day of the week, overwritten a week later.
        "logging_collector": "on",
        "log_directory": "log",
        "log_filename": "postgresql-%a.log",
        "log_truncate_on_rotation": "on",
        "log_rotation_age": "1d",
        "log_rotation_size": "0",
        "log_file_mode": "0600",
    }
)

#: Only over the socket, and only who may enter its folder.
_ACCESS = "local all all trust\n"

#: Everybody who comes as far as the data folder may read them; there is no secret in them.
_MODE = 0o644


def write_settings(home: Home, settings: Mapping[str, str], sockets: Path) -> Path:
    """Write the settings, and who may connect, and return where.

    Beside PostgreSQL's folder and never in it: where root writes, nobody else may have laid a link.
    """
    _write(home.access, _ACCESS)
    chosen = {**settings, "unix_socket_directories": f'"{sockets}"', "hba_file": str(home.access)}
    lines = ["# Written by Counterfoil at each start of the server; ALTER SYSTEM is kept and goes before it.\n"]
    lines += [f"{setting} = {_quoted(value)}\n" for setting, value in chosen.items()]
    return _write(home.settings, "".join(lines))


def _write(file: Path, text: str) -> Path:
    file.write_text(text, encoding="utf-8")
    file.chmod(_MODE)
    return file


def _quoted(value: str) -> str:
    doubled = value.replace("'", "''")
    return f"'{doubled}'"
