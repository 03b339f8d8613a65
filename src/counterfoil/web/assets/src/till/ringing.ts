// The basket changes, and the server says what it costs then.
import type { Basket } from './basket';
import { server } from './server';
import type { No } from './server';
import type { Till } from './till';

/** Change the basket, and ask what it costs then. */
export async function change(till: Till, basket: Basket): Promise<void> {
  // Another basket is another sale, so what was said of this one says nothing of it.
  if (till.state.stage.at !== 'ringing' || !till.keep({ basket, repeatOf: null })) return;
  till.set({ priced: null, no: null, note: null });
  await reprice(till);
}

/** Go from the basket to its tenders, as soon as its price is known. */
export function toPaying(till: Till): void {
  const { priced, stage, kept } = till.state;
  till.isPayWanted = till.scansInLine > 0 || (priced === null && kept.basket.lines.length > 0);
  if (till.isPayWanted) return;
  if (stage.at === 'ringing' && priced !== null && priced.why_not === null) {
    till.set({ stage: { at: 'paying' }, no: null, note: null });
  }
}

/** Go there where that was wanted before: the last item is in, and priced. */
export function payIfWanted(till: Till): void {
  if (till.isPayWanted && till.scansInLine === 0 && till.state.priced !== null) toPaying(till);
}

/** Ask what the basket costs; an answer to an older basket is not looked at. */
export async function reprice(till: Till): Promise<void> {
  till.pricings += 1;
  const asked = till.pricings;
  const { basket } = till.state.kept;
  if (basket.lines.length === 0) {
    till.set({ priced: null });
    return;
  }
  const answer = await server.price(basket);
  if (asked !== till.pricings) return;
  if (answer.is !== 'ok') {
    till.heard(answer);
    return;
  }
  till.set({ priced: answer.value, isAway: false });
}

/** Take a second person's PIN for what a basket gives away; null where it was accepted, and the basket is that one. */
export async function allow(till: Till, staffId: string, pin: string, basket: Basket): Promise<No | 'nobody' | null> {
  const { kept } = till.state;
  const answer = await server.consent(kept.orderId, staffId, pin, basket);
  if (answer.is !== 'ok') {
    till.set({ isAway: answer.is === 'gone', isSignedOut: answer.is === 'out' });
    return answer.no ?? 'nobody';
  }
  till.pricings += 1;
  till.keep({ basket, consents: { ...kept.consents, [staffId]: answer.value.proof } });
  till.set({ priced: answer.value.basket, no: null, note: null, isAway: false });
  return null;
}
