// The fields of one row of a book, named and readable.
import { useShared, type Shared } from '../app';
import { shortId, shortKey } from '../show/key';
import { minorOf } from '../show/money';
import { instantOf, localTime } from '../show/time';
import { decimal } from './events';

/** Columns whose values are words of the format. */
const WORDS = new Set([
  'state kind tender source status form origin channel says fulfilment line_kind entry condition dispute',
  'confirmed_by reason fault training address_ok value',
].join(' ').split(' '));

/** One value as people read it; times are shown by the clock of the moment that they stand beside. */
export function valueText(shared: Shared, column: string, value: unknown, offset: number, currency: string | null): string {
  if (value === null || value === undefined) return '';
  if (column.endsWith('_minor')) {
    const minor = minorOf(value);
    if (minor !== null) return shared.money(minor, currency);
  }
  if (column.endsWith('_key')) return shortKey(String(value));
  if (column.endsWith('_at')) {
    const at = instantOf(value);
    if (at !== null) return localTime(at, offset, 'second');
  }
  if (column === 'quantity') return decimal(String(value));
  if (column === 'response_code') return answerText(shared, String(value));
  if (WORDS.has(column)) return shared.words.book('value', String(value));
  if (typeof value === 'object') return JSON.stringify(value);
  return shortId(String(value));
}

/** An acquirer's answer: its code, and what it means where that is known; WeChat writes one code in two ways. */
function answerText(shared: Shared, code: string): string {
  const { answers } = shared.data;
  const meaning = [code, code.toUpperCase(), code.replaceAll('_', '').toUpperCase()].find((one) => Object.hasOwn(answers, one));
  return meaning === undefined ? shortId(code) : `${code} · ${shared.words.pair(answers[meaning]!)}`;
}

/** The currency that a row's amounts are in: its own, else that of the finding. */
export function currencyOf(row: Record<string, unknown>, otherwise: string | null): string | null {
  return typeof row['currency'] === 'string' ? row['currency'] : otherwise;
}

interface Props {
  row: Record<string, unknown>;
  offset: number;
  currency: string | null;
}

export function Fields({ row, offset, currency }: Props) {
  const shared = useShared();
  return (
    <dl class="fields">
      {Object.entries(row).map(([column, value]) => (
        <div key={column}>
          <dt title={column}>{shared.words.book('column', column)}</dt>
          <dd title={String(value)}>{valueText(shared, column, value, offset, currencyOf(row, currency))}</dd>
        </div>
      ))}
    </dl>
  );
}
