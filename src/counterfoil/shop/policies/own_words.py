"""What the values of the shop's policy mean that no audit of files has, so that no finding depends on them. Data."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from counterfoil.languages import Text

#: By key of the policy's text; a test refuses a key without an entry.
OWN_MEANINGS: Mapping[str, Text] = MappingProxyType(
    {
        "cases.due_critical": Text(en="a critical case is closed within this time", zh="严重个案应在此时间内结案"),
        "cases.due_high": Text(en="a case of high severity is closed within this time", zh="高级个案应在此时间内结案"),
        "cases.due_low": Text(en="a case of low severity is closed within this time", zh="低级个案应在此时间内结案"),
        "cases.due_info": Text(
            en="a case that is only told is closed within this time", zh="提示级个案应在此时间内结案"
        ),
        "cases.proof_within": Text(
            en="the books bear a closure out within this time, or its case is opened again",
            zh="结案后账本应在此时间内予以印证，否则重新立案",
        ),
        "calling_code": Text(
            en="the telephone code of the shop’s country: a customer’s number without one is read with it",
            zh="本店所在国家或地区的电话区号；顾客号码未带区号时按此读取",
        ),
    }
)
