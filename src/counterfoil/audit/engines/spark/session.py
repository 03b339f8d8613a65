"""A Spark session that answers as every other engine does: UTC, times without a zone, overflow is an error.

On this machine it listens on the loopback only, shows no pages and writes its log into the scratch folder. A cluster
of the user's keeps its own settings wherever they neither change an answer nor slow a small history down.
"""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from counterfoil.errors import BadOption, first_line

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

#: A server that speaks Spark Connect, as Spark itself reads it.
REMOTE_VARIABLE = "SPARK_REMOTE"
#: A cluster, such as `spark://host:7077`; not set: this machine.
MASTER_VARIABLE = "SPARK_MASTER"
#: Memory of Spark on this machine, as Spark itself reads it.
MEMORY_VARIABLE = "SPARK_DRIVER_MEMORY"

_MEMORY = "4g"
_HERE = "local[*]"

#: About so many rows of the books for one task; a task costs some milliseconds before it reads the first row.
_ROWS_A_PARTITION = 500_000
_PARTITIONS_MAX = 200

#: What decides the answers.
_ANSWERS: Mapping[str, str] = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.timestampType": "TIMESTAMP_NTZ",
    "spark.sql.ansi.enabled": "true",  # whole numbers that overflow are an error, as everywhere
    "spark.sql.caseSensitive": "false",
}

#: Below so many rows of the books, Spark would compile each of its hundreds of plans for longer than it computes.
COMPILED_ROWS_MIN = 500_000

#: How Spark computes a small history: as it stands, without compiling and without planning again half way.
_IN_HASTE: Mapping[str, str] = {
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.ui.explainMode": "simple",
}

#: How Spark behaves on this machine.
_MANNERS: Mapping[str, str] = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.maxResultSize": "0",
    "spark.hadoop.mapreduce.fileoutputcommitter.algorithm.version": "2",
    "spark.hadoop.mapreduce.fileoutputcommitter.marksuccessfuljobs": "false",
}

#: Everything that Spark has to say goes into a file, which is gone with the scratch folder.
_LOGGING = """\
rootLogger.level = warn
rootLogger.appenderRef.file.ref = file
appender.file.type = File
appender.file.name = file
appender.file.fileName = {log}
appender.file.layout.type = PatternLayout
appender.file.layout.pattern = %d{{HH:mm:ss}} %p %c{{1}}: %m%n
"""


@contextmanager
def spark_session(scratch: Path, rows_n: int) -> Iterator[SparkSession]:
    """Lend a session; BadOption where Spark cannot be had. `rows_n` is how many rows the books have."""
    refuse_without_spark()
    from pyspark.sql import SparkSession  # noqa: PLC0415  # an extra that need not be installed

    running = SparkSession.getActiveSession()
    if running is not None:
        yield _answering(running.newSession(), rows_n)
        return
    before = signal.getsignal(signal.SIGINT)
    session = _started(scratch)
    try:
        yield _answering(session, rows_n)
    finally:
        session.stop()
        if before is not None:
            signal.signal(signal.SIGINT, before)


def refuse_without_spark() -> None:
    """Say in one line what is to be installed, where Spark or the Java that it runs on is missing."""
    if find_spec("pyspark") is None:
        raise BadOption(
            '--engine spark: Spark is not installed; install it with `pip install ".[spark]"` in the folder of '
            "Counterfoil, and Java 17 or later"
        )
    if not os.environ.get(REMOTE_VARIABLE):
        _refuse_without_java()


def _refuse_without_java() -> None:
    home = os.environ.get("JAVA_HOME")
    java = Path(home, "bin", "java") if home else Path(shutil.which("java") or "")
    if not java.is_file():
        where = f"JAVA_HOME={home} holds none" if home else "there is none on this machine"
        raise BadOption(
            f"--engine spark: Spark needs Java 17 or later, and {where}; on Debian: apt install default-jre-headless"
        )


def _started(scratch: Path) -> SparkSession:
    from pyspark.errors import PySparkException  # noqa: PLC0415  # an extra that need not be installed
    from pyspark.sql import SparkSession  # noqa: PLC0415  # as above

    builder = SparkSession.builder.appName("counterfoil audit")
    remote = os.environ.get(REMOTE_VARIABLE)
    if remote:
        builder = builder.remote(remote)
    else:
        master = os.environ.get(MASTER_VARIABLE) or _HERE
        builder = builder.master(master)
        if master.startswith("local"):
            for name, value in _of_this_machine(scratch).items():
                builder = builder.config(name, value)
    try:
        return builder.getOrCreate()
    except (PySparkException, ImportError, OSError, RuntimeError) as error:
        where = f"{REMOTE_VARIABLE}={remote}" if remote else "Spark"
        raise BadOption(f"--engine spark: {where} does not start: {first_line(error)}") from error


def _of_this_machine(scratch: Path) -> dict[str, str]:
    home = scratch / "spark"
    home.mkdir()
    logging = home / "log4j2.properties"
    logging.write_text(_LOGGING.format(log=home / "spark.log"), encoding="utf-8")
    settings = {
        **_MANNERS,
        "spark.local.dir": str(home),
        "spark.sql.warehouse.dir": str(home / "warehouse"),
        "spark.driver.extraJavaOptions": f"-Dlog4j2.configurationFile={logging.as_uri()} -Duser.timezone=UTC",
    }
    if not os.environ.get(MEMORY_VARIABLE):
        settings["spark.driver.memory"] = _MEMORY
    return settings


def _answering(session: SparkSession, rows_n: int) -> SparkSession:
    manner = _IN_HASTE if rows_n < COMPILED_ROWS_MIN else {}
    for name, value in {**_ANSWERS, **manner}.items():
        session.conf.set(name, value)
    partitions = min(max(rows_n // _ROWS_A_PARTITION, os.cpu_count() or 1), _PARTITIONS_MAX)
    session.conf.set("spark.sql.shuffle.partitions", str(partitions))
    return session
