"""A reason that was chosen in one language is read in the other; what somebody wrote stays theirs."""

from __future__ import annotations

from itertools import product

import pytest

from counterfoil.desk.timeline import words as timeline
from counterfoil.languages import Language, Text
from counterfoil.reason_words import CAUSES, NOT_PAID, RUNG_UP_ANEW, with_own_words
from counterfoil.web.office.journal_details import details_of

OFFERED = (*CAUSES, NOT_PAID, RUNG_UP_ANEW)


@pytest.mark.parametrize(("offered", "chosen_in"), list(product(OFFERED, Language)))
def test_whichever_language_a_reason_was_chosen_in_each_reads_their_own(offered: Text, chosen_in: Language) -> None:
    read = with_own_words(offered.to(chosen_in))
    assert (read.en, read.zh) == (offered.en, offered.zh)


def test_what_somebody_added_stands_behind_it_as_they_wrote_it() -> None:
    read = with_own_words("其他: the {red} one: 2 sizes")
    assert (read.to(Language.EN, red="x"), read.zh) == (
        "something else: the {red} one: 2 sizes",
        "其他：the {red} one: 2 sizes",
    )


@pytest.mark.parametrize("own", ["", ": ", "the bread was wet", "price list: old", "其他吧"])
def test_what_is_in_no_list_says_itself(own: str) -> None:
    read = with_own_words(own)
    assert (read.en, read.zh) == (own, own)


def test_no_two_reasons_that_are_offered_have_the_same_words() -> None:
    assert len({text.en for text in OFFERED}) == len({text.zh for text in OFFERED}) == len(OFFERED)


def test_timeline_and_journal_show_reasons_in_the_language_of_the_reader() -> None:
    (told,) = details_of({"reason": "操作失误"}, currency="CNY", people={})
    assert told.value == timeline.said("reason", "操作失误")
    assert isinstance(told.value, Text)
    assert told.value.en == "slip of the finger"
    # The books themselves have reasons, too.
    assert timeline.said("reason", "outcome_unknown").en == "nobody knew its outcome"
