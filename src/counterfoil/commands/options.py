"""Options that several commands share, so that they are spelt and explained the same everywhere."""

from __future__ import annotations

import os
from enum import StrEnum
from typing import Annotated

import typer

from counterfoil.languages import Language, help_in, language_of

#: `--lang en|zh`; what the environment says where it is not given.
LangOption = Annotated[
    Language,
    typer.Option(
        "--lang",
        help=help_in(en="Language of what is said.", zh="输出语言。"),
        default_factory=lambda: language_of(os.environ),
        show_default=help_in(en="from LANG", zh="取自 LANG"),
    ),
]


class Form(StrEnum):
    """In which form tables are written."""

    PARQUET = "parquet"
    CSV = "csv"
    NDJSON = "ndjson"
