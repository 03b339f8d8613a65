"""Who sits at a browser: signing in with a password, taking over at a till with a PIN, and signing out.

Every way in and out is a fact of the journal, without a name, an address or a word of what was typed. A new way in is
always a new session with a new secret, so that nobody can prepare one for somebody else.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from counterfoil.counter.guessing import Guesses
from counterfoil.counter.pace import Pace
from counterfoil.counter.proving import by_password, by_pin
from counterfoil.db.engine import Database
from counterfoil.ids import MerchantId, StaffId, StoreId, TerminalId, is_id
from counterfoil.journal import store as journal
from counterfoil.languages import Language
from counterfoil.refusals import Refused
from counterfoil.shop.merchants import store as merchants
from counterfoil.shop.merchants.model import Terminal
from counterfoil.shop.sessions import store as sessions
from counterfoil.shop.sessions.model import LIVES_FOR, Began, Ending, Presented, Session
from counterfoil.shop.sessions.refusals import SignInRefusal, refused
from counterfoil.shop.sessions.store import Opening
from counterfoil.shop.staff import store as staff
from counterfoil.shop.staff.kept_secrets.store import PasswordOutcome
from counterfoil.shop.staff.lock_out import Tries, Verdict
from counterfoil.shop.staff.model import EVERY_STORE, Ask, Person, Theme, Verb
from counterfoil.shop.staff.passwords import Password, Passwords
from counterfoil.shop.staff.pins import Pin, PinOutcome, PinRefusal, Pins
from counterfoil.shop.staff.rules import may

if TYPE_CHECKING:
    import sqlalchemy as sa

#: Facts about names that nobody has; whoever makes names up must not fill the journal.
UNKNOWN_NOTED = 20
UNKNOWN_EVERY = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What somebody typed to sign in, and where."""

    merchant_id: str
    #: An id, or a name that only one person has.
    who: str = field(repr=False)
    password: Password
    address: str = field(repr=False)
    #: The till that this browser was at before.
    terminal_id: str | None = None
    #: What this browser presented; it ends where another one begins.
    previous: Session | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """A session that has just begun, with the secret that its browser keeps."""

    presented: Presented
    session: Session


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningIn:
    """Lets people in and out; one for a process, used by many threads."""

    database: Database
    passwords: Callable[[MerchantId], Passwords]
    pins: Callable[[MerchantId], Pins]
    clock: Callable[[], datetime]
    #: Whether passwords that were printed for everybody to read let anybody in.
    demo_logins: bool = False
    _guesses: Guesses = field(default_factory=Guesses)
    _pin_guesses: Guesses = field(default_factory=Guesses)
    _of_unknown: Pace = field(default_factory=lambda: Pace(most=UNKNOWN_NOTED, every=UNKNOWN_EVERY))

    def sign_in(self, asked: Asked) -> Entered | Refused:
        """Begin a session by password. A wrong one is counted and committed."""
        now = self.clock()
        name = f"{asked.merchant_id}|{asked.who.casefold()}"
        if not self._guesses.allow(asked.address, name, now):
            return refused(SignInRefusal.TOO_MANY_TRIES)
        merchant_id = MerchantId(asked.merchant_id if is_id(asked.merchant_id) else "")

        def entered(connection: sa.Connection, staff_id: StaffId, tried: PasswordOutcome) -> Entered | Refused:
            person = staff.person(connection, merchant_id, staff_id) if tried.tries is not None else None
            no = self._why_not(tried.verdict, person)
            if no is not None or person is None:
                no = no or SignInRefusal.WRONG
                self._note_refused(connection, merchant_id, staff_id, no, tried.tries, now)
                return refused(no)
            self._guesses.was_right(asked.address, name)
            terminal = self._till_of(connection, person, asked.terminal_id)
            opening = Opening(
                staff_id=staff_id,
                began_by=Began.PASSWORD,
                expires_at=now + LIVES_FOR,
                language=person.language,
                theme=person.theme,
                terminal_id=terminal.terminal_id if terminal else None,
                store_id=terminal.store_id if terminal else _only_store(person),
            )
            return self._enter(connection, merchant_id, opening, asked.previous, Ending.SIGNED_IN_AGAIN, now)

        return by_password(
            self.database,
            merchant_id,
            self.passwords(merchant_id),
            asked.password,
            whose=lambda connection: self._named(connection, merchant_id, asked.who),
            now=now,
            then=entered,
        )

    def switch(self, session: Session, staff_id: str, pin: Pin) -> Entered | Refused:
        """Let somebody else take over at a till, by PIN. The till's day stays as long as it was."""
        now, merchant_id, till = self.clock(), session.merchant_id, f"{session.merchant_id}|{session.terminal_id}"
        if session.terminal_id is None:
            return refused(SignInRefusal.NOT_AT_A_TILL)
        name = f"{till}|{staff_id}"
        if not self._pin_guesses.allow(till, name, now):
            return refused(SignInRefusal.TOO_MANY_TRIES)
        who = StaffId(staff_id if is_id(staff_id) else "")

        def switched(connection: sa.Connection, tried: PinOutcome) -> Entered | Refused:
            person = staff.person(connection, merchant_id, who)
            no = self._why_no_switch(connection, session, person, tried.refusal)
            if no is not None or person is None:
                no = no or SignInRefusal.PIN_WRONG
                known = None if person is None else Tries(failures=0, locked_until=person.pin_locked_until)
                self._note_refused(connection, merchant_id, who, no, known, now)
                return refused(no)
            self._pin_guesses.was_right(till, name)
            opening = Opening(
                staff_id=who,
                began_by=Began.PIN,
                expires_at=session.expires_at,
                language=person.language,
                theme=person.theme,
                terminal_id=session.terminal_id,
                store_id=session.store_id,
            )
            return self._enter(connection, merchant_id, opening, session, Ending.SWITCHED, now)

        return by_pin(self.database, merchant_id, self.pins(merchant_id), who, pin, now=now, then=switched)

    def choose_till(self, session: Session, terminal_id: str) -> Refused | None:
        """Put a session at a till; its pages show that till's store from then on."""
        now = self.clock()
        with self.database.transaction(session.merchant_id) as connection:
            person = staff.person(connection, session.merchant_id, session.staff_id)
            known = merchants.terminal(connection, session.merchant_id, TerminalId(terminal_id))
            if person is None or known is None or known.retired_at is not None:
                return refused(SignInRefusal.NO_SUCH_TERMINAL)
            if not _may_sell(person, known.store_id):
                return refused(SignInRefusal.MAY_NOT_SELL_HERE)
            sessions.set_place(connection, session, terminal_id=known.terminal_id, store_id=known.store_id)
            self._note(connection, session, "staff:session:put_at_till", now, terminal_id=known.terminal_id)
        return None

    def choose_store(self, session: Session, store_id: StoreId) -> None:
        """Keep which store the pages show; what may be seen there, each page asks."""
        with self.database.transaction(session.merchant_id) as connection:
            sessions.set_place(connection, session, terminal_id=None, store_id=store_id)

    def set_look(self, session: Session, language: Language, theme: Theme) -> None:
        """Keep in which language and colours somebody reads, now and the next time."""
        with self.database.transaction(session.merchant_id) as connection:
            sessions.set_look(connection, session, language=language, theme=theme)
            staff.set_look(connection, session.merchant_id, session.staff_id, language=language, theme=theme)

    def sign_out(self, session: Session) -> None:
        """End a session."""
        now = self.clock()
        with self.database.transaction(session.merchant_id) as connection:
            if sessions.end(connection, session, Ending.SIGNED_OUT, now=now):
                self._note(connection, session, "staff:session:signed_out", now)

    def sign_out_everywhere(self, session: Session) -> int:
        """End every session of the person, this one too; returns how many there were."""
        now = self.clock()
        with self.database.transaction(session.merchant_id) as connection:
            ended = sessions.end_all(
                connection, session.merchant_id, session.staff_id, Ending.SIGNED_OUT_EVERYWHERE, now=now
            )
            self._note(connection, session, "staff:session:signed_out_everywhere", now, sessions=ended)
        return ended

    def _named(self, connection: sa.Connection, merchant_id: MerchantId, who: str) -> StaffId:
        """Return whose login it is; an id that nobody has where nobody, or more than one, is called so."""
        if is_id(who) and staff.person(connection, merchant_id, StaffId(who)) is not None:
            return StaffId(who)
        called = staff.ids_of_name(connection, merchant_id, who)
        return called[0] if len(called) == 1 else StaffId("")

    def _why_not(self, verdict: Verdict, person: Person | None) -> SignInRefusal | None:
        match verdict:
            case Verdict.LOCKED:
                return SignInRefusal.LOCKED
            case Verdict.WRONG:
                return SignInRefusal.WRONG
            case Verdict.LET_IN:
                is_published = person is not None and person.password_is_published
                return SignInRefusal.DEMO_LOGIN if is_published and not self.demo_logins else None

    def _why_no_switch(
        self, connection: sa.Connection, session: Session, person: Person | None, wrong: PinRefusal | None
    ) -> SignInRefusal | None:
        if wrong is not None:
            return SignInRefusal.PIN_LOCKED if wrong is PinRefusal.LOCKED else SignInRefusal.PIN_WRONG
        if person is not None and person.password_is_published and not self.demo_logins:
            return SignInRefusal.DEMO_LOGIN
        till = merchants.terminal(connection, session.merchant_id, session.terminal_id or TerminalId(""))
        if till is None or till.retired_at is not None:
            return SignInRefusal.NO_SUCH_TERMINAL
        if person is not None and not _may_sell(person, till.store_id):
            return SignInRefusal.MAY_NOT_SELL_HERE
        return None

    def _till_of(self, connection: sa.Connection, person: Person, terminal_id: str | None) -> Terminal | None:
        """Return the till that the browser was at, where the person may work there."""
        if terminal_id is None or not is_id(terminal_id):
            return None
        till = merchants.terminal(connection, person.merchant_id, TerminalId(terminal_id))
        return till if till and till.retired_at is None and _may_sell(person, till.store_id) else None

    def _enter(
        self,
        connection: sa.Connection,
        merchant_id: MerchantId,
        opening: Opening,
        previous: Session | None,
        ending: Ending,
        now: datetime,
    ) -> Entered:
        if previous is not None and previous.merchant_id == merchant_id:
            sessions.end(connection, previous, ending, now=now)
        presented, session = sessions.add_session(connection, merchant_id, opening, now=now)
        tag = "staff:sign_in:let_in" if opening.began_by is Began.PASSWORD else "staff:session:switched"
        self._note(connection, session, tag, now, terminal_id=opening.terminal_id, by=opening.began_by)
        return Entered(presented=presented, session=session)

    def _note(
        self,
        connection: sa.Connection,
        session: Session,
        tag: str,
        now: datetime,
        *,
        terminal_id: TerminalId | None = None,
        **body: object,
    ) -> None:
        journal.note(
            connection,
            session.merchant_id,
            tag,
            f"staff:{session.staff_id}",
            occurred_at=now,
            actor_id=session.staff_id,
            terminal_id=terminal_id or session.terminal_id,
            body={"session_id": session.session_id, **body},
        )

    def _note_refused(
        self,
        connection: sa.Connection,
        merchant_id: MerchantId,
        staff_id: StaffId,
        refusal: SignInRefusal,
        tries: Tries | None,
        now: datetime,
    ) -> None:
        """Note a refusal; while somebody is locked out, further tries say nothing new."""
        if refusal in {SignInRefusal.LOCKED, SignInRefusal.PIN_LOCKED}:
            return
        if tries is None and not self._is_worth_noting(connection, merchant_id, now):
            return
        subject = f"staff:{staff_id}" if tries is not None else "staff:unknown"
        journal.note(connection, merchant_id, "staff:sign_in:refused", subject, occurred_at=now, body={"why": refusal})
        if tries is not None and tries.locked_until is not None and tries.locked_until > now:
            until = {"until": tries.locked_until.isoformat()}
            journal.note(connection, merchant_id, "staff:sign_in:locked", subject, occurred_at=now, body=until)

    def _is_worth_noting(self, connection: sa.Connection, merchant_id: MerchantId, now: datetime) -> bool:
        is_known = bool(merchant_id) and merchants.merchant(connection, merchant_id) is not None
        return is_known and self._of_unknown.allows(merchant_id, now)


def _may_sell(person: Person, store_id: StoreId) -> bool:
    return may(person, Ask(verb=Verb.SELL, store_id=store_id)) is None


def _only_store(person: Person) -> StoreId:
    """Return the store at which somebody works, where it is only one."""
    stores = {grant.store_id for grant in person.grants}
    return stores.pop() if len(stores) == 1 else EVERY_STORE
