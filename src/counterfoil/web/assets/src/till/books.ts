// The values that the server takes and gives. Amounts are whole minor units; quantities are decimals, written as texts.
import type { Tender } from './beginning';

export interface Line {
  readonly sku: string;
  readonly quantity: string;
  readonly amount_minor: number;
  readonly line_kind: string;
  readonly name: string | null;
  readonly unit_price_minor: number | null;
  readonly list_price_minor: number | null;
  readonly tax_minor: number | null;
  readonly of_line_no: number | null;
  readonly authoriser_id: string | null;
  readonly reason: string | null;
}

export interface Tendered {
  readonly payment_id: string;
  readonly tender: Tender;
  readonly amount_minor: number;
  readonly handed_minor?: number;
}

export interface Sale {
  readonly order_id: string;
  readonly store_id: string;
  readonly terminal_id: string;
  readonly operator_id: string;
  readonly placed_at: string;
  readonly currency: string;
  readonly total_minor: number;
  readonly lines: readonly Line[];
  readonly tenders: readonly Tendered[];
  readonly repeat_of?: string;
  readonly parked?: boolean;
}

/** What a customer presented. It is sent, and never kept. */
export interface Presented {
  readonly entry: 'swiped' | 'keyed' | 'code' | 'token';
  readonly number: string;
  readonly expiry?: string;
}

export interface LineSeen {
  readonly line_no: number;
  readonly sku: string;
  readonly name: string | null;
  readonly quantity: string;
  readonly amount_minor: number;
  readonly line_kind: string;
  readonly voided_at: string | null;
  readonly refunded_quantity: string;
  /** `null` where the catalogue has no such item. */
  readonly sold_by: 'piece' | 'weight' | null;
}

export type PaymentState = 'intended' | 'approved' | 'declined' | 'unknown' | 'cancelled';

export interface PaymentSeen {
  readonly payment_id: string;
  readonly kind: 'sale' | 'void' | 'reversal' | 'refund';
  readonly tender: Tender;
  readonly amount_minor: number;
  /** Cash that was handed over; null where nobody said so. */
  readonly tendered_minor: number | null;
  readonly state: PaymentState;
  readonly standing: 'held' | 'void_intended' | 'void_unknown' | 'voided' | null;
  readonly original_payment_id: string | null;
  readonly occurred_at: string;
  readonly decided_at: string | null;
  readonly refunded_minor: number;
  readonly refund_reserved_minor: number;
  readonly instrument_tail: string | null;
  readonly resolve_at: string | null;
}

export interface OrderSeen {
  readonly order_id: string;
  readonly terminal_id: string | null;
  readonly operator_id: string | null;
  readonly placed_at: string;
  readonly parked_at: string | null;
  readonly business_date: string | null;
  readonly state: string;
  readonly total_minor: number;
  readonly currency: string;
  readonly repeat_of: string | null;
  readonly lines: readonly LineSeen[];
  readonly payments: readonly PaymentSeen[];
}

/** What a line is called in the language of whoever stands here. */
export interface LineName {
  readonly name: string;
  /** The name under which it was sold, where that is another one. */
  readonly sold_as: string | null;
}

/** Why an acquirer said no, and what can be done about it. */
export interface Refusal {
  readonly said: string;
  readonly advice: string | null;
}

/** One row of a slip. */
export interface SlipRow {
  readonly label: string;
  readonly amount_minor: number;
  /** Of goods and services: pieces or kilograms. */
  readonly quantity: string | null;
  readonly is_weighed: boolean;
  readonly unit_price_minor: number | null;
  /** The name under which it was sold, where that is another one. */
  readonly sold_as: string | null;
}

/** What stands on a slip, in the words of whoever looks. */
export interface Paper {
  readonly number: string;
  readonly place: {
    readonly merchant: string; readonly store: string; readonly address: string;
    readonly terminal: string; readonly operator: string;
  };
  readonly placed_at: string;
  readonly currency: string;
  readonly lines: readonly SlipRow[];
  readonly total_minor: number;
  readonly paid: readonly SlipRow[];
  readonly taxes: readonly SlipRow[];
}

/** How a sale stands in the books. */
export interface Standing {
  readonly order: OrderSeen;
  /** Missing from what a browser has kept of before there was one. */
  readonly slip?: Paper;
  readonly due_minor: number;
  readonly recorded: string | null;
  /** By the number of the line; not there in what an older till of this browser has kept. */
  readonly names?: Readonly<Record<number, LineName>>;
  /** Of the payment that was made last, where it was refused. */
  readonly no?: Refusal | null;
}

export interface Like {
  readonly standing: Standing;
  readonly said: string;
  readonly reasons: readonly string[];
}

export interface Item {
  readonly sku: string;
  readonly name: string;
  readonly sold_by: 'piece' | 'weight';
  readonly price_minor: number | null;
  readonly quantity: string;
  readonly labelled_minor: number | null;
}

export interface WhyNot {
  readonly code: string;
  readonly said: string;
  readonly line_no: number | null;
}

export interface Priced {
  readonly lines: readonly Line[];
  readonly total_minor: number;
  readonly tax_minor: number;
  readonly cash_lines: readonly Line[] | null;
  readonly cash_total_minor: number;
  readonly why_not: WhyNot | null;
}

export interface SlipSeen {
  readonly slip_id: string;
  readonly payment_id: string | null;
  readonly kind: string;
  readonly state: 'due' | 'printing' | 'printed' | 'sent' | 'failed';
  readonly fault: string | null;
}

export interface GivenBack {
  readonly payment_id: string;
  readonly kind: string;
  readonly state: PaymentState;
  readonly amount_minor: number;
  readonly sale: Standing | null;
  readonly no: Refusal | null;
}

/** What a line is called. */
export function nameOf(standing: Standing, line: LineSeen): LineName {
  return standing.names?.[line.line_no] ?? { name: line.name ?? line.sku, sold_as: null };
}

/** A payment of the sale itself whose outcome nobody knows yet; none where all are decided. */
export function undecided(order: OrderSeen): PaymentSeen | undefined {
  return order.payments.find((paid) => paid.state === 'intended' || paid.state === 'unknown');
}

/** What a line does to the total. */
export function signed(line: { readonly line_kind: string; readonly amount_minor: number }): number {
  return line.line_kind === 'discount' ? -line.amount_minor : line.amount_minor;
}
