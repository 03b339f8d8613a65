// What one moment of one row means: its lane, its words, its amount, and whether a law's pattern speaks of it.
import type { Moment } from '../data/timelines';
import { minorOf } from '../show/money';
import type { Words } from '../words/words';

export const LANES = ['order', 'payment', 'acquirer', 'slip', 'delivery', 'return', 'telemetry'] as const;
export type Lane = (typeof LANES)[number];

const LANE_OF: Record<string, Lane> = {
  orders: 'order',
  order_lines: 'order',
  payments: 'payment',
  acquirer_records: 'acquirer',
  slips: 'slip',
  notices: 'slip',
  parcels: 'delivery',
  tracking_events: 'delivery',
  returns: 'return',
  return_lines: 'return',
  terminal_events: 'telemetry',
};

export function laneOf(table: string): Lane {
  return LANE_OF[table] ?? 'order';
}

function text(value: unknown): string {
  return value === null || value === undefined ? '' : String(value);
}

/** `2.0000` as `2`. */
export function decimal(value: string): string {
  return /^-?\d+\.\d+$/.test(value) ? value.replace(/\.?0+$/, '') : value;
}

/** A word of a row in the reader's language. */
function said(words: Words, value: unknown): string {
  return words.book('value', text(value));
}

function kindOf(words: Words, value: unknown): string {
  const kind = text(value);
  return words.knows('kind', kind) ? words.book('kind', kind) : words.book('value', kind);
}

/** What happened, in a few words. */
export function titleOf({ table, moment, row }: Moment, words: Words): string {
  const state = said(words, row['state']);
  switch (table) {
    case 'orders':
      return moment === 'closed_at' ? words.book('event', 'order', { state }) : momentName(table, moment, words);
    case 'payments': {
      const kind = kindOf(words, row['kind']);
      const begun = moment === 'occurred_at' && row['decided_at'] !== undefined;
      return words.book('event', begun ? 'payment.sent' : 'payment', { kind, state });
    }
    case 'acquirer_records':
      return words.book('event', 'record', { kind: kindOf(words, row['kind']), state });
    case 'slips':
      return words.book('event', 'slip', { kind: said(words, row['kind']), state });
    case 'notices':
      return words.book('event', 'notice', { says: said(words, row['says']) });
    case 'tracking_events':
      return said(words, row['status']);
    case 'terminal_events':
      return words.book('event', 'terminal', { kind: said(words, row['kind']), value: said(words, row['value']) });
    case 'order_lines':
    case 'return_lines': {
      const goods = text(row['name']) || text(row['sku']);
      return moment === null ? goods : `${goods}: ${words.book('value', 'voided')}`;
    }
    default:
      return momentName(table, moment, words);
  }
}

function momentName(table: string, moment: string | null, words: Words): string {
  if (moment === null) return words.book('table', table);
  const key = `${table}.${moment}`;
  return words.knows('moment', key) ? words.book('moment', key) : words.book('column', moment);
}

/** What else is worth a line: tender, place, fault. */
export function detailsOf({ table, moment, row }: Moment, words: Words): string[] {
  const details = (...values: unknown[]): string[] => values.map((value) => said(words, value)).filter(Boolean);
  switch (table) {
    case 'payments':
      return details(row['tender'], row['reason']);
    case 'acquirer_records':
      return details(row['acquirer'], row['source']);
    case 'slips':
      return details(row['form'], row['fault']);
    case 'notices':
      return [words.book('event', 'notice.state', { channel: said(words, row['channel']), state: said(words, row['state']) })];
    case 'tracking_events':
      return details(row['place'], row['reason']);
    case 'parcels':
      return moment === 'disputed_at' ? details(row['dispute']) : moment === 'shipped_at' ? details(row['carrier']) : [];
    case 'returns':
      return moment === 'requested_at' ? details(row['reason']) : moment === 'decided_at' ? details(row['state']) : [];
    case 'order_lines':
    case 'return_lines':
      return [`× ${decimal(text(row['quantity']))}`];
    case 'terminal_events':
      return details(row['detail']);
    default:
      return [];
  }
}

/** The amount that the row speaks of. */
export function amountOf({ row }: Moment): { minor: bigint; currency: string | null } | null {
  const minor = minorOf(row['total_minor'] ?? row['amount_minor']);
  return minor === null ? null : { minor, currency: typeof row['currency'] === 'string' ? row['currency'] : null };
}

/** Whether a pattern such as `payments.void@decided_at` speaks of this moment. */
export function speaksOf(pattern: string, { table, moment, row }: Moment): boolean {
  const match = /^([a-z_]+)(?:\.([a-z_]+))?(?:@([a-z_]+))?$/.exec(pattern);
  if (!match || match[1] !== table) return false;
  if (match[3] && match[3] !== moment) return false;
  const words = [row['kind'], row['state'], row['status'], row['says'], row['value']];
  return match[2] === undefined || words.includes(match[2]);
}
