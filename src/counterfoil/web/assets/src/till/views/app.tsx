// The whole till: what is shown at each stage of a sale, and what it says to those who listen instead of looking.
import { useEffect, useState } from 'preact/hooks';
import { EMPTY } from '../basket';
import { Icon, Money, useTill } from '../context';
import { park } from '../ending';
import { useKeys } from '../keys';
import { toRinging } from '../paying';
import { change, payIfWanted, reprice, toPaying } from '../ringing';
import { WORDS } from '../words';
import { Alike, Due, Over, Paid, Sending, Stalled, Unknown } from './answers';
import { Dialog } from './dialog';
import { SaleDiscount } from './discount';
import { Entry } from './entry';
import type { Edited } from './lines';
import { Lines } from './lines';
import { Key, Message, Said } from './parts';
import { SalesList } from './sales_list';
import { AskSecond } from './second';
import { Tenders } from './tenders';

/** Stages that answer a press; what is typed at stands elsewhere on the page. */
const ANSWERS: ReadonlySet<string> = new Set(['alike', 'sending', 'stalled', 'unknown', 'paid', 'over']);
const NEEDS_SECOND = new Set(['discount_above_limit', 'price_needs_second_person', 'consent_not_proven']);

export function App() {
  const { state, say } = useTill();
  const { stage, kept } = state;
  const standing = kept.standing;
  // On a phone the key that was pressed stands far down, and the answer begins above it.
  useEffect(() => {
    if (ANSWERS.has(stage.at)) scrollTo(0, 0);
  }, [stage.at]);
  return (
    <>
      {state.isSignedOut ? (
        <Message kind="warn" title={say(WORDS.signedOut)} role="alert">
          <p>{say(WORDS.signedOutHelp)}</p>
          <p><a class="btn btn-sm" href="/sign-in?next=/till">{say(WORDS.signIn)}</a></p>
        </Message>
      ) : null}
      {stage.at === 'ringing' || stage.at === 'paying' ? <AtBasket /> : null}
      {stage.at === 'alike' ? <Alike stage={stage} /> : null}
      {stage.at === 'sending' ? <Sending stage={stage} /> : null}
      {stage.at === 'stalled' ? <Stalled /> : null}
      {stage.at === 'unknown' ? <Unknown stage={stage} /> : null}
      {stage.at === 'due' && standing ? <Due stage={stage} standing={standing} /> : null}
      {stage.at === 'paid' && standing ? <Paid standing={standing} /> : null}
      {stage.at === 'over' && standing ? <Over stage={stage} standing={standing} /> : null}
    </>
  );
}

type Opened = 'sales' | 'discount' | 'second' | 'clear' | null;

