"""What was examined and what was not, said plainly: an absent book is no clean bill of health."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from counterfoil.audit.report.model import CoverageLine
from counterfoil.detectors.catalogue import Diagnosis, catalogue
from counterfoil.detectors.ground import Books
from counterfoil.languages import Language, Text

_NO_BOOK = Text(en="no {name} book", zh="没有 {name} 账本")
_NO_COLUMN = Text(en="no column {name} in any file", zh="没有文件带 {name} 列")
_EITHER = {Language.EN: " or ", Language.ZH: " 或 "}
_AND = {Language.EN: "; ", Language.ZH: "；"}


def coverage_of(books: Books) -> list[CoverageLine]:
    """Return one line per diagnosis, in the order in which the exceptions are told."""
    return list(_lines(books))


def _lines(books: Books) -> Iterator[CoverageLine]:
    for detector in catalogue().values():
        for diagnosis in detector.diagnoses:
            examined = diagnosis.is_examined(books)
            yield CoverageLine(
                exception=detector.id,
                diagnosis=diagnosis.id,
                examined=examined,
                reason_en="" if examined else reason(diagnosis, books, Language.EN),
                reason_zh="" if examined else reason(diagnosis, books, Language.ZH),
            )


def reason(diagnosis: Diagnosis, books: Books, language: Language) -> str:
    """Say which books or columns a diagnosis lacks."""
    return _AND[language].join(dict.fromkeys(_lack(group, books, language) for group in diagnosis.lacking(books)))


def _lack(group: Sequence[str], books: Books, language: Language) -> str:
    said = []
    for need in group:
        table = need.partition(".")[0]
        text = _NO_COLUMN.to(language, name=need) if books.carries(table) else _NO_BOOK.to(language, name=table)
        said.append(text)
    return _EITHER[language].join(dict.fromkeys(said))
