// A sale is parked, taken up again, given up; and the next one begins.
import type { Basket } from './basket';
import type { Standing } from './books';
import { begun, isBlank } from './kept';
import { laidOut } from './paying';
import { change } from './ringing';
import { send, took } from './sending';
import { server } from './server';
import type { Till } from './till';

/** Begin a new sale. What the books have stays there; what was only rung up is gone. */
export function next(till: Till): void {
  const { at } = till.state.stage;
  if (at === 'sending' || at === 'stalled') return;
  till.pollings += 1;
  till.pricings += 1;
  till.set({ priced: null, no: null, note: null, stage: { at: 'ringing' } });
  till.keep(begun(till.newId()));
}

/** Take up a sale that the books have; false where something is rung up here, which goes first. */
export function adopt(till: Till, standing: Standing): boolean {
  if (!isBlank(till.state.kept)) return false;
  till.keep(begun(standing.order.order_id));
  took(till, standing);
  return true;
}

/** Take a parked sale up again. */
export async function recall(till: Till, orderId: string): Promise<void> {
  await till.alone(async () => {
    if (!isBlank(till.state.kept)) return;
    const answer = await server.recall(orderId);
    if (answer.is === 'ok') adopt(till, answer.value);
    else till.heard(answer);
  });
}

/** Park: what was rung up goes into the books without a tender; what is there already waits. */
export async function park(till: Till): Promise<void> {
  await till.alone(async () => {
    const { stage, kept, priced } = till.state;
    if (stage.at === 'due') await send(till, null, () => server.park(kept.orderId));
    if (stage.at !== 'ringing' || priced === null || priced.why_not !== null) return;
    const sale = { ...laidOut(till, [], priced.lines, priced.total_minor), parked: true };
    if (!till.keep({ offer: sale })) return;
    await send(till, null, () => server.sell({ sale, presented: {}, consents: kept.consents }));
  });
}

/** Give an open sale up that nobody paid; its goods go into a new basket, where they are to be sold otherwise. */
export async function giveUp(till: Till, reason: string, again: Basket | null): Promise<void> {
  await till.alone(async () => {
    const { stage, kept } = till.state;
    if (stage.at === 'due') await send(till, null, () => server.giveUp(kept.orderId, reason));
  });
  if (again === null || till.state.stage.at !== 'over') return;
  const repeatOf = till.state.kept.standing?.order.repeat_of ?? null;
  next(till);
  await change(till, again);
  // The same goods for the same customer: whether they are a repeat was asked and answered.
  till.keep({ repeatOf });
}
