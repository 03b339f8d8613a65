"""Why somebody is not signed in, or may not take over a till: named, in order of precedence, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from counterfoil.languages import Text
from counterfoil.refusals import Refused


class SignInRefusal(StrEnum):
    """Why not, in the order in which it is looked at."""

    TOO_MANY_TRIES = "too_many_tries"
    LOCKED = "sign_in_locked"
    #: Also for a merchant or a person that there is not: who asks must not learn which.
    WRONG = "sign_in_wrong"
    DEMO_LOGIN = "demo_login"
    NOT_AT_A_TILL = "not_at_a_till"
    PIN_LOCKED = "pin_locked"
    PIN_WRONG = "pin_wrong"
    MAY_NOT_SELL_HERE = "may_not_sell_here"
    NO_SUCH_TERMINAL = "no_such_terminal"

    def is_transient(self) -> bool:
        """Whether waiting helps."""
        return self in {SignInRefusal.TOO_MANY_TRIES, SignInRefusal.LOCKED, SignInRefusal.PIN_LOCKED}


WORDS: Mapping[SignInRefusal, Text] = MappingProxyType(
    {
        SignInRefusal.TOO_MANY_TRIES: Text(
            en="Too many tries from here. Nothing was looked at: wait a few minutes, and try again.",
            zh="尝试次数过多，本次未予处理。请等几分钟后再试。",
        ),
        SignInRefusal.LOCKED: Text(
            en="Too many wrong passwords, so this login is locked for a while. "
            "Wait, or ask a manager for a new password.",
            zh="密码错误次数过多，该账号已暂时锁定。请稍后再试，或请店长重设密码。",
        ),
        SignInRefusal.WRONG: Text(
            en="This name and this password do not open this shop. Check what you typed, and try again.",
            zh="姓名与密码不符，或不属于本店，未登录。请核对后再试。",
        ),
        SignInRefusal.DEMO_LOGIN: Text(
            en="This is a login of a demonstration: its password is known to everybody, so it opens nothing here. "
            "Set a password of your own first.",
            zh="这是演示账号，密码众所周知，因此在此处不能登录。请先设置自己的密码。",
        ),
        SignInRefusal.NOT_AT_A_TILL: Text(
            en="This browser is at no till. Sign in with a password, and choose the till first.",
            zh="此浏览器尚未绑定收银机。请先用密码登录并选择收银机。",
        ),
        SignInRefusal.PIN_LOCKED: Text(
            en="Too many wrong PINs: wait a while, or ask the manager to set a new one.",
            zh="PIN 错误次数过多：请稍后再试，或请店长重设。",
        ),
        SignInRefusal.PIN_WRONG: Text(
            en="The PIN or the name is wrong. Nothing was changed: try again.",
            zh="员工号或 PIN 有误，未作任何更改。请再试一次。",
        ),
        SignInRefusal.MAY_NOT_SELL_HERE: Text(
            en="No role of this person allows selling at this till's store: ask a manager.",
            zh="该员工在此收银机所在门店没有收银权限：请找店长。",
        ),
        SignInRefusal.NO_SUCH_TERMINAL: Text(
            en="There is no such till, or it is out of use: choose another.",
            zh="没有这台收银机，或已停用：请另选一台。",
        ),
    }
)


def refused(refusal: SignInRefusal) -> Refused:
    """Make a refusal as it is given to a caller."""
    return Refused(code=refusal, text=WORDS[refusal], transient=refusal.is_transient())
