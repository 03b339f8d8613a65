// Money goes back, by the playbook: the order is checked with the customer, a reason is given, a second person types
// their PIN. The books decide whether it is a void or a refund. The id is made once, so each press is the same one.
import { useEffect, useRef, useState } from 'preact/hooks';
import type { GivenBack, PaymentSeen, SlipSeen, Standing } from '../books';
import { Icon, Money, useTill } from '../context';
import { read, typed } from '../money';
import type { No } from '../server';
import { server } from '../server';
import { TENDER_NAMES, WORDS } from '../words';
import { Dialog } from './dialog';
import { Field, Message, Refusal } from './parts';
import { areOut, isOwed, Printing } from './printing';
import { ConsentFields, onlyOf, secondsFor, useConsent } from './second';
import { Named, Slip, trimmed } from './slip';

/** With its cause, within what the books keep. */
const REASON_LENGTH_MAX = 160;

export function MoneyBack({ standing, close }: { standing: Standing; close: () => void }) {
  const { till, say } = useTill();
  const held = standing.order.payments.filter((paid) => paid.kind === 'sale' && paid.state === 'approved' && leftOf(paid) > 0);
  const [chosen, choose] = useState<PaymentSeen | null>(held[0] ?? null);
  const [ended, end] = useState<GivenBack | null>(null);
  if (ended) return <Dialog title={say(WORDS.giveBack)} close={close}><End back={ended} close={close} /></Dialog>;
  return (
    <Dialog title={say(WORDS.giveBack)} close={close}>
      <div class="flow">
        <ol class="till-playbook">
          <li>{say(WORDS.giveBackStep1)}</li>
          <li>{say(WORDS.giveBackStep2)}</li>
          <li>{say(WORDS.giveBackStep3)}</li>
        </ol>
        <Slip standing={standing} isBare />
        {held.length > 1 ? (
          <div class="options" role="group">
            {held.map((paid) => (
              <label class="option" key={paid.payment_id}>
                <input class="radio radio-sm radio-primary" type="radio" name="payment" checked={chosen?.payment_id === paid.payment_id} onChange={() => choose(paid)} />
                <span>{say(TENDER_NAMES[paid.tender])} <Money minor={leftOf(paid)} /></span>
              </label>
            ))}
          </div>
        ) : null}
        {chosen ? <Asking key={chosen.payment_id} payment={chosen} standing={standing} newId={till.newId()} end={end} /> : null}
      </div>
    </Dialog>
  );
}

interface Given {
  readonly payment: PaymentSeen;
  readonly standing: Standing;
  readonly newId: string;
  readonly end: (back: GivenBack) => void;
}

function Asking({ payment, standing, newId, end }: Given) {
  const { till, say, amount } = useTill();
  const { digits, seconds, reasons: { causes } } = till.beginning;
  const left = leftOf(payment);
  // A press that nobody answered is pressed again under the same id, as long as nothing else is asked for.
  const [id, setId] = useState(newId);
  const [text, setText] = useState(typed(left, digits));
  const [cause, setCause] = useState(-1);
  const [words, setWords] = useState('');
  const [back, setBack] = useState<readonly number[]>([]);
  const [no, setNo] = useState<No | 'nobody' | null>(null);
  const [isBusy, setBusy] = useState(false);
  const [isTried, setTried] = useState(false);
  // Equal sales that went back before: each is asked about once.
  const [equal, setEqual] = useState<readonly string[]>([]);
  const [also, setAlso] = useState<readonly string[]>([]);
  // The refusal says what to do, and what to do stands below it: both are in sight.
  const tick = useRef<HTMLLabelElement>(null);
  useEffect(() => {
    if (equal.length > 0) requestAnimationFrame(() => tick.current?.scrollIntoView({ block: 'nearest' }));
  }, [equal]);
  const asked = secondsFor(seconds, ['refund', 'void']);
  const consent = useConsent(onlyOf(asked));
  const minor = read(text, digits);
  // "Something else" is no reason by itself.
  const named = causes[cause];
  const why = named === undefined || (cause === causes.length - 1 && words.trim() === '') ? ''
    : [say(named), words.trim()].filter(Boolean).join(': ');
  const isRight = minor !== null && minor > 0 && minor <= left;
  // What is not paid for has not left the shop.
  const goods = standing.order.state === 'open' ? [] : standing.order.lines.filter((line) => line.line_kind === 'goods' && line.voided_at === null);
  const send = async (event: Event) => {
    event.preventDefault();
    setTried(true);
    if (isBusy || !isRight || why === '' || consent.who === '' || consent.pin === '') return;
    setBusy(true);
    const lines = goods.filter((line) => back.includes(line.line_no)).map((line) => ({ line_no: line.line_no, quantity: line.quantity }));
    const answer = await server.giveBack(payment.payment_id, {
      payment_id: id, reason: why, consent: { staff_id: consent.who, pin: consent.pin }, amount_minor: minor, lines, also_back: also,
    });
    setBusy(false);
    consent.set({ pin: '' });
    if (answer.is === 'ok') {
      end(answer.value);
      return;
    }
    setNo(answer.no ?? 'nobody');
    setEqual(equalOf(answer.no));
    if (answer.is === 'no' && answer.no.code !== 'id_taken') setId(till.newId());
  };
  return (
    <form class="flow" onSubmit={send}>
      <Field label={say(WORDS.howMuch)} name="amount" value={text} change={setText} numeric help={say(WORDS.left, { amount: amount(left) })}
        error={isRight ? null : say(WORDS.atMost, { amount: amount(left) })} />
      {goods.length > 0 ? (
        <fieldset class="field">
          <legend class="field-label">{say(WORDS.goodsBack)}</legend>
          {goods.map((line) => (
            <label class="tick" key={line.line_no}>
              <input class="checkbox checkbox-sm checkbox-primary" type="checkbox" checked={back.includes(line.line_no)}
                onChange={(event) => setBack((now) => (event.currentTarget.checked ? [...now, line.line_no] : now.filter((one) => one !== line.line_no)))} />
              <span>{trimmed(line.quantity)}{line.sold_by === 'weight' ? ` ${say(WORDS.kg)}` : ''} × <Named standing={standing} line={line} /></span>
            </label>
          ))}
        </fieldset>
      ) : null}
      <div class="field">
        <label class="field-label" for="till-cause">{say(WORDS.whatHappened)}</label>
        <select class="select" id="till-cause" name="cause" value={cause} required onChange={(event) => setCause(Number(event.currentTarget.value))}>
          <option value={-1} disabled>{say(WORDS.choose)}</option>
          {causes.map((one, place) => <option key={place} value={place}>{say(one)}</option>)}
        </select>
      </div>
      <Field label={say(WORDS.ownWords)} name="reason" value={words} change={setWords} longest={REASON_LENGTH_MAX}
        error={isTried && why === '' ? say(WORDS.reasonWhy) : null} />
      <ConsentFields consent={consent} seconds={asked} />
      {no === 'nobody' ? <Message kind="warn" title={say(WORDS.noAnswer)} role="alert" /> : no === null ? null : <Refusal no={no} />}
      {equal.length === 0 ? null : (
        <label class="tick" ref={tick}>
          <input class="checkbox checkbox-sm checkbox-primary" type="checkbox" name="also_back" checked={equal.every((one) => also.includes(one))}
            onChange={(event) => setAlso((now) => [...now.filter((one) => !equal.includes(one)), ...(event.currentTarget.checked ? equal : [])])} />
          <span>{say(WORDS.bothCameBack)}</span>
        </label>
      )}
      <div class="dialog-foot">
        <button class="btn btn-error" type="submit" aria-disabled={isBusy}>
          {isBusy ? <span class="spin" aria-hidden="true" /> : <Icon name="undo" />}{say(WORDS.giveBackOf, { amount: amount(isRight ? minor : 0) })}
        </button>
      </div>
    </form>
  );
}

