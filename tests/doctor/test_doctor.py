"""The doctor finds nothing in a shop where everything holds, and each thing that somebody breaks, by its name."""

from __future__ import annotations

from pathlib import Path

import pytest

from counterfoil.doctor.checks import CHECKS
from counterfoil.doctor.model import Invariant
from counterfoil.languages import Language
from tests.doctor.breakages import A_CHARGE, A_FINDING, BREAKAGES, CARD
from tests.doctor.busy import Busy


def test_a_busy_shop_is_well(busy: Busy) -> None:
    assert busy.broken() == {}


def test_every_check_is_examined_and_every_invariant_has_one(busy: Busy) -> None:
    assert {found.check.name for found in busy.examined()} == set(CHECKS)
    assert {check.invariant for check in CHECKS.values()} == set(Invariant)


def filled(text: str, busy: Busy) -> str:
    for letter, names in (("o", busy.model.orders), ("p", busy.model.payments)):
        for name, found in names.items():
            text = text.replace(f"{{{letter} {name}}}", found)
    return text


@pytest.mark.parametrize(("breakage", "check", "subject"), BREAKAGES.values(), ids=BREAKAGES)
def test_what_is_broken_is_found_and_named(busy: Busy, breakage: str, check: str, subject: str) -> None:
    busy.tamper(filled(breakage, busy))
    broken = busy.broken()
    assert filled(subject, busy) in broken.get(check, ()), broken


def test_a_role_that_may_pass_the_walls_is_named(busy: Busy) -> None:
    """Roles belong to the whole server, so this is undone at once."""
    for give, take in (
        ("ALTER ROLE counterfoil_app BYPASSRLS", "ALTER ROLE counterfoil_app NOBYPASSRLS"),
        ("GRANT counterfoil_owner TO counterfoil_app", "REVOKE counterfoil_owner FROM counterfoil_app"),
    ):
        busy.tamper(give)
        try:
            assert busy.broken()["roles_are_powerless"] == ("counterfoil_app",)
        finally:
            busy.tamper(take)


@pytest.mark.parametrize("check", ["money_is_on_slips", "money_is_at_the_acquirer", "charge_has_one_order"])
def test_what_stands_in_an_open_finding_is_known_already(busy: Busy, check: str) -> None:
    breakage, subject = {
        "money_is_on_slips": ("DELETE FROM slips WHERE order_id = '{o cash}'", "order:{o cash}"),
        "money_is_at_the_acquirer": (
            "UPDATE acquirer_records SET amount_minor = 1 WHERE our_reference = '{p wechat}'",
            "payment:{p wechat}",
        ),
        "charge_has_one_order": (A_CHARGE.format("NULL"), "acquirer_record:x1"),
    }[check]
    busy.tamper(filled(breakage, busy))
    assert check in busy.broken()
    busy.tamper(A_FINDING, filled(subject, busy))
    assert check not in busy.broken()
    busy.tamper("UPDATE findings SET gone_at = now()")
    assert check in busy.broken()


def test_rows_that_were_imported_have_no_facts_and_break_nothing(busy: Busy) -> None:
    busy.tamper(
        "INSERT INTO orders (merchant_id, order_id, placed_at, state, total_minor, currency, fulfilment, entered_by) "
        "VALUES ('m1', 'x', now(), 'paid', 1, 'CNY', 'carry_out', 'import')"
    )
    busy.tamper(
        "INSERT INTO payments (merchant_id, payment_id, order_id, kind, tender, amount_minor, currency, state, "
        "occurred_at, entered_by) VALUES ('m1', 'xp', 'x', 'sale', 'card', 1, 'CNY', 'approved', now(), 'import')"
    )
    assert busy.broken() == {}


def test_a_checkpoint_that_is_nowhere_is_told(busy: Busy) -> None:
    for file in busy.folder.glob("checkpoints.*"):
        file.unlink()
    broken = busy.broken()
    assert "checkpoint_lies_outside" in broken
    assert "journal_holds" not in broken or broken["journal_holds"]


def test_a_number_in_a_log_is_told_by_file_and_line_and_never_shown(busy: Busy, tmp_path: Path) -> None:
    log = tmp_path / "logs" / "serve.log"
    log.parent.mkdir()
    log.write_text(f"2026-03-03T09:30:00+08:00 sale_recorded order=o1\nrefused card={CARD}\n", encoding="utf-8")
    busy.logs.append(log.parent)
    broken = busy.broken()
    assert broken == {"no_plain_numbers_in_logs": (f"{log}, line 2: card",)}
    assert CARD not in str(broken)


def test_the_reference_page_tells_of_every_check() -> None:
    page = (Path(__file__).resolve().parents[2] / "docs/reference/doctor.md").read_text(encoding="utf-8")
    assert [name for name in CHECKS if f"| `{name}` |" not in page] == []


def test_each_check_has_a_sentence_in_both_languages() -> None:
    for check in CHECKS.values():
        assert check.broken.to(Language.EN) != check.broken.to(Language.ZH)
