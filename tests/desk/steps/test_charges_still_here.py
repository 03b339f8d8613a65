"""A charge that was to go back and is here still stays in sight: in bulk, by merging or by a word it is not lost."""

from __future__ import annotations

from typing import Any

from counterfoil.desk.cases.closing import Wish, close
from counterfoil.desk.cases.closures import Reason
from counterfoil.desk.cases.many import close_many
from counterfoil.desk.cases.merging import merge
from counterfoil.desk.cases.model import CaseId, Moved, MovedMany
from counterfoil.desk.cases.states import State
from counterfoil.desk.steps.model import Came, Step
from counterfoil.desk.steps.store import offered
from counterfoil.refusals import Refused
from tests.counter.acquirer import Fate
from tests.counter.till import Counter, no
from tests.desk.steps.shop import FAY, OLA, file_of, found, given_back, lost, press, who
from tests.desk.steps.test_returning_charges import came, charged, contradicted, returned


def declined(counter: Counter) -> CaseId:
    """Let a charge be still here whose order was rebuilt so that it could go back, and whose finding is gone."""
    record_id, case_id = charged(counter)
    counter.wechat.plan("void", Fate.DECLINED)
    assert came(returned(counter, press(counter, case_id, record_id))) is Came.DECLINED
    lost(counter, case_id)
    contradicted(counter, minutes=3)
    assert file_of(counter, case_id).case.state is State.OPEN
    return case_id


def wished(counter: Counter, case_id: CaseId, reason: Reason, **more: Any) -> Moved | Refused:  # noqa: ANN401 — fields of a wish
    with counter.database.transaction(counter.merchant_id) as connection:
        return close(
            connection,
            counter.merchant_id,
            case_id,
            wish=Wish(reason=reason, **more),
            seen=file_of(counter, case_id).case.version,
            action_id=counter.number("a"),
            actor=who(counter, FAY),
            now=counter.clock.now,
        )


def test_nobody_says_that_a_charge_went_back_which_is_still_here_nor_closes_it_in_bulk(counter: Counter) -> None:
    case_id = declined(counter)
    assert no(wished(counter, case_id, Reason.REFUNDED)) == "charge_still_here"
    chosen = {case_id: file_of(counter, case_id).case.version}
    wish = Wish(reason=Reason.HARMLESS, text="as explained")
    with counter.database.transaction(counter.merchant_id) as connection:
        many = close_many(
            connection,
            counter.merchant_id,
            chosen,
            wish=wish,
            action_id="bulk1",
            actor=who(counter, FAY),
            now=counter.clock.now,
        )
    assert isinstance(many, MovedMany)
    assert no(many.refused[case_id]) == "moves_money"
    # One person who explains it may decide that it stays.
    assert isinstance(wished(counter, case_id, Reason.HARMLESS, text="paid back by bank transfer"), Moved)


def test_a_closure_that_said_the_charge_went_back_opens_again_where_the_acquirer_denies_it_later(
    counter: Counter,
) -> None:
    record_id, case_id = charged(counter)
    counter.wechat.plan("void", Fate.LOST_REQUEST, Fate.DECLINED)
    assert came(returned(counter, press(counter, case_id, record_id))) is Came.UNKNOWN
    assert isinstance(wished(counter, case_id, Reason.REFUNDED), Moved)
    lost(counter, case_id)
    counter.clock.passes(minutes=3)
    counter.resolve()
    contradicted(counter, minutes=3)
    assert file_of(counter, case_id).case.state is State.OPEN


def test_a_charge_that_is_still_here_goes_along_where_its_case_becomes_part_of_another(counter: Counter) -> None:
    """Merged away, it was in no case, no finding and no step: nobody would have given it back."""
    case_id, host = declined(counter), found(counter, "host")
    with counter.database.transaction(counter.merchant_id) as connection:
        moved = merge(
            connection,
            counter.merchant_id,
            case_id,
            into=host,
            seen=file_of(counter, case_id).case.version,
            action_id="merge1",
            actor=who(counter, FAY),
            now=counter.clock.now,
        )
    assert isinstance(moved, Moved)
    lost(counter, host)
    assert file_of(counter, host).case.state is State.CLOSED
    contradicted(counter, minutes=3)
    assert file_of(counter, host).case.state is State.OPEN
    with counter.database.transaction(counter.merchant_id) as connection:
        (offer,) = offered(connection, counter.merchant_id, host)
    assert (offer.step, offer.amount_minor) == (Step.GIVE_BACK, 700)
    assert came(given_back(counter, press(counter, host, offer.about, OLA))) is Came.DONE
    assert counter.wechat.taken("OWN1") - counter.wechat.refunded("OWN1") == 0
