"""A backup and its secret key: it names the one that it needs, holds none, and comes back to no other in silence."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from counterfoil import clock
from counterfoil.cli import app
from counterfoil.db.address import OWNER_VARIABLE, URL_VARIABLE, Addresses
from counterfoil.db.backup.keys import KeyAtHand, KeyRefusal, refusal_of_key
from counterfoil.db.backup.manifest import MANIFEST, read_manifest
from counterfoil.db.embedded.home import HOME_VARIABLE
from counterfoil.db.engine import Database
from counterfoil.ids import MerchantId, StaffId
from counterfoil.shop.secret_keys import secret_key
from counterfoil.shop.staff.pins import Pin, Pins
from tests.databases import ServerOfTests
from tests.shop.stage import pin_refusal

CORNER = MerchantId("corner")
Run = Callable[..., Result]


def running(addresses: Addresses, home: Path) -> Run:
    environ = {
        URL_VARIABLE: addresses.application,
        OWNER_VARIABLE: str(addresses.keeper),
        HOME_VARIABLE: str(home),
        "COUNTERFOIL_MERCHANT": CORNER,
    }

    def ran(*arguments: str | Path, typed: str = "", lang: str = "en") -> Result:
        return CliRunner().invoke(
            app, [str(each) for each in arguments], input=typed, env={**environ, "COUNTERFOIL_LANG": lang}
        )

    return ran


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def shop(addresses: Addresses, home: Path) -> Run:
    run = running(addresses, home)
    for arguments in (
        ("shop", "create", CORNER, "--currency", "CNY", "--zone", "Asia/Shanghai"),
        ("shop", "staff", "add", "ann", "--name", "Ann"),
    ):
        assert run(*arguments).exit_code == 0
    assert run("shop", "staff", "pin", "ann", typed="2580\n").exit_code == 0
    return run


@pytest.fixture
def elsewhere(postgres: ServerOfTests) -> Iterator[Addresses]:
    made = postgres.copy()
    yield made
    postgres.drop(made)


def pin_fits(addresses: Addresses, home: Path) -> bool:
    pins = Pins(secret_key({}, home).for_merchant(CORNER).pins)
    with Database(addresses.application, application="test") as database:
        return pin_refusal(database, CORNER, pins, StaffId("ann"), Pin(digits="2580"), now=clock.now()) is None


def test_a_backup_names_the_key_that_it_needs_and_holds_none(shop: Run, home: Path, tmp_path: Path) -> None:
    file = tmp_path / "shop.backup"
    said = shop("db", "backup", file)
    key = secret_key({}, home)
    assert said.exit_code == 0, said.output
    assert f"It needs the secret key {key.fingerprint()}, which is not in it" in said.output
    assert str(home / "secret.key") in said.output
    assert read_manifest(file).secret_key == key.fingerprint()
    whole = file.read_bytes()
    assert key.secret not in whole
    assert key.secret.hex().encode() not in whole


def test_restored_where_another_key_lies_it_is_refused_by_name_and_with_its_own_pins_fit(
    shop: Run, home: Path, tmp_path: Path, elsewhere: Addresses
) -> None:
    file, other = tmp_path / "shop.backup", tmp_path / "other"
    assert shop("db", "backup", file).exit_code == 0
    there = running(elsewhere, other)
    missing = there("db", "restore", file)
    assert missing.exit_code == 2
    assert "secret_key_missing" in missing.output
    assert not (other / "secret.key").exists(), "a look makes no key"
    secret_key({}, other)
    another = there("db", "restore", file)
    assert another.exit_code == 2
    assert "secret_key_another" in another.output
    assert secret_key({}, home).fingerprint() in another.output
    assert str(other / "secret.key") in another.output
    assert "需要密钥" in there("db", "restore", file, lang="zh").output
    assert there("shop", "staff", "list").exit_code == 2, "nothing was brought back"
    shutil.copy(home / "secret.key", other / "secret.key")
    assert there("db", "restore", file).exit_code == 0
    assert pin_fits(elsewhere, other)


def test_without_its_key_the_rest_comes_back_and_what_is_lost_is_said(
    shop: Run, home: Path, tmp_path: Path, elsewhere: Addresses
) -> None:
    file, other = tmp_path / "shop.backup", tmp_path / "other"
    assert shop("db", "backup", file).exit_code == 0
    said = running(elsewhere, other)("db", "restore", "--without-key", file)
    assert said.exit_code == 0, said.output
    assert f"WITHOUT its secret key {secret_key({}, home).fingerprint()}" in said.output
    assert not pin_fits(elsewhere, other)


def test_a_backup_of_before_there_were_fingerprints_comes_back_and_says_that_it_names_no_key(
    shop: Run, tmp_path: Path, elsewhere: Addresses
) -> None:
    file, older = tmp_path / "shop.backup", tmp_path / "older.backup"
    assert shop("db", "backup", file).exit_code == 0
    with zipfile.ZipFile(file) as archive, zipfile.ZipFile(older, "w") as written:
        for name in archive.namelist():
            content = archive.read(name)
            if name == MANIFEST:
                lines = [line for line in content.decode().splitlines() if "secret_key" not in line]
                content = "\n".join(lines).replace("},\n}", "}\n}").encode()
            written.writestr(name, content)
    assert read_manifest(older).secret_key is None
    said = running(elsewhere, tmp_path / "other")("db", "restore", older)
    assert said.exit_code == 0, said.output
    assert "does not say which secret key it needs" in said.output


@pytest.mark.parametrize(
    ("needed", "found", "no"),
    [
        (None, None, None),
        (None, "a", None),
        ("a", "a", None),
        ("a", "b", KeyRefusal.ANOTHER),
        ("a", None, KeyRefusal.MISSING),
    ],
)
def test_the_key_at_hand_does_or_does_not(needed: str | None, found: str | None, no: KeyRefusal | None) -> None:
    assert refusal_of_key(needed, KeyAtHand(place="there", fingerprint=found)) is no
