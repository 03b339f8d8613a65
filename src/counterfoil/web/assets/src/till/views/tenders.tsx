// How the customer pays: cash with what is handed over and what goes back, a card or a code with what is presented.
// A part may be paid by each; what is left is paid next.
import { useState } from 'preact/hooks';
import type { Tender } from '../beginning';
import type { Presented, Tendered } from '../books';
import { Icon, Money, useTill } from '../context';
import { quickCash, read, typed } from '../money';
import { giveUp } from '../ending';
import { dueFor, pay, toRinging } from '../paying';
import { presentedFrom } from '../presenting';
import { toPaying } from '../ringing';
import { TENDER_NAMES, WORDS } from '../words';
import { useKeys } from '../keys';
import { Field, Key, Message } from './parts';

/** The keys of the tenders, in their order; F5 belongs to the browser. */
const KEYS = ['F2', 'F3', 'F4', 'F6', 'F7', 'F8', 'F9', 'F10'];
const SIGNS: Readonly<Record<Tender, string>> = {
  cash: 'cash', card: 'card', wechat: 'link', alipay: 'link', unionpay_code: 'link', voucher: 'tag', member_balance: 'person', other: 'till',
};

/** Nobody hands over so much more than is due: a code was scanned into the field. */
const CODE_DIGITS_MIN = 8;
const TIMES_MAX = 50;

/** `first`: the tender that is open when the view appears. */
export function Tenders({ first }: { first: Tender }) {
  const { till, state, say } = useTill();
  const [chosen, choose] = useState<Tender>(first);
  const { tenders } = till.beginning;
  const isDue = state.stage.at === 'due';
  const due = dueFor(till, chosen);
  useKeys({
    ...Object.fromEntries(tenders.map((tender, place) => [KEYS[place] ?? '', () => choose(tender)])),
    ...(isDue ? {} : { Escape: () => toRinging(till) }),
  });
  return (
    <section class="till-pay flow" aria-label={say(WORDS.payWith)}>
      <div class="till-due">
        <span>{say(isDue ? WORDS.stillDue : WORDS.due)}</span>
        <strong><Money minor={due} isLarge /></strong>
      </div>
      {due === 0 && !isDue
        ? <Free />
        : (
          <>
            <div class="till-tenders" role="group" aria-label={say(WORDS.payWith)}>
              {tenders.map((tender, place) => (
                <button key={tender} class="btn till-tender" type="button" aria-pressed={tender === chosen} onClick={() => choose(tender)}>
                  <Icon name={SIGNS[tender]} />{say(TENDER_NAMES[tender])}<Key name={KEYS[place] ?? ''} />
                </button>
              ))}
            </div>
            {chosen === 'cash' ? <Cash key={due} due={due} /> : chosen === 'other' ? <Elsewhere key={due} due={due} /> : <Shown key={`${chosen}-${due}`} tender={chosen} due={due} />}
          </>
        )}
      {isDue ? null : (
        <button class="btn btn-quiet" type="button" onClick={() => toRinging(till)}><Icon name="left" />{say(WORDS.back)} <Key name="Esc" /></button>
      )}
    </section>
  );
}

function Free() {
  const { till, state, say } = useTill();
  const tender: Tendered = { payment_id: till.newId(), tender: 'cash', amount_minor: 0 };
  return (
    <button class="btn btn-primary btn-lg till-wide" type="button" aria-disabled={till.isBusy}
      onClick={() => void pay(till, { tender, presented: null })}>{say(WORDS.finishFree)}{state.isAway ? ' …' : ''}</button>
  );
}

