"""The command line: wires the commands, and turns every ending into one exit code and at most one line.

Exit codes: 0 clean · 1 findings at or above `--fail-on` · 2 bad input or usage · 70 a fault of Counterfoil's own ·
130 interrupted · 141 whoever read our output went away. Nothing heavy is imported here: `--help` stays quick.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from counterfoil import __version__
from counterfoil.commands import (
    audit,
    bench,
    bills,
    books,
    db,
    demo,
    doctor,
    exchange,
    explain,
    policy,
    readers,
    score,
    sell,
    serve,
    sniff,
    storm,
    watch,
    world,
)
from counterfoil.commands.console import printable
from counterfoil.commands.help_pages import LANGUAGE, HelpfulCommand, HelpfulGroup, tell_in
from counterfoil.commands.shop.group import shop
from counterfoil.errors import Bug, CounterfoilError
from counterfoil.languages import Language, Text, help_in, language_asked_for

if TYPE_CHECKING:
    from typer._click import Context

EXIT_BAD_INPUT = 2
EXIT_OUR_FAULT = 70
EXIT_READER_GONE = 141

_ABOUT = help_in(
    en="Finds the sales that did not reach a clean end: unconfirmed deliveries, duplicate orders, "
    "void mismatches, missing slips, orphan returns.",
    zh="找出没有善终的每一笔销售：订单未确认收货、订单重复、撤销不符、未出票、退货无单。",
)


_OUR_FAULT = Text(
    en="counterfoil: this is a fault of Counterfoil itself ({what}); please report it as CONTRIBUTING.md says; "
    "COUNTERFOIL_DEBUG=1 shows where it happened",
    zh="counterfoil: 这是 Counterfoil 自身的故障（{what}）；请按 CONTRIBUTING.md 所述上报；"
    "COUNTERFOIL_DEBUG=1 可显示故障所在",
)


class GuardedGroup(HelpfulGroup):
    """The commands, with every error turned into one line and an exit code."""

    def make_context(self, info_name: str | None, args: list[str], *more: Any, **named: Any) -> Context:  # noqa: ANN401 — what Typer hands over is its business
        """Read the command line; `--help` and `--version` answer here, and may find nobody to listen."""
        language = language_asked_for(args, os.environ)
        with _every_error_told(language):
            context = super().make_context(info_name, args, *more, **named)
        context.meta[LANGUAGE] = language
        return context

    def invoke(self, ctx: Context) -> object:
        """Run a command; no traceback reaches people unless COUNTERFOIL_DEBUG is set."""
        with _every_error_told(ctx.meta[LANGUAGE]):
            answer = super().invoke(ctx)
            sys.stdout.flush()
            return answer


@contextmanager
def _every_error_told(language: Language) -> Iterator[None]:
    """Turn an error into one line and an exit code."""
    try:
        yield
    except BrokenPipeError:
        _silence_stdout()
        raise typer.Exit(EXIT_READER_GONE) from None
    except SystemExit as ending:
        # Rich ends a program whose pipe broke with 1, and 1 means findings here.
        if isinstance(ending.__context__, BrokenPipeError):
            raise typer.Exit(EXIT_READER_GONE) from None
        raise
    except CounterfoilError as error:
        _show_if_debugging(error)
        raise typer.Exit(_say(error, language)) from error
    except OSError as error:
        _show_if_debugging(error)
        raise typer.Exit(_say_of_the_system(error, language)) from error
    except (typer.Exit, typer.Abort):
        raise
    except Exception as error:
        if _is_usage_error(error):
            tell_in(language, error)
            raise
        _show_if_debugging(error)
        raise typer.Exit(_say_our_fault(error, language)) from error


app = typer.Typer(
    name="counterfoil",
    cls=GuardedGroup,
    help=_ABOUT,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:  # noqa: FBT001 — Typer hands a flag over like this
    if wanted:
        typer.echo(f"counterfoil {__version__}")
        raise typer.Exit


@app.callback()
def options(
    *,
    version: Annotated[
        bool,
        typer.Option(
            "--version",
            callback=_print_version,
            is_eager=True,
            help=help_in(en="Print the version.", zh="输出版本号。"),
        ),
    ] = False,
) -> None:
    """Take what stands before the command."""


app.command("audit", cls=HelpfulCommand, help=audit.HELP)(audit.audit)
app.command("explain", cls=HelpfulCommand, help=explain.HELP)(explain.explain)
app.command("readers", cls=HelpfulCommand, help=readers.HELP)(readers.readers)
app.command("sniff", cls=HelpfulCommand, help=sniff.HELP)(sniff.sniff)
app.command("world", cls=HelpfulCommand, help=world.HELP)(world.world)
app.command("score", cls=HelpfulCommand, help=score.HELP)(score.score)
app.command("sell", cls=HelpfulCommand, help=sell.HELP)(sell.sell)
app.command("demo", cls=HelpfulCommand, help=demo.HELP)(demo.demo)
app.command("serve", cls=HelpfulCommand, help=serve.HELP)(serve.serve)
app.command("storm", cls=HelpfulCommand, help=storm.HELP)(storm.storm)
app.command("doctor", cls=HelpfulCommand, help=doctor.HELP)(doctor.doctor)
app.command("import", cls=HelpfulCommand, help=exchange.IMPORT_HELP)(exchange.import_)
app.command("export", cls=HelpfulCommand, help=exchange.EXPORT_HELP)(exchange.export)
app.command("policy", cls=HelpfulCommand, help=policy.HELP)(policy.policy)
app.command("books", cls=HelpfulCommand, help=books.HELP)(books.books)
app.add_typer(db.db, name="db")
app.add_typer(bench.bench, name="bench")
app.add_typer(shop, name="shop")
app.add_typer(bills.bills, name="bills")
app.command("watch", cls=HelpfulCommand, help=watch.HELP)(watch.watch)


def main() -> None:
    """Run the program."""
    _ready_streams()
    app()


def _ready_streams() -> None:
    """Lend the null device where the caller has closed a stream, and let no letter that a terminal lacks end a run."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:  # nobody listens, and that is no error
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115 — open until the end
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def one_line(text: str) -> str:
    """Put a message on one line, with nothing in it that a terminal would obey."""
    return printable("; ".join(text.splitlines()))


