"""procrastinate over our database: takes jobs from some queues and runs them with what tasks work with.

Its tables stand in a schema of their own, which its connections look into; how jobs are queued is `store.enqueue`.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

import procrastinate

from counterfoil.jobs.background import Background
from counterfoil.jobs.schedule import AT_ONCE, Queue
from counterfoil.jobs.tasks import BEAT, SILENT_FOR, TASKS

#: Connections of one worker beside the one that listens.
CONNECTIONS_MAX = 4
CONNECT_SECONDS_MAX = 10
#: A job that is asked to end may take so long: longer than any call to an acquirer.
GRACE_SECONDS_MAX = 60
#: What wakes a worker is a notification; it looks by itself after so long.
LOOK_SECONDS = 2.0


async def work(background: Background, queues: Iterable[Queue], *, name: str) -> None:
    """Run the jobs of some queues until cancelled; then what is under way is finished first.

    Raises where the database goes away for longer than a moment.
    """
    chosen = list(queues)
    app = procrastinate.App(connector=_connector(background.house.database.address, name))
    for task, run in TASKS.items():
        app.task(name=task, queue=chosen[0])(partial(run, background))
    async with app.open_async():
        await app.run_worker_async(
            queues=chosen,
            name=name,
            concurrency=sum(AT_ONCE[queue] for queue in chosen),
            # What failed is in the log, and is due again; rows of it would only pile up.
            delete_jobs="always",
            fetch_job_polling_interval=LOOK_SECONDS,
            update_heartbeat_interval=BEAT.total_seconds(),
            stalled_worker_timeout=SILENT_FOR.total_seconds(),
            shutdown_graceful_timeout=GRACE_SECONDS_MAX,
            install_signal_handlers=False,
        )


def _connector(address: str, name: str) -> procrastinate.PsycopgConnector:
    return procrastinate.PsycopgConnector(
        conninfo=address,
        kwargs={
            "application_name": f"counterfoil worker {name}",
            "options": "-c search_path=jobs -c TimeZone=UTC",
            "connect_timeout": CONNECT_SECONDS_MAX,
        },
        min_size=1,
        max_size=CONNECTIONS_MAX,
        timeout=CONNECT_SECONDS_MAX,
    )
