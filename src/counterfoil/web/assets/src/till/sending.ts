// Sends what was written down until there is an answer, and asks the books where there was none. The same ids, always.
import type { Text } from './beginning';
import type { Standing, Tendered } from './books';
import { waiting } from './clock';
import { reprice } from './ringing';
import type { Answer, No } from './server';
import { server } from './server';
import { stageOf } from './stage';
import type { Till } from './till';

/** So often the same is sent before the cashier is told that nobody answers; the waits between grow. */
const SENDS_MAX = 5;
const WAITS_MS = [500, 1000, 2000, 4000];
const POLL_MS = 1500;
const NOT_FOUND = 404;
/** The server's names for lines that are not what the catalogue says now. */
const PRICED_OTHERWISE = new Set(['price_not_listed', 'amount_not_priced', 'unknown_item', 'other_kind', 'quantity_not_whole']);
/** After so many polls, about half an hour, the till stops by itself; the books go on asking. */
const POLLS_MAX = 1200;

/** Go on where this browser was. */
export async function resume(till: Till): Promise<void> {
  const { kept } = till.state;
  if (kept.offer === null && kept.standing === null) await reprice(till);
  else await till.alone(() => find(till));
}

/** Send the same until there is an answer, so often at most. */
export async function send(till: Till, tender: Tendered | null, ask: () => Promise<Answer<Standing>>): Promise<void> {
  const since = till.clock.now();
  for (let tries = 1; tries <= SENDS_MAX; tries += 1) {
    till.set({ stage: { at: 'sending', since, tries, tender }, no: null, note: null });
    const answer = await ask();
    if (answer.is === 'ok') {
      took(till, answer.value);
      return;
    }
    if (answer.is === 'no') {
      await refused(till, answer.no, tries);
      return;
    }
    till.heard(answer);
    if (answer.is === 'out') break;
    await waiting(WAITS_MS[tries - 1] ?? 0);
  }
  till.set({ stage: { at: 'stalled', since } });
}

/** It was refused. Where an earlier send of it may have been taken, the books are asked before that is believed. */
async function refused(till: Till, no: No, tries: number): Promise<void> {
  const wasTold = till.state.kept.standing !== null;
  if (tries > 1 || wasTold || no.code.startsWith('exists_with_different')) {
    await find(till, no);
    return;
  }
  till.keep({ offer: null, tender: null });
  // What is priced otherwise by now is priced anew, where the cashier sees it.
  const isStale = PRICED_OTHERWISE.has(no.code);
  till.set({ stage: { at: isStale ? 'ringing' : 'paying' }, no });
  if (isStale) await reprice(till);
}

/** Ask the books for this sale, and go on from what they say; `because` is what led here. */
export async function find(till: Till, because: No | null = null): Promise<void> {
  const since = till.clock.now();
  const answer = await found(till, since);
  if (answer === null) {
    till.set({ stage: { at: 'stalled', since } });
    return;
  }
  if (answer.is === 'ok') {
    took(till, answer.value);
    till.set({ no: because });
    return;
  }
  await notThere(till, because);
}

/** Look the sale up until the books have said whether they have it, so often at most; null where nobody answers. */
async function found(till: Till, since: number): Promise<Answer<Standing> | null> {
  for (let tries = 1; tries <= SENDS_MAX; tries += 1) {
    till.set({ stage: { at: 'sending', since, tries, tender: till.state.kept.tender } });
    const answer = await server.see(till.state.kept.orderId);
    if (answer.is === 'ok' || (answer.is === 'no' && answer.status === NOT_FOUND)) return answer;
    till.heard(answer);
    // Any other "no" says nothing about the sale.
    if (answer.is !== 'gone') return null;
    await waiting(WAITS_MS[tries - 1] ?? 0);
  }
  return null;
}

/** The books have no such sale: it is sent, where that needs nothing that was not written down; else it is tendered anew. */
async function notThere(till: Till, because: No | null): Promise<void> {
  const { offer, consents } = till.state.kept;
  const isOwn = offer?.operator_id === till.beginning.operator.id;
  const isInHand = offer?.tenders.every((one) => one.tender === 'cash' || one.tender === 'other') ?? false;
  if (offer !== null && isOwn && isInHand && because === null) {
    await send(till, offer.tenders[0] ?? null, () => server.sell({ sale: offer, presented: {}, consents }));
    return;
  }
  till.keep({ offer: null, tender: null, standing: null });
  till.set({ stage: { at: 'ringing' }, no: because, note: because === null ? NOT_THERE : null });
  await reprice(till);
}

/** Take what the books say of the sale. */
export function took(till: Till, standing: Standing): void {
  till.keep({ standing, tender: null });
  const stage = stageOf(standing);
  till.set({ stage, no: null, note: null, isAway: false });
  if (stage.at === 'unknown') void poll(till);
}

/** Ask the books, again and again, until a payment whose outcome is unknown has an end. */
async function poll(till: Till): Promise<void> {
  till.pollings += 1;
  const own = till.pollings;
  const isOver = () => own !== till.pollings || till.state.stage.at !== 'unknown';
  for (let polls = 0; polls < POLLS_MAX; polls += 1) {
    await waiting(POLL_MS);
    if (isOver()) return;
    const answer = await server.see(till.state.kept.orderId);
    const { stage } = till.state;
    if (isOver() || stage.at !== 'unknown') return;
    if (answer.is === 'ok') {
      till.keep({ standing: answer.value });
      till.set({ stage: stageOf(answer.value), isAway: false });
    } else {
      till.heard(answer);
      till.set({ stage: { ...stage, isReached: false } });
    }
  }
}

/** Have the bank asked now, and not when its turn comes. */
export async function askNow(till: Till): Promise<void> {
  await till.alone(async () => {
    const { stage } = till.state;
    if (stage.at !== 'unknown') return;
    const answer = await server.askBank(stage.payment.payment_id);
    if (till.state.stage.at !== 'unknown') return;
    if (answer.is === 'ok') {
      till.keep({ standing: answer.value });
      till.set({ stage: stageOf(answer.value), isAway: false });
    } else till.heard(answer);
  });
}

const NOT_THERE: Text = {
  en: 'The sale had not reached the books, and nothing was charged. It is as it was rung up: take the payment again.',
  zh: '本单尚未入账，也未扣款。商品保持原样：请重新收款。',
};
