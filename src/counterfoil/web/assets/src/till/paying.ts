// A tender makes the sale, or pays it further; first the cashier is asked whether it looks like one that there is.
import type { Priced, Sale, Tendered } from './books';
import { send } from './sending';
import type { Offer } from './server';
import { server } from './server';
import type { Chosen } from './stage';
import type { Till } from './till';

/** Go back to the basket, as long as nothing was sent. */
export function toRinging(till: Till): void {
  const { at } = till.state.stage;
  if (at === 'paying' || at === 'alike') till.set({ stage: { at: 'ringing' }, no: null, note: null });
}

/** What is to be paid now: by coins, where it is the first tender and cash, and the shop has no smaller ones. */
export function dueFor(till: Till, tender: Tendered['tender']): number {
  const { kept, priced, stage } = till.state;
  if (stage.at === 'due') return kept.standing?.due_minor ?? 0;
  if (priced === null) return 0;
  return tender === 'cash' ? priced.cash_total_minor : priced.total_minor;
}

/** Pay with a tender that the cashier chose; the first one makes the sale. */
export async function pay(till: Till, chosen: Chosen): Promise<void> {
  await till.alone(async () => {
    const { stage } = till.state;
    if (stage.at === 'paying') await askWhetherAlike(till, chosen);
    else if (stage.at === 'due') await payFurther(till, chosen);
  });
}

/** Answer the question: it is a genuine repeat of that order. */
export async function isRepeat(till: Till, orderId: string): Promise<void> {
  await till.alone(async () => {
    const { stage } = till.state;
    if (stage.at === 'alike' && till.keep({ repeatOf: orderId })) await offer(till, stage.chosen);
  });
}

async function askWhetherAlike(till: Till, chosen: Chosen): Promise<void> {
  const sale = saleOf(till, chosen);
  if (sale === null) return;
  till.set({ stage: { at: 'sending', since: till.clock.now(), tries: 0, tender: chosen.tender }, no: null, note: null });
  const answer = await server.alike(offerOf(till, sale, chosen));
  if (answer.is !== 'ok') {
    // Nothing was sent that could have been recorded: the basket is still the cashier's.
    till.set({ stage: { at: 'paying' } });
    till.heard(answer);
  } else if (answer.value.length > 0 && till.state.kept.repeatOf === null) {
    till.set({ stage: { at: 'alike', alike: answer.value, chosen } });
  } else {
    await offer(till, chosen);
  }
}

/** Write the sale down, and send it until there is an answer. */
async function offer(till: Till, chosen: Chosen): Promise<void> {
  const sale = saleOf(till, chosen);
  if (sale === null) return;
  const told = offerOf(till, sale, chosen);
  if (!till.keep({ offer: sale, changeMinor: changeOf(chosen.tender) })) return;
  await send(till, chosen.tender, () => server.sell(told));
}

async function payFurther(till: Till, chosen: Chosen): Promise<void> {
  const { orderId } = till.state.kept;
  if (!till.keep({ tender: chosen.tender, changeMinor: changeOf(chosen.tender) })) return;
  await send(till, chosen.tender, () => server.tender(orderId, chosen.tender, chosen.presented));
}

/** Lay out the sale as it stands, with the tenders that begin it. */
export function laidOut(
  till: Till, tenders: readonly Tendered[], lines: Priced['lines'], totalMinor: number,
): Sale {
  const { beginning, clock } = till;
  const { kept } = till.state;
  return {
    order_id: kept.orderId,
    store_id: beginning.store.id,
    terminal_id: beginning.terminal.id,
    operator_id: beginning.operator.id,
    placed_at: clock.moment(),
    currency: beginning.currency,
    total_minor: totalMinor,
    lines,
    tenders,
    ...(kept.repeatOf === null ? {} : { repeat_of: kept.repeatOf }),
  };
}

function saleOf(till: Till, chosen: Chosen): Sale | null {
  const { priced } = till.state;
  if (priced === null || priced.why_not !== null) return null;
  const { tender } = chosen;
  // Coins round the whole sale, and only where it is paid in cash at once.
  const inCoins = tender.tender === 'cash' && tender.amount_minor === priced.cash_total_minor ? priced.cash_lines : null;
  if (inCoins !== null) return laidOut(till, [tender], inCoins, priced.cash_total_minor);
  const tenders = tender.amount_minor > 0 ? [tender] : [];
  return laidOut(till, tenders, priced.lines, priced.total_minor);
}

function offerOf(till: Till, sale: Sale, chosen: Chosen): Offer {
  const presented = chosen.presented === null ? {} : { [chosen.tender.payment_id]: chosen.presented };
  return { sale, presented, consents: till.state.kept.consents };
}

function changeOf(tender: Tendered): number {
  return (tender.handed_minor ?? tender.amount_minor) - tender.amount_minor;
}
