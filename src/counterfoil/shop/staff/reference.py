"""The reference page of roles, made from the matrix; it must never say anything that the matrix does not."""

from __future__ import annotations

from collections.abc import Iterator

from counterfoil.languages import Language
from counterfoil.shop.staff.lock_out import FAILURES_MAX, LOCKED_FIRST, LOCKED_MAX
from counterfoil.shop.staff.model import Role
from counterfoil.shop.staff.passwords import LENGTH_MAX, LENGTH_MIN, PASSWORD_WORDS
from counterfoil.shop.staff.pins import DIGITS_MAX, DIGITS_MIN, PIN_WORDS
from counterfoil.shop.staff.roles import LIMITS, MATRIX, MAY_GIVE, ROLE_NAMES
from counterfoil.shop.staff.rules import WORDS


def roles_reference() -> str:
    """Return the page as Markdown."""
    return (
        "\n".join([*_matrix(), "", *_limits(), "", *_giving(), "", *_pins(), "", *_passwords(), "", *_refusals()])
        + "\n"
    )


def _matrix() -> Iterator[str]:
    yield "# Roles · 角色"
    yield ""
    yield "A role is given to a person at one store or at every one, and a person may have several. ● may; all else"
    yield "may not. A cashier neither voids nor refunds: whoever takes the money is not the one who undoes it alone."
    yield ""
    yield "角色按门店或全部门店授予，一人可有多个角色。● 表示允许，其余一律不允许。收银员不能自行撤销或退款。"
    yield ""
    yield f"| verb | what | 操作 | {' | '.join(_role(role) for role in Role)} |"
    yield f"|---|---|---|{'---|' * len(Role)}"
    for verb, row in MATRIX.items():
        marks = " | ".join("●" if role in row.roles else "" for role in Role)
        yield f"| `{verb}` | {row.title.en} | {row.title.zh} | {marks} |"


def _limits() -> Iterator[str]:
    yield "## How much · 额度"
    yield ""
    yield "Each role counts by itself: the verb of one is not stretched by the limit of another. Another price than the"
    yield "listed one counts as the discount that it is, and all that makes a line cheaper counts together. The shop's"
    yield "policy may say otherwise, with `[limits.supervisor]` and the keys below, or in the office, at"
    yield '`/office/policy/limits`; `"any"` takes a limit off.'
    yield ""
    yield "| role | 角色 | `discount_permille_max` | `refund_minor_max` |"
    yield "|---|---|---|---|"
    for role, limit in LIMITS.items():
        refund = "any" if limit.refund_minor_max is None else str(limit.refund_minor_max)
        name = ROLE_NAMES[role].to(Language.ZH)
        yield f"| `{role}` {ROLE_NAMES[role].en} | {name} | {limit.discount_permille_max} | {refund} |"


def _giving() -> Iterator[str]:
    yield "## Who gives roles · 谁可以授予角色"
    yield ""
    for giver, roles in MAY_GIVE.items():
        given = ", ".join(f"`{role}`" for role in Role if role in roles)
        yield f"* `{giver}` gives and takes {given}, at the stores where they are {ROLE_NAMES[giver].en} themselves."
    yield "* At the console of the server, any role can be given: `counterfoil shop staff grant`."


def _pins() -> Iterator[str]:
    minutes = int(LOCKED_FIRST.total_seconds()) // 60
    hours = int(LOCKED_MAX.total_seconds()) // 3600
    yield "## PINs"
    yield ""
    yield f"* {DIGITS_MIN} to {DIGITS_MAX} digits, no row (1234) and no repeat (0000)."
    yield f"* After {FAILURES_MAX} wrong ones in a row nobody gets in as this person for {minutes} minutes,"
    yield f"  after {2 * FAILURES_MAX} for twice as long, and so on up to {hours} hours."
    yield "* A PIN is kept as Argon2id of a keyed hash: a copy of the database alone is not enough to try all of them."


def _passwords() -> Iterator[str]:
    yield "## Passwords · 密码"
    yield ""
    yield f"* For pages in a browser; {LENGTH_MIN} to {LENGTH_MAX} characters of any kind, and not what everybody tries"
    yield "  first, nor the name or number of the person or the shop. Wrong ones lock as wrong PINs do."
    yield "* `counterfoil shop staff password` sets one. All sessions of the person end with it."
    yield "* A password that was printed for everybody to read, as those of a demonstration are, lets nobody in unless"
    yield "  `COUNTERFOIL_DEMO_LOGINS=1`."


def _refusals() -> Iterator[str]:
    yield "## Refusals · 拒绝"
    yield ""
    yield "In the order in which they are looked at."
    yield ""
    yield "| name | English | 中文 |"
    yield "|---|---|---|"
    for refusal, text in (*WORDS.items(), *PIN_WORDS.items(), *PASSWORD_WORDS.items()):
        yield f"| `{refusal}` | {text.en} | {text.zh} |"


def _role(role: Role) -> str:
    return f"{ROLE_NAMES[role].en} {ROLE_NAMES[role].zh}"
