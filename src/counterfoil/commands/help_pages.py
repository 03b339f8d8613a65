"""Help pages: whole in every width, and wholly in the language that was asked for.

Typer's tables cut a text that has no blanks to break at, which is every Chinese sentence and every long option, and
its own few words are English. What it looks up when it writes a page is changed here, once a page is asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from typer.core import TyperCommand, TyperGroup

from counterfoil.commands.console import only_warnings_logged
from counterfoil.languages import HELP_LANGUAGE, Language, Text, help_in

if TYPE_CHECKING:
    from rich.text import Text as Styled
    from typer._click import Context, HelpFormatter
    from typer.core import TyperOption

#: Typer's own words, by the name under which it looks them up.
_WORDS = {
    "ARGUMENTS_PANEL_TITLE": Text(en="Arguments", zh="参数"),
    "OPTIONS_PANEL_TITLE": Text(en="Options", zh="选项"),
    "COMMANDS_PANEL_TITLE": Text(en="Commands", zh="命令"),
    "DEFAULT_STRING": Text(en="[default: {}]", zh="[默认：{}]"),
    "REQUIRED_LONG_STRING": Text(en="[required]", zh="[必填]"),
}


_ERROR = Text(en="Error", zh="错误")
_HELP = Text(
    en="Try [blue]'{command_path} {help_option}'[/] for help.",
    zh="运行 [blue]'{command_path} {help_option}'[/] 查看帮助。",
)
_USAGE = Text(en="Usage: ", zh="用法：")
_PIECES = {
    "[OPTIONS]": Text(en="[OPTIONS]", zh="[选项]"),
    "COMMAND [ARGS]...": Text(en="COMMAND [ARGS]...", zh="命令 [参数]..."),
}

#: Where a context keeps the language that its command line asked for.
LANGUAGE = "counterfoil.language"


class HelpfulCommand(TyperCommand):
    """A command with a whole help page."""

    def format_help(self, ctx: Context, formatter: HelpFormatter) -> None:
        """Write the page."""
        _make_whole()
        super().format_help(ctx, formatter)

    def format_usage(self, ctx: Context, formatter: HelpFormatter) -> None:
        """Write how it is called."""
        _write_usage(ctx, formatter, self.collect_usage_pieces(ctx))

    def get_help_option(self, ctx: Context) -> TyperOption | None:
        """Return `--help`, explained in the language of this process."""
        return _explained(super().get_help_option(ctx))

    def invoke(self, ctx: Context) -> object:
        """Run it; people hear its answer, and of its log only what is wrong."""
        with only_warnings_logged():
            return super().invoke(ctx)


class HelpfulGroup(TyperGroup):
    """A group of commands with a whole help page."""

    def format_help(self, ctx: Context, formatter: HelpFormatter) -> None:
        """Write the page."""
        _make_whole()
        super().format_help(ctx, formatter)

    def format_usage(self, ctx: Context, formatter: HelpFormatter) -> None:
        """Write how it is called."""
        _write_usage(ctx, formatter, self.collect_usage_pieces(ctx))

    def get_help_option(self, ctx: Context) -> TyperOption | None:
        """Return `--help`, explained in the language of this process."""
        return _explained(super().get_help_option(ctx))


def _explained(option: TyperOption | None) -> TyperOption | None:
    if option is not None:
        option.help = help_in(en="Show this message and exit.", zh="显示此帮助后退出。")
    return option


def tell_in(language: Language, error: Exception) -> None:
    """Let a usage error be told in one language; Typer lays it out afterwards."""
    from typer import rich_utils

    context: Context | None = getattr(error, "ctx", None)
    if context is not None:
        context.meta[LANGUAGE] = language
    rich_utils.ERRORS_PANEL_TITLE = _ERROR.to(language)
    rich_utils.RICH_HELP = _HELP.to(language)
    if language is Language.ZH:
        from counterfoil.commands.usage_words import in_chinese

        told = in_chinese(error)  # type: ignore[arg-type]  # the command line has seen that it is one
        error.format_message = lambda: told  # type: ignore[attr-defined]  # as above


def _write_usage(ctx: Context, formatter: HelpFormatter, pieces: list[str]) -> None:
    language = ctx.meta.get(LANGUAGE, HELP_LANGUAGE)
    told = [_PIECES[piece].to(language) if piece in _PIECES else piece for piece in pieces]
    formatter.write_usage(ctx.command_path, " ".join(told), prefix=_USAGE.to(language))


def _make_whole() -> None:
    """Let long texts go on in the next line, and hand Typer its words."""
    from typer import rich_utils

    class Folding(rich_utils.OptionHighlighter):
        """Colours options as Typer does, and folds what is too wide instead of cutting it."""

        def __call__(self, text: str | Styled) -> Styled:
            coloured = super().__call__(text)
            coloured.overflow = "fold"
            return coloured

    rich_utils.highlighter = Folding()
    for name, words in _WORDS.items():
        setattr(rich_utils, name, words.to(HELP_LANGUAGE))
