"""A shop that lives: sales, tenders, refunds, faults, crashes and clocks in any order, audited after every step.

Runs on real PostgreSQL. A crash is an exception that is raised where the process would die: what was committed stays,
and nothing is cleaned up.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule, run_state_machine_as_test

from counterfoil.books.orders.model import Sale
from counterfoil.books.payments.ports import Outcome
from counterfoil.counter.taking_answers import Source, Taken
from counterfoil.db.engine import Database
from counterfoil.refusals import Refused
from tests.counter.acquirer import Fate, SimulatedAcquirer
from tests.counter.machine import POINTS, REVERSE_FATES, UNDO_FATES, Crash, Tills, crashing_at
from tests.counter.shop import STORE, SUE


class Shop(Tills):
    """The whole shop: its tills, money that goes back, the acquirers' world and the day."""

    # ------------------------------------------------------------ money back

    @rule(
        sale=Tills.sales,
        nth=st.integers(0, 2),
        part=st.sampled_from([1, 2, 3]),
        next_day=st.booleans(),
        fates=st.lists(st.sampled_from([Fate.FINE, *UNDO_FATES]), max_size=1),
        crash=st.none() | st.sampled_from(POINTS),
        at_once=st.integers(1, 3),
    )
    def give_back(
        self,
        sale: Sale,
        nth: int,
        part: int,
        next_day: bool,  # noqa: FBT001 — as above
        fates: list[Fate],
        crash: str | None,
        at_once: int,
    ) -> None:
        if nth >= len(sale.tenders):
            return
        original = sale.tenders[nth]
        amount = original.amount_minor // part or 1
        for verb in ("void", "refund"):
            self._plan([original.tender], verb, fates)
        today = self.counter.clock.now.date() + timedelta(days=next_day)
        names = [self.counter.number("u") for _ in range(at_once)]

        def ask(name: str) -> Taken | Refused | None:
            try:
                return self.counter.undo(original.payment_id, amount, payment_id=name, today=today)
            except Crash:
                return None

        with crashing_at(crash), ThreadPoolExecutor(at_once) as threads:
            answers = list(threads.map(ask, names))
        for name, answer in zip(names, answers, strict=True):
            if Fate.LATE_REQUEST in fates:
                self.auditor.untold.add(name)
            if original.tender == "cash" and isinstance(answer, Taken):
                self.auditor.drawer -= amount
            if isinstance(answer, Taken):
                again = self.counter.undo(original.payment_id, amount, payment_id=name, today=today)
                assert isinstance(again, Taken)
                assert again.payment.payment_id == name
        # What a refused void has paid, the next one may have taken back already.
        self.auditor.look_who_paid()

    # ------------------------------------------------------------ the world

    @rule(
        seconds=st.sampled_from([1, 6, 50, 1_000, 30_000]),
        ask=st.lists(st.sampled_from([Fate.FINE, Fate.LOST_ANSWER]), max_size=3),
        reverse=st.lists(st.sampled_from(REVERSE_FATES), max_size=2),
        crash=st.none() | st.sampled_from(POINTS),
    )
    def time_passes_and_the_resolver_works(
        self, seconds: int, ask: list[Fate], reverse: list[Fate], crash: str | None
    ) -> None:
        self.counter.clock.passes(seconds=seconds)
        for acquirer in self.counter.acquirers:
            for verb, fates in (("ask", ask), ("reverse", reverse), ("void", []), ("refund", [])):
                acquirer._plans.pop(verb, None)
                acquirer.plan(verb, *fates)
        with crashing_at(crash):
            try:
                self.counter.house.resolver.step_due(self.counter.merchant_id)
            except* Crash:
                pass

    @rule()
    def what_was_under_way_arrives(self) -> None:
        for acquirer in self.counter.acquirers:
            acquirer.arrive()

    @rule()
    def late_answers_come(self) -> None:
        for acquirer in self.counter.acquirers:
            for request, answer in acquirer.late_answers():
                self.counter.hear(request.payment_id, answer, Source.LATE)

    @rule(yes=st.booleans())
    def customers_decide(self, yes: bool) -> None:  # noqa: FBT001 — hypothesis names it
        for acquirer in self.counter.acquirers:
            for name in acquirer.undecided:
                if acquirer.movements[name].kind == "sale":
                    acquirer.decide(name, yes=yes)

    @rule(data=st.data())
    def a_webhook_comes(self, data: st.DataObject) -> None:
        known = [(acquirer, name) for acquirer in self.counter.acquirers for name in acquirer.movements]
        if known:
            acquirer, name = data.draw(st.sampled_from(known))
            self._tell(acquirer, name, Source.WEBHOOK)

    def _tell(self, acquirer: SimulatedAcquirer, name: str, source: Source) -> None:
        answer = acquirer.truth(name)
        if acquirer.movements[name].kind != "reversal" and answer.outcome is not Outcome.PENDING:
            self.counter.hear(name, answer, source)

    @rule()
    def the_day_is_closed(self) -> None:
        self.counter.house.closing.close_day(self.counter.merchant_id, STORE, self.counter.clock.now.date(), SUE)

    # ------------------------------------------------------------ the audit

    @invariant()
    def the_books_agree_with_the_truth(self) -> None:
        faults = list(self.auditor.faults())
        assert not faults, "; ".join(faults)
        self.auditor.look_who_paid()

    def teardown(self) -> None:
        """Let everything arrive, tell the shop everything, let the ladders end: then nothing may be left in doubt."""
        try:
            self._come_to_the_end()
            self.auditor.look_who_paid()
            faults = list(self.auditor.faults(at_the_end=True))
            assert not faults, "; ".join(faults)
        finally:
            self.counter.close()

    def _come_to_the_end(self) -> None:
        for acquirer in self.counter.acquirers:
            acquirer._plans.clear()
            acquirer.arrive()
            for name in acquirer.undecided:
                acquirer.decide(name, yes=True)
        self.late_answers_come()
        self.counter.resolve(hours=40, step_seconds=60)
        for _ in range(2):
            for acquirer in self.counter.acquirers:
                for name in list(acquirer.movements):
                    self._tell(acquirer, name, Source.BILL)
            self.counter.resolve(hours=40, step_seconds=60)
        self.auditor.untold.clear()


def _run(town: Database, profile: settings) -> None:
    Shop.town = town
    run_state_machine_as_test(Shop, settings=profile)


_QUIET = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]


def test_a_shop_keeps_its_books_whatever_happens(town: Database) -> None:
    # A failing example is told as it was found: shrinking it would take minutes.
    quick = [Phase.explicit, Phase.reuse, Phase.generate]
    _run(
        town,
        settings(phases=quick, max_examples=12, stateful_step_count=18, suppress_health_check=_QUIET, deadline=None),
    )


@pytest.mark.long
def test_a_shop_keeps_its_books_whatever_happens_for_a_long_time(town: Database) -> None:
    _run(town, settings(max_examples=400, stateful_step_count=45, suppress_health_check=_QUIET, deadline=None))
