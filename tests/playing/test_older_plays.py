"""A play that an older version made and kept is opened by this one, too."""

from __future__ import annotations

import json
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from counterfoil.db.embedded.server import down
from counterfoil.db.migrations.history import steps
from counterfoil.db.opening import embedded_database
from counterfoil.db.roles import Role
from counterfoil.playing.keeping import home_in, prepared

NOW = datetime(2026, 11, 29, 10, tzinfo=UTC)


def test_the_tables_of_a_kept_play_are_brought_forward() -> None:
    """It was opened as it was, and every look at health ended in a fault."""
    with tempfile.TemporaryDirectory(prefix="counterfoil-test-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        owner = embedded_database(home_in(folder)).of(Role.OWNER)
        try:
            with psycopg.connect(owner) as connection:
                connection.execute("DROP FUNCTION jobs.watch_stands()")
                connection.execute("UPDATE upkeep.revision SET version_num = '0002'")
            (folder / "play.json").write_text(json.dumps({"play": "busy_saturday", "until": NOW.isoformat()}))
            kept = prepared(folder, fresh=False, now=NOW, told=lambda _done, _total: None)
            assert not kept.is_new
            with psycopg.connect(owner) as connection:
                assert connection.execute("SELECT * FROM jobs.watch_stands()").fetchall() == []
                assert connection.execute("SELECT version_num FROM upkeep.revision").fetchall() == [
                    (steps()[-1].revision,)
                ]
        finally:
            down(home_in(folder))
