"""The secret of an installation: made once, readable by nobody else, and never repeated in a message."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from counterfoil.errors import BadOption
from counterfoil.ids import MerchantId
from counterfoil.shop.secret_keys import FILE_VARIABLE, VARIABLE, SecretKey, secret_key, secret_key_at_hand

GIVEN = "0f" * 32


def test_it_is_made_at_first_use_for_its_owner_alone_and_stays_the_same(tmp_path: Path) -> None:
    first = secret_key({}, tmp_path / "home")
    assert (tmp_path / "home" / "secret.key").stat().st_mode & 0o777 == 0o600
    assert secret_key({}, tmp_path / "home") == first
    assert secret_key({}, tmp_path / "elsewhere") != first
    assert [path.name for path in (tmp_path / "home").iterdir()] == ["secret.key"], "nothing is left lying about"


def test_many_first_uses_at_once_agree_on_one_secret(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: secret_key({}, tmp_path).secret, range(32)))
    assert len(set(made)) == 1


def test_it_may_be_given_by_the_environment_or_by_a_file_and_then_none_is_made(tmp_path: Path) -> None:
    (tmp_path / "given").write_text(GIVEN + "\n")
    expected = SecretKey(secret=bytes.fromhex(GIVEN))
    assert secret_key({VARIABLE: GIVEN}, tmp_path / "home") == expected
    assert secret_key({FILE_VARIABLE: str(tmp_path / "given")}, tmp_path / "home") == expected
    assert not (tmp_path / "home").exists()


def test_a_fingerprint_tells_secrets_apart_and_is_none_of_their_digits(tmp_path: Path) -> None:
    one, other = secret_key({VARIABLE: GIVEN}, tmp_path), secret_key({}, tmp_path)
    assert one.fingerprint() == secret_key({VARIABLE: GIVEN}, tmp_path / "elsewhere").fingerprint()
    assert one.fingerprint() != other.fingerprint()
    assert re.fullmatch("[0-9a-f]{4}(-[0-9a-f]{4}){3}", one.fingerprint())
    assert one.fingerprint().replace("-", "") not in GIVEN


def test_a_look_for_the_secret_makes_none(tmp_path: Path) -> None:
    assert secret_key_at_hand({}, tmp_path / "home") is None
    assert not (tmp_path / "home").exists()
    made = secret_key({}, tmp_path / "home")
    assert secret_key_at_hand({}, tmp_path / "home") == made


@pytest.mark.parametrize("given", ["", "0f", GIVEN + "00", "no hexadecimal digits at all, alas"])
def test_a_secret_of_another_form_is_refused_and_not_repeated(given: str, tmp_path: Path) -> None:
    with pytest.raises(BadOption, match="64 hexadecimal digits") as caught:
        secret_key({VARIABLE: given}, tmp_path)
    assert not given or given not in str(caught.value)


def test_a_file_that_others_may_read_is_refused(tmp_path: Path) -> None:
    secret_key({}, tmp_path)
    (tmp_path / "secret.key").chmod(0o644)
    with pytest.raises(BadOption, match="chmod 600"):
        secret_key({}, tmp_path)


def test_a_named_file_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(BadOption, match="cannot be read"):
        secret_key({FILE_VARIABLE: str(tmp_path / "missing")}, tmp_path)


def test_every_merchant_and_every_purpose_has_a_key_of_its_own_and_no_repr_shows_one() -> None:
    secret = SecretKey(secret=bytes(32))
    keys = [secret.for_merchant(MerchantId(name)) for name in ("a", "b")]
    derived = [key for each in keys for key in (each.matching, each.sealing, each.vouchers, each.pins)]
    assert len(set(derived)) == 8
    for key in (*derived, secret.secret):
        assert key.hex() not in repr((secret, keys))
        assert repr(key) not in repr((secret, keys))