function AtBasket() {
  const { till, state, say, amount } = useTill();
  const [chosen, choose] = useState(state.kept.basket.lines.length - 1);
  const [told, tell] = useState('');
  const [edited, edit] = useState<Edited | null>(null);
  const [opened, open] = useState<Opened>(null);
  const { stage, kept, priced } = state;
  const isRinging = stage.at === 'ringing';
  useEffect(() => payIfWanted(till));
  const isEmpty = kept.basket.lines.length === 0;
  const isHeldUp = isEmpty || (priced !== null && priced.why_not !== null);
  const needsSecond = priced?.why_not ? NEEDS_SECOND.has(priced.why_not.code) : false;
  useKeys(isRinging
    ? { F9: () => toPaying(till), F6: () => void park(till), F7: () => open('discount'), F8: () => open('sales'), ...(needsSecond ? { F4: () => open('second') } : {}) }
    : {});
  return (
    <div class="till-columns">
      <section class="till-left" aria-label={say(WORDS.basket)}>
        {isRinging ? <Entry chosen={chosen} choose={choose} tell={tell} weigh={(place) => edit({ place, isWeighed: true })} /> : null}
        {isRinging ? null : <button class="btn btn-sm" type="button" onClick={() => toRinging(till)}><Icon name="left" />{say(WORDS.back)}</button>}
        <Lines chosen={chosen} choose={choose} tell={tell} edited={edited} edit={edit} />
      </section>
      <p class="sr-only" aria-live="polite">{told} {priced && !isEmpty ? say(WORDS.totalIs, { amount: amount(priced.total_minor) }) : ''}</p>
      <aside class="till-right flow" aria-label={say(WORDS.total)}>
        <Said />
        {state.isAway ? (
          <Message kind="warn" title={say(WORDS.away)} role="alert">
            <p>{say(WORDS.awayHelp)}</p>
            <p><button class="btn btn-sm" type="button" onClick={() => void reprice(till)}><Icon name="again" />{say(WORDS.tryAgain)}</button></p>
          </Message>
        ) : null}
        {priced?.why_not && priced.why_not.code !== 'price_missing' ? (
          <Message kind="warn" title={priced.why_not.said} role="alert">
            {needsSecond ? <p><button class="btn btn-sm" type="button" onClick={() => open('second')}><Icon name="people" />{say(WORDS.secondAsk)} <Key name="F4" /></button></p> : null}
          </Message>
        ) : null}
        {isRinging ? (
          <>
            <div class="till-bar flow">
              <Totals />
              <button class="btn btn-primary btn-lg till-wide" type="button" aria-disabled={isHeldUp} onClick={() => toPaying(till)}>
                {say(WORDS.pay)} <Key name="F9" />
              </button>
            </div>
            <div class="till-actions">
              <button class="btn" type="button" aria-disabled={isHeldUp} onClick={() => void park(till)}><Icon name="clock" />{say(WORDS.park)} <Key name="F6" /></button>
              <button class="btn" type="button" aria-disabled={isEmpty} onClick={() => { if (!isEmpty) open('discount'); }}><Icon name="tag" />{say(WORDS.discountSale)} <Key name="F7" /></button>
              <button class="btn" type="button" onClick={() => open('sales')}><Icon name="slip" />{say(WORDS.sales)} <Key name="F8" /></button>
              <button class="btn" type="button" aria-disabled={isEmpty} onClick={() => { if (!isEmpty) open('clear'); }}><Icon name="bin" />{say(WORDS.clear)}</button>
            </div>
            <a class="btn btn-quiet" href="/till/switch"><Icon name="people" />{say(WORDS.takeOver)}</a>
          </>
        ) : <Tenders first="cash" />}
      </aside>
      {opened === 'sales' ? <SalesList close={() => open(null)} /> : null}
      {opened === 'discount' && !isEmpty ? <SaleDiscount close={() => open(null)} /> : null}
      {opened === 'second' ? <AskSecond close={() => open(null)} /> : null}
      {opened === 'clear' ? <Clear close={() => open(null)} /> : null}
    </div>
  );
}

function Totals() {
  const { state, say } = useTill();
  const { priced, kept } = state;
  if (priced === null) return <p class="till-due"><span>{say(WORDS.total)}</span><strong>{kept.basket.lines.length === 0 ? <Money minor={0} isLarge /> : say(WORDS.pricing)}</strong></p>;
  return (
    <div>
      <p class="till-due"><span>{say(WORDS.total)}</span><strong id="till-total"><Money minor={priced.total_minor} isLarge /></strong></p>
      {priced.tax_minor > 0 ? <p class="till-small"><span>{say(WORDS.ofThatTax)}</span><Money minor={priced.tax_minor} /></p> : null}
      {priced.cash_lines === null ? null : <p class="till-small"><span>{say(WORDS.inCash)}</span><Money minor={priced.cash_total_minor} /></p>}
    </div>
  );
}

function Clear({ close }: { close: () => void }) {
  const { till, say } = useTill();
  return (
    <Dialog title={say(WORDS.clear)} close={close}>
      <p>{say(WORDS.clearSure)}</p>
      <div class="dialog-foot">
        <button class="btn" type="button" onClick={close}>{say(WORDS.cancel)}</button>
        <button class="btn btn-error" type="button" onClick={() => { void change(till, EMPTY); close(); }}>{say(WORDS.clear)}</button>
      </div>
    </Dialog>
  );
}

/** Another tab may have this till: this one waits. */
export function OtherTab() {
  const { say } = useTill();
  return (
    <div class="nothing" role="status">
      <span class="nothing-sign"><Icon name="hourglass" /></span>
      <h2>{say(WORDS.otherTab)}</h2>
      <p>{say(WORDS.otherTabHelp)}</p>
      <div class="row"><button class="btn btn-primary" type="button" onClick={() => location.reload()}>{say(WORDS.openAnew)}</button></div>
    </div>
  );
}
