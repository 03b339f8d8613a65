// How a sale was paid, as its slip says it: only money that was kept or given back. Pure.
import type { PaymentSeen } from './books';

/** One row of a slip. */
export interface Row {
  readonly paid: PaymentSeen;
  /** As it moved: what went back to the customer is below zero. Cash as it was handed over. */
  readonly minor: number;
}

/** The rows of a slip: their sum, less the change, is what the sale comes to, unless money went back. */
export function rowsOf(payments: readonly PaymentSeen[]): readonly Row[] {
  const never = new Set(payments.filter((paid) => paid.kind === 'sale' && isNothing(paid)).map((paid) => paid.payment_id));
  return payments
    .filter((paid) => !isNothing(paid) && !never.has(paid.original_payment_id ?? '') && !isOpenReversal(paid))
    .map((paid) => ({ paid, minor: paid.kind === 'sale' ? paid.amount_minor + changeOf(paid) : -paid.amount_minor }));
}

/** What went back to the customer at once, of cash that was handed over. */
export function changeIn(payments: readonly PaymentSeen[]): number {
  return payments.filter((paid) => paid.kind === 'sale' && !isNothing(paid)).reduce((sum, paid) => sum + changeOf(paid), 0);
}

/** No money moved by it, or none that stayed where it went. */
function isNothing(paid: PaymentSeen): boolean {
  return paid.state === 'declined' || paid.state === 'cancelled';
}

/** Whether it undoes what nobody knows yet: until that is known, it is no money given back. */
function isOpenReversal(paid: PaymentSeen): boolean {
  return paid.kind === 'reversal' && paid.state !== 'approved';
}

function changeOf(paid: PaymentSeen): number {
  if (paid.tender !== 'cash') return 0;
  return Math.max((paid.tendered_minor ?? paid.amount_minor) - paid.amount_minor, 0);
}
