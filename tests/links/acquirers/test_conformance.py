"""Every acquirer against every case: the same behaviour, whatever the channel."""

from __future__ import annotations

from contextlib import closing

import pytest

from tests.links.acquirers import page
from tests.links.acquirers.cases import AGAINST_ALL, Case
from tests.links.acquirers.exceptions import NOT_FOR, reason_to_leave
from tests.links.acquirers.stage import Fault, NoBook
from tests.links.acquirers.stages_found import faults_of, stages


@pytest.mark.parametrize("case", AGAINST_ALL, ids=lambda case: case.__name__)
@pytest.mark.parametrize("name", stages())
def test_conformance(name: str, case: Case) -> None:
    with closing(stages()[name]()) as stage:
        reason = reason_to_leave(stage, case.__name__, faults_of(case))
        if reason is not None:
            pytest.skip(reason)
        try:
            case(stage)
        except NoBook:
            assert getattr(stage, "has_book", True) is False


def test_no_exception_is_for_a_case_that_does_not_exist() -> None:
    names = {case.__name__ for case in AGAINST_ALL}
    assert [case for cases in NOT_FOR.values() for case in cases if case not in names] == []
    for name, make in stages().items():
        with closing(make()) as stage:
            assert set(getattr(stage, "leaves", {})) <= names, name


def test_every_fault_has_a_case() -> None:
    assert frozenset().union(*(faults_of(case) for case in AGAINST_ALL)) == frozenset(Fault)


def test_the_page_of_the_docs_is_current() -> None:
    assert page.PAGE.read_text(encoding="utf-8") == page.text(), "`make docs` writes it anew"
