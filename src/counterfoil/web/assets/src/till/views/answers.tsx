// What became of it: on its way, no answer, payment unknown, declined, paid, over; and whether it is the same twice.
import { useEffect, useState } from 'preact/hooks';
import { EMPTY } from '../basket';
import type { Basket } from '../basket';
import type { Like, SlipSeen, Standing } from '../books';
import { nameOf } from '../books';
import { secondsBetween } from '../clock';
import { Icon, Money, useSeconds, useTill } from '../context';
import { giveUp, next, park } from '../ending';
import { useKeys } from '../keys';
import { isRepeat } from '../paying';
import { askNow, resume } from '../sending';
import { server } from '../server';
import type { Stage } from '../stage';
import { ORDER_STATES, TENDER_NAMES, WORDS } from '../words';
import { Key, Main, Message, Said, useMeant } from './parts';
import { areOut, isOwed, Printing } from './printing';
import { Slip } from './slip';
import { Tenders } from './tenders';

type At<Name extends Stage['at']> = Extract<Stage, { at: Name }>;

export function Sending({ stage }: { stage: At<'sending'> }) {
  const { say } = useTill();
  const now = useSeconds();
  const isMoney = stage.tender !== null && stage.tender.tender !== 'cash' && stage.tender.tender !== 'other';
  const title = stage.tender === null ? WORDS.looking : isMoney ? WORDS.sendingMoney : WORDS.sendingCash;
  return (
    <section class="till-answer" role="status">
      <span class="spin till-spin" aria-hidden="true" />
      <h2>{say(title)}</h2>
      {stage.tender === null ? null : <p class="till-amount">{say(TENDER_NAMES[stage.tender.tender])} <Money minor={stage.tender.amount_minor} /></p>}
      <p>{say(WORDS.sendingHelp)}</p>
      <p class="note" aria-hidden="true">{say(WORDS.secondsSoFar, { n: secondsBetween(stage.since, now) })}{stage.tries > 1 ? ` · ${say(WORDS.tryN, { n: stage.tries })}` : ''}</p>
    </section>
  );
}

export function Stalled() {
  const { till, state, say } = useTill();
  return (
    <section class="till-answer till-answer-warn" role="alert">
      <span class="till-sign"><Icon name="warning" /></span>
      <h2>{say(WORDS.stalled)}</h2>
      <p>{say(WORDS.stalledMeans)}</p>
      <p><strong>{say(WORDS.stalledDo)}</strong></p>
      <Said />
      {state.isSignedOut
        ? <a class="btn btn-primary btn-lg till-wide" href="/sign-in?next=/till">{say(WORDS.signIn)}</a>
        : <Main text={say(WORDS.tryAgain)} press={() => void resume(till)} isSafe />}
    </section>
  );
}

export function Unknown({ stage }: { stage: At<'unknown'> }) {
  const { till, say, amount } = useTill();
  const now = useSeconds();
  const { payment } = stage;
  const next_s = payment.resolve_at === null ? 0 : secondsBetween(now, Date.parse(payment.resolve_at));
  const values = { amount: amount(payment.amount_minor), tender: say(TENDER_NAMES[payment.tender]), n: secondsBetween(Date.parse(payment.occurred_at), now) };
  return (
    <section class="till-answer till-answer-warn" aria-labelledby="till-unknown">
      <span class="till-sign"><Icon name="hourglass" /></span>
      <div role="alert" class="flow flow-2">
        <h2 id="till-unknown">{say(WORDS.unknown)}</h2>
        <p><strong>{say(WORDS.unknownDo)}</strong></p>
      </div>
      <p class="till-amount">{say(WORDS.unknownSince, values)}</p>
      <p role="status">{say(!stage.isReached ? WORDS.notReached : next_s > 0 ? WORDS.asksNext : WORDS.asksNow, { n: next_s })}</p>
      <div class="row">
        <button class="btn" type="button" aria-disabled={till.isBusy} onClick={() => void askNow(till)}><Icon name="bank" />{say(WORDS.askNow)}</button>
        <button class="btn" type="button" onClick={() => next(till)}><Icon name="right" />{say(WORDS.leaveIt)}</button>
      </div>
      <p class="note">{say(WORDS.leaveItHelp)}</p>
    </section>
  );
}

/** The sale is in the books, and something is due: after a decline, a part, or a parked sale that was taken up. */
export function Due({ stage, standing }: { stage: At<'due'>; standing: Standing }) {
  const { till, state, say, amount } = useTill();
  const held = standing.order.total_minor - standing.due_minor;
  const { declined, no } = stage;
  return (
    <div class="till-columns">
      <div class="flow">
        <Said />
        {declined === null ? null : declined.state === 'cancelled'
          ? <Message kind="warn" title={say(WORDS.cancelledPayment)} role="alert"><p>{say(WORDS.cancelledHelp)}</p></Message>
          : (
            <Message kind="bad" title={say(WORDS.declined)} role="alert">
              {no === null ? null : <p>{say(WORDS.bankSays, { answer: no.said })}{no.advice === null ? null : <><br />{no.advice}</>}</p>}
              <p>{say(WORDS.otherTender)}</p>
            </Message>
          )}
        {held > 0 ? <Message kind="info" title={`${say(WORDS.paidSoFar)} ${amount(held)}`} /> : null}
        <Slip standing={standing} isUnpaid />
        <div class="row">
          <button class="btn" type="button" onClick={() => void park(till)}><Icon name="clock" />{say(WORDS.park)}</button>
          {held > 0 ? null : (
            <>
              <button class="btn" type="button" onClick={() => void giveUp(till, say(till.beginning.reasons.rungUpAnew), goodsOf(standing, state.kept.basket))}><Icon name="pencil" />{say(WORDS.ringUpAgain)}</button>
              <button class="btn" type="button" onClick={() => void giveUp(till, say(till.beginning.reasons.notPaid), null)}><Icon name="stop" />{say(WORDS.giveUp)}</button>
            </>
          )}
        </div>
        {held > 0 ? <p class="note">{say(WORDS.partPaidHelp)}</p> : <p class="note">{say(WORDS.ringUpAgainHelp)}</p>}
      </div>
      <aside class="till-right"><Tenders first="cash" /></aside>
    </div>
  );
}

