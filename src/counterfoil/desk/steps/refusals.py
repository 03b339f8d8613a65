"""Why a step is not taken, in order of precedence: the first that holds is the answer. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from counterfoil.languages import Text
from counterfoil.refusals import Refused


class StepRefusal(StrEnum):
    """An expected "no" to a step. None of them moves money or changes the case."""

    NOT_OFFERED = "not_offered"
    CONSENT_MISSING = "consent_missing"

    def is_transient(self) -> bool:
        """Whether the same press may succeed later, unchanged: never; the page has to be looked at again."""
        return False


TEXTS: Mapping[StepRefusal, Text] = MappingProxyType(
    {
        StepRefusal.NOT_OFFERED: Text(
            en="The books do not allow this step about {about} any more; nothing was done. It may have been taken "
            "already: look at the case again.",
            zh="账本目前不允许对 {about} 执行此步骤，未执行任何操作。可能已经处理过，请重新查看个案。",
        ),
        StepRefusal.CONSENT_MISSING: Text(
            en="Money goes back only with a second person's PIN and a reason; nothing was done. Ask somebody who may.",
            zh="退款须由第二人输入 PIN 并填写原因，未执行任何操作。请找有权限的同事。",
        ),
    }
)


def refused(code: StepRefusal, **facts: object) -> Refused:
    """Make the refusal of a step."""
    return Refused(code=code, text=TEXTS[code], facts=facts, transient=code.is_transient())
