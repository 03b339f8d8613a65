"""What the seed tells: the same story in any order, at the rates that were asked for."""

from __future__ import annotations

import pytest

from counterfoil.storm.acquirer.fates import DECLINE_CODES, BadFaults, Faults, Path, Whim

IDS = [f"P{number}" for number in range(4_000)]


def test_the_same_seed_tells_the_same_story_in_any_order() -> None:
    faults = Faults.parse("storm", 7)
    told = {payment_id: faults.path(payment_id, "2", 1) for payment_id in IDS}

    shuffled = sorted(IDS, key=hash)

    assert {payment_id: Faults.parse("storm", 7).path(payment_id, "2", 1) for payment_id in shuffled} == told
    assert {payment_id: Faults.parse("storm", 8).path(payment_id, "2", 1) for payment_id in IDS} != told


def test_a_repeat_and_a_reversal_have_fates_of_their_own() -> None:
    faults = Faults.parse("lost_answer=5000", 7)
    first = [faults.path(payment_id, "2", 1) for payment_id in IDS]
    assert first != [faults.path(payment_id, "2", 2) for payment_id in IDS]
    assert first != [faults.path(payment_id, "4", 1) for payment_id in IDS]


@pytest.mark.parametrize("path", Path)
def test_every_fault_happens_about_as_often_as_it_was_ordered(path: Path) -> None:
    faults = Faults.parse(f"{path}=1000", 7)
    found = [faults.path(payment_id, "2", 1) for payment_id in IDS]
    assert set(found) == {path, None}
    assert 300 < found.count(path) < 500


def test_without_faults_nothing_happens() -> None:
    faults = Faults.parse("none", 7)
    assert {faults.path(payment_id, "2", 1) for payment_id in IDS} == {None}
    assert not any(faults.happens(whim, payment_id) for whim in Whim for payment_id in IDS)
    assert faults.skewed_by_s == 0


def test_refusals_are_drawn_with_every_reason() -> None:
    faults = Faults.parse("decline=5000", 7)
    codes = [faults.decline_code(payment_id, "2") for payment_id in IDS]
    assert set(codes) == {None, *DECLINE_CODES}


def test_later_settings_win_over_presets() -> None:
    faults = Faults.parse("storm, lost_answer=0 ,late_ms=800,skew_s=30", 7)
    assert (faults.rates["lost_answer"], faults.rates["garbled"], faults.late_ms) == (0, 50, 800)
    assert -30 <= faults.skewed_by_s <= 30


@pytest.mark.parametrize(
    "text",
    ["thunder", "lost_answer", "lost_answer=2%", "lost_answer=10001", "lost_answer=-1", "lost_answer=9000,slow=2000"],
)
def test_faults_that_cannot_be_understood_are_refused(text: str) -> None:
    with pytest.raises(BadFaults):
        Faults.parse(text, 7)


def test_noise_is_never_a_message() -> None:
    faults = Faults.parse("none", 7)
    for payment_id in IDS[:100]:
        assert faults.noise(40, payment_id)[0] == 0xFF
        assert faults.noise(40, payment_id) == faults.noise(40, payment_id)