def _say(error: CounterfoilError, language: Language) -> int:
    if isinstance(error, Bug):
        return _say_our_fault(error, language)
    from counterfoil.error_words import said

    typer.echo(f"counterfoil: {one_line(said(error, language))}", err=True)
    return EXIT_BAD_INPUT


def _say_of_the_system(error: OSError, language: Language) -> int:
    """Tell what the operating system refused: a full disk, a forbidden folder."""
    from counterfoil.error_words import in_chinese

    why = error.strerror or str(error)
    told = in_chinese(why) if language is Language.ZH else why
    what = f"{told}: {error.filename}" if error.filename else str(error) if told == why else told
    typer.echo(f"counterfoil: {one_line(what)}", err=True)
    return EXIT_BAD_INPUT


def _say_our_fault(error: Exception, language: Language) -> int:
    typer.echo(_OUR_FAULT.to(language, what=one_line(f"{type(error).__name__}: {error}")), err=True)
    return EXIT_OUR_FAULT


def _show_if_debugging(error: Exception) -> None:
    if os.environ.get("COUNTERFOIL_DEBUG") == "1":
        import traceback

        traceback.print_exception(error)


def _is_usage_error(error: Exception) -> bool:
    """Whether the command line itself was wrong; Typer shows those best."""
    return hasattr(error, "exit_code") and hasattr(error, "format_message")


def _silence_stdout() -> None:
    """Point standard output at nothing, so that the interpreter does not complain when it flushes at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
