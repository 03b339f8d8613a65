"""`counterfoil shop staff …`: people, their roles and their PINs. A secret is asked for, and never an argument."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from counterfoil.commands.options import LangOption
from counterfoil.commands.shop.opening import MerchantOption, opened
from counterfoil.errors import BadOption
from counterfoil.languages import Language, Text, help_in
from counterfoil.shop.staff.model import Role

if TYPE_CHECKING:
    import sqlalchemy as sa

    from counterfoil.ids import MerchantId
    from counterfoil.shop.staff.model import Grant

HELP = help_in(en="Take on staff, give roles, set PINs.", zh="维护员工、角色与 PIN。")
HELP_ADD = help_in(en="Take somebody on, without a role and without a PIN.", zh="新增员工（尚无角色与 PIN）。")
HELP_LIST = help_in(en="List everybody with their roles.", zh="列出全部员工及其角色。")
HELP_GRANT = help_in(en="Give somebody a role, at one store or at all.", zh="授予角色，可限定门店。")
HELP_REVOKE = help_in(en="Take a role from somebody.", zh="收回角色。")
HELP_PIN = help_in(
    en="Set somebody's PIN and lift a lock; it is asked for, or read from standard input.",
    zh="设置 PIN 并解除锁定；将提示输入，或从标准输入读取。",
)
HELP_PASSWORD = help_in(
    en="Set somebody's password for the pages, and end their sessions; it is asked for, or read from standard input.",
    zh="设置网页登录密码并结束其全部登录；将提示输入，或从标准输入读取。",
)
HELP_RETIRE = help_in(en="Note that somebody has left.", zh="登记员工离职。")

StaffArgument = Annotated[str, typer.Argument(help=help_in(en="The id of the person.", zh="员工编号。"))]
RoleArgument = Annotated[Role, typer.Argument(help=help_in(en="Which role.", zh="角色。"))]
StoreOption = Annotated[
    str,
    typer.Option(
        help=help_in(en="At this store only.", zh="仅限此门店。"), show_default=help_in(en="every store", zh="所有门店")
    ),
]
ReasonOption = Annotated[str | None, typer.Option(help=help_in(en="Why; kept as a fact.", zh="原因，将留存。"))]

_ADDED = Text(en="{staff} works here now", zh="已新增员工 {staff}")
_GIVEN = Text(en="{staff} is {role} now", zh="{staff} 已授予角色：{role}")
_REVOKED = Text(en="{staff} is {role} no more", zh="{staff} 已收回角色：{role}")
_PIN_SET = Text(en="the PIN of {staff} is set", zh="已设置 {staff} 的 PIN")
_LEFT = Text(en="{staff} works here no more", zh="{staff} 已离职")
_PASSWORD_SET = Text(en="the password of {staff} is set", zh="已设置 {staff} 的密码")
_ASK = Text(en="PIN", zh="请输入 PIN")
_ASK_PASSWORD = Text(en="Password", zh="请输入密码")
_NOTHING = Text(en="nothing was changed: it was so already", zh="未作更改：原本如此")
_NO_PIN = Text(en="no PIN", zh="无 PIN")
_GONE = Text(en="left", zh="已离职")


def add(
    staff: StaffArgument,
    merchant: MerchantOption,
    lang: LangOption,
    name: Annotated[str, typer.Option(help=help_in(en="What the till shows.", zh="收银机上显示的姓名。"))],
    language: Annotated[
        Language, typer.Option(help=help_in(en="Which language the till speaks to them.", zh="收银机界面语言。"))
    ] = Language.EN,
) -> None:
    """Take somebody on."""
    from counterfoil.ids import StaffId
    from counterfoil.shop.merchants.rules import WORDS, flaw_of_name
    from counterfoil.shop.staff import store

    flaw = flaw_of_name(staff, name)
    if flaw is not None:
        raise BadOption(f"staff {staff!r}: {WORDS[flaw].to(lang)}")
    with opened(merchant) as shop, shop.known() as connection:
        added = store.add_person(
            connection, shop.merchant_id, StaffId(staff), name=name, language=language, now=shop.now
        )
        if not added:
            raise BadOption(f"staff {staff!r}: there is somebody of this id already; nothing was changed")
    typer.echo(_ADDED.to(lang, staff=staff))


def list_staff(merchant: MerchantOption, lang: LangOption) -> None:
    """List everybody."""
    from counterfoil.shop.staff import store

    with opened(merchant) as shop, shop.known() as connection:
        people = store.people(connection, shop.merchant_id)
    for person in people:
        roles = (f"{grant.role}@{grant.store_id}" if grant.store_id else grant.role.value for grant in person.grants)
        marks = [*([_GONE.to(lang)] if person.retired_at else []), *([] if person.has_pin else [_NO_PIN.to(lang)])]
        typer.echo("  ".join([person.staff_id, person.name, ", ".join(roles) or "—", *marks]))


def grant(
    staff: StaffArgument,
    role: RoleArgument,
    merchant: MerchantOption,
    lang: LangOption,
    store: StoreOption = "",
    reason: ReasonOption = None,
) -> None:
    """Give a role."""
    from counterfoil.shop.staff import store as people

    with opened(merchant) as shop, shop.known() as connection:
        wanted = _grant(connection, shop.merchant_id, staff, role, store)
        given = people.give(connection, shop.merchant_id, wanted, now=shop.now, reason=reason)
    typer.echo((_GIVEN if given else _NOTHING).to(lang, staff=staff, role=_at(role, store)))


def revoke(
    staff: StaffArgument,
    role: RoleArgument,
    merchant: MerchantOption,
    lang: LangOption,
    store: StoreOption = "",
    reason: ReasonOption = None,
) -> None:
    """Take a role."""
    from counterfoil.shop.staff import store as people

    with opened(merchant) as shop, shop.known() as connection:
        wanted = _grant(connection, shop.merchant_id, staff, role, store)
        revoked = people.revoke(connection, shop.merchant_id, wanted, now=shop.now, reason=reason)
    typer.echo((_REVOKED if revoked else _NOTHING).to(lang, staff=staff, role=_at(role, store)))


def pin(staff: StaffArgument, merchant: MerchantOption, lang: LangOption) -> None:
    """Set a PIN."""
    from counterfoil.ids import StaffId
    from counterfoil.shop.staff.kept_secrets import store
    from counterfoil.shop.staff.pins import PIN_WORDS, Pin, Pins, flaw_of

    wanted = Pin(digits=_typed(_ASK, lang))
    flaw = flaw_of(wanted)
    if flaw is not None:
        raise BadOption(f"staff {staff!r}: {PIN_WORDS[flaw].to(lang)}")
    with opened(merchant) as shop:
        hashed = Pins(shop.keys.pins).hash(StaffId(staff), wanted)
        with shop.known() as connection:
            if not store.set_pin(connection, shop.merchant_id, StaffId(staff), hashed):
                raise _nobody(staff)
    typer.echo(_PIN_SET.to(lang, staff=staff))


def password(staff: StaffArgument, merchant: MerchantOption, lang: LangOption) -> None:
    """Set a password."""
    from counterfoil import clock
    from counterfoil.counter.setting_passwords import SettingPasswords
    from counterfoil.ids import StaffId
    from counterfoil.shop.staff import store
    from counterfoil.shop.staff.passwords import Password, Passwords

    wanted = Password(text=_typed(_ASK_PASSWORD, lang))
    with opened(merchant) as shop:
        with shop.known() as connection:
            if store.person(connection, shop.merchant_id, StaffId(staff)) is None:
                raise _nobody(staff)
        passwords = Passwords(shop.keys.passwords)
        setting = SettingPasswords(database=shop.database, passwords=lambda _: passwords, clock=clock.now)
        no = setting.set(shop.merchant_id, StaffId(staff), wanted, by=None)
    if no is not None:
        raise BadOption(f"staff {staff!r}: {no.said(lang)}")
    typer.echo(_PASSWORD_SET.to(lang, staff=staff))


def retire(staff: StaffArgument, merchant: MerchantOption, lang: LangOption) -> None:
    """Note that somebody has left."""
    from counterfoil.ids import StaffId
    from counterfoil.shop.sessions import store as sessions
    from counterfoil.shop.sessions.model import Ending
    from counterfoil.shop.staff import store

    with opened(merchant) as shop, shop.known() as connection:
        if not store.retire(connection, shop.merchant_id, StaffId(staff), now=shop.now):
            raise _nobody(staff)
        sessions.end_all(connection, shop.merchant_id, StaffId(staff), Ending.RETIRED, now=shop.now)
    typer.echo(_LEFT.to(lang, staff=staff))


def _typed(asked: Text, lang: Language) -> str:
    """Ask for a secret on the terminal, or read it from standard input; it is never an argument."""
    if sys.stdin.isatty():
        return str(typer.prompt(asked.to(lang), hide_input=True, confirmation_prompt=True))
    return sys.stdin.readline().rstrip("\r\n")


def _grant(connection: sa.Connection, merchant_id: MerchantId, staff: str, role: Role, store: str) -> Grant:
    from counterfoil.ids import StaffId, StoreId
    from counterfoil.shop.merchants.store import store as store_of
    from counterfoil.shop.staff.model import Grant
    from counterfoil.shop.staff.store import person

    if person(connection, merchant_id, StaffId(staff)) is None:
        raise _nobody(staff)
    if store and store_of(connection, merchant_id, StoreId(store)) is None:
        raise BadOption(f"store {store!r}: there is none of this id")
    return Grant(staff_id=StaffId(staff), role=role, store_id=StoreId(store))


def _nobody(staff: str) -> BadOption:
    return BadOption(f"staff {staff!r}: nobody of this id works here; `counterfoil shop staff add` takes somebody on")


def _at(role: Role, store: str) -> str:
    return f"{role}@{store}" if store else role.value