/** What a sale that is given up puts into the next basket: what was rung up here, else the goods that the books name. */
function goodsOf(standing: Standing, basket: Basket): Basket {
  if (basket.lines.length > 0) return basket;
  const goods = standing.order.lines.filter((line) => line.line_kind === 'goods' || line.line_kind === 'service');
  return {
    ...EMPTY,
    lines: goods.map((line) => ({
      sku: line.sku, quantity: line.quantity, entry: 'keyed', code: null, labelled_minor: null, override: null, discount: null,
      name: nameOf(standing, line).name, sold_by: /\.\d*[1-9]/.test(line.quantity) ? 'weight' : 'piece',
    })),
  };
}

export function Paid({ standing }: { standing: Standing }) {
  const { till, state, say } = useTill();
  const { changeMinor } = state.kept;
  // Until it is known that none is owed, one is.
  const [slips, setSlips] = useState<readonly SlipSeen[] | null>(null);
  const orderId = standing.order.order_id;
  useEffect(() => {
    void server.slips(orderId).then((answer) => {
      // What the cashier has said meanwhile is newer.
      if (answer.is === 'ok') setSlips((now) => now ?? answer.value);
    });
  }, [orderId]);
  const isDue = slips === null || isOwed(slips);
  const goOn = useMeant(() => next(till));
  useKeys({ F2: goOn });
  return (
    <div class="till-columns">
      <section class="till-answer till-answer-good">
        <span class="till-sign"><Icon name="done" /></span>
        <div role="status" class="flow">
          <h2>{say(WORDS.paid)} <Money minor={standing.order.total_minor} /></h2>
          {changeMinor > 0
            ? <p class="till-change-large">{say(WORDS.changeIs)} <Money minor={changeMinor} isLarge /></p>
            : <p>{say(WORDS.noChange)}</p>}
        </div>
        <Said />
        {isDue ? null : <Main text={say(WORDS.nextSale)} press={() => next(till)} keyName="Enter" />}
        <Printing orderId={orderId} slips={slips ?? []} told={setSlips} isMain={isDue} />
        {isDue ? <button class="btn" type="button" onClick={goOn}>{say(WORDS.nextSale)} <Key name="F2" /></button> : null}
      </section>
      <Slip standing={standing} isCopy={areOut(slips ?? [])} />
    </div>
  );
}

export function Over({ stage, standing }: { stage: At<'over'>; standing: Standing }) {
  const { till, say } = useTill();
  const isParked = stage.state === 'parked';
  useKeys({ F2: useMeant(() => next(till)) });
  return (
    <div class="till-columns">
      <section class="till-answer">
        <span class="till-sign"><Icon name={isParked ? 'clock' : 'info'} /></span>
        <h2><span role="status">{say(isParked ? WORDS.isParked : WORDS.isOver)}</span></h2>
        <p>{isParked ? say(WORDS.isParkedHelp) : say(ORDER_STATES[stage.state] ?? WORDS.isOver)}</p>
        <Said />
        <Main text={say(WORDS.nextSale)} press={() => next(till)} keyName="Enter" />
      </section>
      <Slip standing={standing} isUnpaid={stage.state === 'parked'} />
    </div>
  );
}

/** Two sales side by side, before anything is charged. */
export function Alike({ stage }: { stage: At<'alike'> }) {
  const { till, state, say } = useTill();
  const nearest = stage.alike[0] as Like;
  const { basket } = state.kept;
  return (
    <section class="flow" role="alertdialog" aria-labelledby="till-alike">
      <h2 id="till-alike">{say(WORDS.alikeTitle)}</h2>
      <p>{nearest.said}</p>
      <p class="row">{nearest.reasons.map((reason) => <span class="state state-warn" key={reason}><Icon name="warning" />{reason}</span>)}</p>
      <div class="till-columns till-columns-even">
        <div class="sheet">
          <h3>{say(WORDS.thisSale)}</h3>
          <ul class="slip-rows">
            {basket.lines.map((line, place) => (
              <li key={place}><span>{line.quantity} × <bdi>{line.name}</bdi></span><Money minor={state.priced?.lines[place]?.amount_minor ?? 0} /></li>
            ))}
          </ul>
          <p class="slip-total"><span>{say(WORDS.total)}</span><Money minor={state.priced?.total_minor ?? 0} /></p>
        </div>
        <div class="sheet">
          <h3>{say(WORDS.thatSale)}</h3>
          <Slip standing={nearest.standing} isBare />
        </div>
      </div>
      <p>{say(WORDS.nothingChargedYet)}</p>
      <div class="till-choice">
        <Main text={say(WORDS.isSame)} press={() => next(till)} />
        <button class="btn btn-lg till-wide" type="button" aria-disabled={till.isBusy} onClick={() => void isRepeat(till, nearest.standing.order.order_id)}>{say(WORDS.isRepeat)}</button>
      </div>
    </section>
  );
}

