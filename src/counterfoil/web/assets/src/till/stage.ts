// Where a sale is, for the screen. The books decide what it is; this says what the cashier sees and may do.
import type { Like, PaymentSeen, Presented, Refusal, Standing, Tendered } from './books';
import { undecided } from './books';

/** A tender as the cashier chose it, with what the customer presented for it. */
export interface Chosen {
  readonly tender: Tendered;
  readonly presented: Presented | null;
}

export type Stage =
  /** The basket may change. */
  | { readonly at: 'ringing' }
  /** The basket stands; a tender is chosen. */
  | { readonly at: 'paying' }
  /** It looks like another sale: the cashier is asked before anything is charged. */
  | { readonly at: 'alike'; readonly alike: readonly Like[]; readonly chosen: Chosen }
  /** It is on its way. */
  | { readonly at: 'sending'; readonly since: number; readonly tries: number; readonly tender: Tendered | null }
  /** No answer came, so often that somebody should know. The sale is kept, and nothing else may be done with it. */
  | { readonly at: 'stalled'; readonly since: number }
  /** In the books, and something is due. */
  | { readonly at: 'due'; readonly no: Refusal | null; readonly declined: PaymentSeen | null }
  /** In the books, and the outcome of a payment is not known. */
  | { readonly at: 'unknown'; readonly payment: PaymentSeen; readonly isReached: boolean }
  | { readonly at: 'paid' }
  /** In the books, and given up, voided or parked. */
  | { readonly at: 'over'; readonly state: string };

/** Say where a sale is that the books have. */
export function stageOf(standing: Standing): Stage {
  const { order } = standing;
  const open = undecided(order);
  if (open) return { at: 'unknown', payment: open, isReached: true };
  if (order.state === 'paid') return { at: 'paid' };
  if (order.state !== 'open' || order.parked_at !== null) {
    return { at: 'over', state: order.parked_at !== null ? 'parked' : order.state };
  }
  // What was reversed has its reversal behind it, which is no payment of the customer's.
  const sales = order.payments.filter((paid) => paid.kind === 'sale');
  const declined = sales.findLast((paid) => paid.state === 'declined' || paid.state === 'cancelled') ?? null;
  const isLast = declined !== null && declined === sales.at(-1);
  return { at: 'due', no: isLast ? standing.no ?? null : null, declined: isLast ? declined : null };
}
