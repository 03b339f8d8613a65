"""The clean tales with their shares; together with the faults they are the town's repertoire."""

from __future__ import annotations

from counterfoil.world.tale import CleanTale, Needs, Tenders
from counterfoil.world.tales import bringing, comebacks, documents, paying, returning, voids

_ACQUIRED = Needs(tenders=Tenders.ACQUIRED)
_KNOWN = Needs(known=True)
_SEVERAL = Needs(lines_min=2)

CLEAN_TALES = (
    CleanTale(name="at the till", tell=paying.at_the_till, per_million=0, needs=_ACQUIRED),
    CleanTale(name="voided in time", tell=voids.voided_in_time, per_million=0),
    CleanTale(name="split tender", tell=paying.split_tender, per_million=30_000, needs=_ACQUIRED),
    CleanTale(name="instalments", tell=paying.instalments, per_million=4_000),
    CleanTale(name="declined first", tell=paying.declined_first, per_million=14_000, needs=_ACQUIRED),
    CleanTale(name="reversed", tell=paying.reversed_and_paid_again, per_million=3_000, needs=_ACQUIRED),
    CleanTale(name="never arrived", tell=paying.reversed_before_it_was_there, per_million=1_000, needs=_ACQUIRED),
    CleanTale(name="parked", tell=paying.parked, per_million=1_500),
    CleanTale(name="cancelled unpaid", tell=paying.cancelled_unpaid, per_million=4_000, needs=_ACQUIRED),
    CleanTale(name="gift", tell=paying.gift, per_million=1_000),
    CleanTale(name="training", tell=paying.training, per_million=3_000, needs=_ACQUIRED),
    CleanTale(name="charged back", tell=paying.charged_back, per_million=600, needs=_ACQUIRED),
    CleanTale(name="voided before bill", tell=voids.voided_before_the_bill, per_million=500, needs=_ACQUIRED),
    CleanTale(name="voided as refund", tell=voids.voided_as_refund, per_million=500, needs=_ACQUIRED),
    CleanTale(name="voided, sold again", tell=voids.voided_and_sold_again, per_million=1_000, needs=_KNOWN, adds=1),
    CleanTale(name="voided, then cash", tell=voids.voided_then_cash, per_million=300, needs=_ACQUIRED, adds=1),
    CleanTale(name="said repeat", tell=comebacks.said_repeat, per_million=4_000, needs=_KNOWN, adds=1),
    CleanTale(name="household", tell=comebacks.of_the_same_household, per_million=4_000, needs=_KNOWN, adds=1),
    CleanTale(name="something else", tell=comebacks.something_else, per_million=4_000, needs=_KNOWN, adds=1),
    CleanTale(name="dearer now", tell=comebacks.dearer_now, per_million=2_000, needs=_KNOWN, adds=1),
    CleanTale(name="after the window", tell=comebacks.after_the_window, per_million=6_000, needs=_KNOWN, adds=1),
    CleanTale(
        name="anonymous cash",
        tell=comebacks.anonymous_cash,
        per_million=4_000,
        needs=Needs(tenders=Tenders.CASH),
        adds=1,
    ),
    CleanTale(name="reprinted", tell=documents.reprinted, per_million=8_000),
    CleanTale(name="sent instead", tell=documents.sent_instead, per_million=4_000),
    CleanTale(name="part returned", tell=returning.part_returned, per_million=9_000, needs=_SEVERAL),
    CleanTale(name="all returned", tell=returning.all_returned, per_million=6_000),
    CleanTale(name="exchanged", tell=returning.exchanged, per_million=2_000),
    CleanTale(name="one by one", tell=returning.returned_one_by_one, per_million=1_000, needs=Needs(pieces_min=2)),
    CleanTale(
        name="without slip of sale", tell=returning.returned_without_slip_of_sale, per_million=1_000, needs=_KNOWN
    ),
    CleanTale(name="price adjusted", tell=returning.given_back_some, per_million=1_000),
    CleanTale(name="asked only", tell=returning.asked_only, per_million=1_500),
    CleanTale(
        name="month after delivery",
        tell=returning.returned_a_month_after_delivery,
        per_million=500,
        needs=Needs(delivery=True),
    ),
    CleanTale(name="came back", tell=bringing.came_back_and_refunded, per_million=500, needs=Needs(delivery=True)),
    CleanTale(name="sent again", tell=bringing.lost_and_sent_again, per_million=500, needs=Needs(delivery=True)),
    CleanTale(name="to be fetched", tell=bringing.waits_to_be_fetched, per_million=800, needs=Needs(delivery=True)),
    CleanTale(name="settled", tell=bringing.disputed_and_settled, per_million=500, needs=Needs(delivery=True)),
)