/** What came of it, and the slip of it, which the customer takes along. */
function End({ back, close }: { back: GivenBack; close: () => void }) {
  const { say } = useTill();
  const [slips, setSlips] = useState<readonly SlipSeen[]>([]);
  const done = useRef<HTMLButtonElement>(null);
  const orderId = back.sale?.order.order_id ?? null;
  useEffect(() => {
    if (orderId === null) return;
    void server.slips(orderId).then((answer) => {
      if (answer.is === 'ok') setSlips((now) => (now.length === 0 ? answer.value : now));
    });
  }, [orderId]);
  // A void owes one slip of its order, a refund one of its own.
  const own = slips.filter((slip) => slip.payment_id === back.payment_id || (back.kind === 'void' && slip.kind === 'void'));
  const isDue = isOwed(own);
  const told = (now: readonly SlipSeen[]) => {
    setSlips(now);
    if (!isOwed(now)) done.current?.focus();
  };
  return (
    <div class="flow">
      <Ended back={back} />
      {back.sale ? <Slip standing={back.sale} isCopy={areOut(own)} /> : null}
      {orderId !== null && own.length > 0 ? <Printing orderId={orderId} slips={slips} told={told} isMain={isDue} /> : null}
      <div class="dialog-foot"><button class={isDue ? 'btn' : 'btn btn-primary'} type="button" ref={done} onClick={close}>{say(WORDS.done)}</button></div>
    </div>
  );
}

/** How it stands: the money went back, or nobody knows yet, or the bank said no. */
function Ended({ back }: { back: GivenBack }) {
  const { say, amount } = useTill();
  const values = { amount: amount(back.amount_minor) };
  // For the books a void of cash is one like any other; whoever stands at the drawer has to hand it over.
  const isCash = back.sale?.order.payments.find((paid) => paid.payment_id === back.payment_id)?.tender === 'cash';
  const ended = isCash ? WORDS.cashGivenBack : back.kind === 'void' ? WORDS.voided : WORDS.givenBack;
  if (back.state === 'approved') return <Message kind="good" title={say(ended, values)} role="status" />;
  if (back.state === 'declined' || back.state === 'cancelled') {
    return (
      <Message kind="bad" title={say(WORDS.givingBackDeclined)} role="alert">
        {back.no ? <p>{say(WORDS.bankSays, { answer: back.no.said })}</p> : null}
        <p>{back.no?.advice ?? say(WORDS.givingBackDeclinedHelp)}</p>
      </Message>
    );
  }
  return <Message kind="warn" title={say(WORDS.givingBackUnknown)} role="alert"><p>{say(WORDS.givingBackUnknownHelp)}</p></Message>;
}

function leftOf(paid: PaymentSeen): number {
  return paid.standing === 'held' ? paid.amount_minor - paid.refunded_minor - paid.refund_reserved_minor : 0;
}

/** The equal sales that went back before, where these are why nothing was done. */
function equalOf(no: No | null): readonly string[] {
  const named = no?.code === 'equal_went_back' ? no.facts?.orders : undefined;
  return typeof named === 'string' ? named.split(' ') : [];
}