function Cash({ due }: { due: number }) {
  const { till, say } = useTill();
  const inCoins = async () => {
    await giveUp(till, say(WORDS.forCoins), till.state.kept.basket);
    toPaying(till);
  };
  const { digits } = till.beginning;
  const [text, setText] = useState('');
  const [error, setError] = useState<string | null>(null);
  // The id is made with the view, so that each press of its button is the same payment.
  const [paymentId] = useState(() => till.newId());
  const handed = text.trim() === '' ? due : read(text, digits);
  const { standing, basket } = till.state.kept;
  if (till.state.stage.at === 'due' && due % till.beginning.cashStep !== 0 && standing) {
    // What is in the books is not changed any more: the same goods are laid out as another sale, rounded for coins.
    const isUnpaid = standing.due_minor === standing.order.total_minor;
    return (
      <div class="flow">
        <Message kind="info" title={say(WORDS.notInCoins)}><p>{say(isUnpaid ? WORDS.notInCoinsDo : WORDS.notInCoinsRest)}</p></Message>
        {isUnpaid && basket.lines.length > 0
          ? <button class="btn btn-primary btn-lg till-wide" type="button" aria-disabled={till.isBusy} onClick={() => void inCoins()}>{say(WORDS.layOutForCoins)}</button>
          : null}
      </div>
    );
  }
  const take = (minor: number | null) => {
    const isMuch = minor === null ? /^\d+$/.test(text.trim()) : minor > due * TIMES_MAX;
    if (text.trim().length >= CODE_DIGITS_MIN && isMuch) {
      setError(say(WORDS.likeACode));
      return;
    }
    if (minor === null || minor <= 0) {
      setError(say(WORDS.badAmount, { example: typed(1250, digits) }));
      return;
    }
    const amount = Math.min(minor, due);
    const tender: Tendered = { payment_id: paymentId, tender: 'cash', amount_minor: amount, handed_minor: minor };
    void pay(till, { tender, presented: null });
  };
  return (
    <form class="flow" onSubmit={(event) => { event.preventDefault(); take(handed); }}>
      <Field label={say(WORDS.handed)} name="handed" value={text} change={(value) => { setText(value); setError(null); }} numeric isFirst help={say(WORDS.handedHelp)} error={error} />
      <div class="till-quick" role="group" aria-label={say(WORDS.handed)}>
        <button class="btn" type="button" onClick={() => take(due)}>{say(WORDS.exact)}</button>
        {quickCash(due, digits).map((amount) => (
          <button class="btn" type="button" key={amount} onClick={() => take(amount)}><Money minor={amount} /></button>
        ))}
      </div>
      {handed === null ? null : (
        <p class="till-change" aria-live="polite">
          {say(handed < due ? WORDS.leavesDue : WORDS.changeWillBe)} <strong><Money minor={Math.abs(handed - due)} /></strong>
        </p>
      )}
      <button class="btn btn-primary btn-lg till-wide" type="submit" aria-disabled={till.isBusy}>{say(WORDS.takeCash)} <Key name="Enter" /></button>
    </form>
  );
}

/** How much of what is due this tender pays. */
function usePart(due: number): { readonly text: string; readonly set: (text: string) => void; readonly minor: number | null } {
  const { till } = useTill();
  const { digits } = till.beginning;
  const [text, set] = useState(typed(due, digits));
  const minor = read(text, digits);
  return { text, set, minor: minor !== null && minor > 0 && minor <= due ? minor : null };
}

function Elsewhere({ due }: { due: number }) {
  const { till, say, amount } = useTill();
  const part = usePart(due);
  const [paymentId] = useState(() => till.newId());
  const take = (event: Event) => {
    event.preventDefault();
    if (part.minor !== null) void pay(till, { tender: { payment_id: paymentId, tender: 'other', amount_minor: part.minor }, presented: null });
  };
  return (
    <form class="flow" onSubmit={take}>
      <Field label={say(WORDS.partOf)} name="part" value={part.text} change={part.set} numeric isFirst help={say(WORDS.takenElsewhereHelp)}
        error={part.minor === null ? say(WORDS.atMost, { amount: amount(due) }) : null} />
      <button class="btn btn-primary btn-lg till-wide" type="submit" aria-disabled={till.isBusy || part.minor === null}>
        {say(WORDS.takenElsewhereOf, { amount: amount(part.minor ?? 0) })}
      </button>
    </form>
  );
}

function Shown({ tender, due }: { tender: Tender; due: number }) {
  const { till, say, amount } = useTill();
  const part = usePart(due);
  const [paymentId] = useState(() => till.newId());
  const [shown, setShown] = useState('');
  const take = (event: Event) => {
    event.preventDefault();
    const presented: Presented | null = presentedFrom(tender, shown);
    if (part.minor === null || presented === null || till.isBusy) return;
    setShown('');
    void pay(till, { tender: { payment_id: paymentId, tender, amount_minor: part.minor }, presented });
  };
  return (
    <form class="flow" onSubmit={take}>
      <Field label={say(tender === 'card' ? WORDS.presentCard : WORDS.presentCode)} name="presented" isSecret longest={300} isFirst
        value={shown} change={setShown} help={say(WORDS.presentHelp)} />
      <Field label={say(WORDS.partOf)} name="part" value={part.text} change={part.set} numeric help={say(WORDS.partHelp)}
        error={part.minor === null ? say(WORDS.atMost, { amount: amount(due) }) : null} />
      <button class="btn btn-primary btn-lg till-wide" type="submit" aria-disabled={till.isBusy || shown === '' || part.minor === null}>
        {say(WORDS.charge, { amount: amount(part.minor ?? 0) })} <Key name="Enter" />
      </button>
    </form>
  );
}
