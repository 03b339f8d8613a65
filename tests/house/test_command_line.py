"""The command line: it starts quickly, speaks both languages, and every ending has one exit code and one line."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import fields
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from counterfoil import __version__, cli
from counterfoil.bench.audit import Measured, broken_promises
from counterfoil.bench.startup import measure_startup
from counterfoil.books.format import TABLES
from counterfoil.errors import BadFile, BadOption, Bug
from counterfoil.languages import Language, Text, language_asked_for, language_of
from counterfoil.policy import Policy, policy_from
from counterfoil.policy_reference import MEANINGS, policy_toml

#: What `--help` may not load: engines, columns, tables, statistics.
HEAVY = ("duckdb", "ibis", "pyarrow", "pandas", "numpy", "scipy", "psycopg", "python_calamine", "rich.table")


def run(*arguments: str, env: Mapping[str, str] | None = None, **more: object) -> subprocess.CompletedProcess[str]:
    """Run the program in a process of its own."""
    program = [sys.executable, "-c", "from counterfoil.cli import main; main()", *arguments]
    environ = {**os.environ, "COUNTERFOIL_LANG": "en", **(env or {})}
    return subprocess.run(program, env=environ, capture_output=True, text=True, check=False, **more)  # type: ignore[call-overload, no-any-return]  # what `more` holds is the test's business


def test_help_pages_are_whole_and_in_the_language_that_was_asked_for() -> None:
    for command in ("audit", "world", "score", "bench"):
        said = run(command, "--help", env={"COUNTERFOIL_LANG": "zh", "COLUMNS": "80"}).stdout
        assert "显示此帮助后退出。" in said
        assert not any(word in said for word in ("Show this", "Options", "[required]", "[default"))
    audit = run("audit", "--help", env={"COLUMNS": "80"}).stdout
    assert "…" not in audit
    assert "Show this message" in audit
    assert "…" not in run("audit", "--help", env={"COUNTERFOIL_LANG": "zh", "COLUMNS": "80"}).stdout


@pytest.fixture
def failing() -> Iterator[typer.Typer]:
    """Lend a program in which `fail` raises what the test put into `raises`."""
    app = typer.Typer(cls=cli.GuardedGroup, pretty_exceptions_enable=False)
    raises: list[BaseException] = []

    @app.command()
    def fail() -> None:
        raise raises[0]

    @app.command()
    def other() -> None:
        """Make it a program of two commands."""

    app.raises = raises  # type: ignore[attr-defined]  # the test's own pocket
    return app


def ending(app: typer.Typer, error: BaseException) -> tuple[int, str]:
    """Let the command fail and return exit code and what was said."""
    app.raises[:] = [error]  # type: ignore[attr-defined]  # the test's own pocket
    result = CliRunner().invoke(app, ["fail"])
    return result.exit_code, result.stderr


def test_help_loads_nothing_heavy() -> None:
    ask = (
        "import sys; from counterfoil.cli import app\n"
        "try: app(['--help'])\n"
        "except SystemExit: pass\n"
        f"print('loaded:', [name for name in {HEAVY!r} if name in sys.modules])"
    )
    answer = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True)
    bare = "import typer.rich_utils, sys; print([name for name in ('rich.table',) if name in sys.modules])"
    typers_own = subprocess.run([sys.executable, "-c", bare], capture_output=True, text=True, check=True).stdout.strip()
    assert answer.stdout.rstrip().endswith(f"loaded: {typers_own}")


def test_the_start_is_measured_beside_a_bare_program() -> None:
    found = measure_startup(1)
    assert found.rounds == 1
    assert found.ratio == found.ours_ms / found.bare_ms > 0


def test_version_is_the_package_s_own() -> None:
    assert run("--version").stdout == f"counterfoil {__version__}\n"


def test_help_speaks_the_language_that_is_asked_for() -> None:
    assert "退货无单" in run("--help", env={"COUNTERFOIL_LANG": "zh_CN.UTF-8"}).stdout
    assert "时区" in run("policy", "--lang", "zh").stdout
    assert "输出语言" in run("policy", "--help", "--lang=zh").stdout
    assert "退货" not in run("--help").stdout


@pytest.mark.parametrize(
    ("environ", "language"),
    [
        ({}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_TW.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "en_GB", "COUNTERFOIL_LANG": "zh"}, "zh"),
    ],
)
def test_the_environment_names_the_language(environ: dict[str, str], language: str) -> None:
    assert language_of(environ) == language


def test_an_option_names_the_language_before_the_environment() -> None:
    assert language_asked_for(["audit", "--lang", "zh"], {}) is Language.ZH
    assert language_asked_for(["audit", "--lang=en"], {"LANG": "zh_CN"}) is Language.EN
    assert language_asked_for(["audit", "--lang"], {"LANG": "zh_CN"}) is Language.ZH
    assert language_asked_for([], {}) is Language.EN


def test_a_text_is_filled_in_either_language() -> None:
    text = Text(en="{count} findings", zh="{count} 个问题")
    assert [text.to(language, count=2) for language in Language] == ["2 findings", "2 个问题"]


@pytest.mark.parametrize(
    "error",
    [
        BadFile(file="a.csv", expected="a bill", found="nothing", advice="Ask again"),
        BadOption("as-of: what\nis that?\x1b[31m"),
        PermissionError(13, "Permission denied", "out"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_2(failing: typer.Typer, error: Exception) -> None:
    code, said = ending(failing, error)
    assert code == 2
    assert said.startswith("counterfoil: ")
    assert said.count("\n") == 1
    assert "\x1b" not in said


@pytest.mark.parametrize("error", [Bug("a row was lost"), ZeroDivisionError("division by zero")])
def test_a_fault_of_our_own_says_where_to_report_it(failing: typer.Typer, error: Exception) -> None:
    code, said = ending(failing, error)
    assert code == 70
    assert "CONTRIBUTING.md" in said
    assert "Traceback" not in said


def test_a_traceback_is_shown_only_on_request(failing: typer.Typer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COUNTERFOIL_DEBUG", "1")
    assert "Traceback" in ending(failing, BadOption("x"))[1]


def test_an_interruption_ends_with_130(failing: typer.Typer) -> None:
    assert ending(failing, KeyboardInterrupt()) == (130, "")


def test_a_wrong_option_ends_with_2_and_no_traceback() -> None:
    for arguments in (["policy", "--colour"], ["brew"], ["books", "--table", "teapots"], ["policy", "missing.toml"]):
        result = run(*arguments)
        assert result.returncode == 2
        assert "Traceback" not in result.stderr


def test_a_reader_that_goes_away_is_no_error() -> None:
    for command in ("books", "readers"):
        reading, writing = os.pipe()
        os.close(reading)
        program = [sys.executable, "-c", "from counterfoil.cli import main; main()", command]
        result = subprocess.run(program, stdout=writing, stderr=subprocess.PIPE, check=False)
        os.close(writing)
        assert (result.returncode, result.stderr) == (141, b"")


@pytest.mark.parametrize("arguments", [["readers"], ["--help"], ["policy", "--help"]])
def test_a_reader_that_goes_away_from_a_table_is_no_finding(arguments: list[str]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    program = [sys.executable, "-c", "from counterfoil.cli import main; main()", *arguments]
    result = subprocess.run(program, stdout=writing, stderr=subprocess.PIPE, check=False)
    os.close(writing)
    assert (result.returncode, result.stderr) == (141, b"")


@pytest.mark.parametrize("command", ["readers", "books", "sniff no-such-file"])
def test_a_closed_standard_output_is_no_fault_of_ours(command: str) -> None:
    program = f"'{sys.executable}' -c 'from counterfoil.cli import main; main()' {command} >&-"
    result = subprocess.run(["/bin/sh", "-c", program], capture_output=True, text=True, check=False)
    assert result.returncode == (2 if "sniff" in command else 0)
    assert "fault of Counterfoil" not in result.stderr


@pytest.mark.parametrize("command", ["readers", "policy"])
def test_a_terminal_without_chinese_letters_gets_an_answer(command: str) -> None:
    result = run(command, "--lang", "zh", env={"PYTHONIOENCODING": "ascii"})
    assert (result.returncode, result.stderr) == (0, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
@pytest.mark.parametrize("arguments", [["--help"], ["readers"]])
def test_a_full_disk_behind_standard_output_is_one_line(arguments: list[str]) -> None:
    program = [sys.executable, "-c", "from counterfoil.cli import main; main()", *arguments]
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        result = subprocess.run(program, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert result.returncode == 2
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('return_window = "999999d"', "return_window wants a duration of at most 36500d, found '999999d'"),
        ("refund_authoriser_from_minor = 9999999999999999", "of at most 15 digits"),
        (f"a = {'[' * 5000}{']' * 5000}", "expected a policy in TOML"),
    ],
)
def test_a_policy_that_no_calendar_or_amount_can_hold_is_one_line(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "policy.toml"
    file.write_text(text, encoding="utf-8")
    result = run("policy", str(file))
    assert result.returncode == 2
    assert message in result.stderr
    assert result.stderr.count("\n") == 1


def test_the_printed_policy_reads_back_as_the_default_policy() -> None:
    for language in Language:
        assert policy_from(tomllib.loads(policy_toml(Policy(), language))) == Policy()


def test_a_policy_file_is_completed(tmp_path: Path) -> None:
    file = tmp_path / "policy.toml"
    file.write_text('ship_within = "90s"\nacquirer_latest = "T+5 09:30"\n[outliers]\nratio = 4\n', encoding="utf-8")
    printed = tomllib.loads(run("policy", str(file)).stdout)
    assert (printed["ship_within"], printed["acquirer_latest"], printed["outliers"]["ratio"]) == ("90s", "T+5 09:30", 4)


def test_every_key_of_the_policy_has_a_meaning() -> None:
    policy = Policy()
    keys = {field.name for field in fields(Policy)}
    for table in ("outliers", "serial_returner"):
        keys |= {f"{table}.{field.name}" for field in fields(getattr(policy, table))}
    assert set(MEANINGS) == keys


def test_templates_are_written_once_and_never_over_a_file(tmp_path: Path) -> None:
    folder = tmp_path / "empty"
    assert run("books", "--templates", str(folder)).returncode == 0
    assert {file.stem for file in folder.iterdir()} == set(TABLES)
    assert (folder / "slips.csv").read_text(encoding="utf-8").startswith("merchant_id,slip_id,order_id")
    again = run("books", "--templates", str(folder))
    assert again.returncode == 2
    assert "already has" in again.stderr


def test_promises_that_are_not_kept_are_named() -> None:
    def measured(orders: int, seconds: float, memory: int = 0) -> Measured:
        return Measured(orders=orders, findings_seconds=seconds, report_seconds=1, read_seconds=8, memory_bytes=memory)

    assert list(broken_promises([measured(1_000_000, 5), measured(10_000_000, 60)])) == []
    assert len(list(broken_promises([measured(1_000_000, 4), measured(10_000_000, 70, 9 << 30)]))) == 4
