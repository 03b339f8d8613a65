// Filtering, counting and ordering of findings, on typed columns; fifty thousand rows take a few milliseconds.
import type { Findings, Sentences, WordColumn } from './findings';

export const FACETS = [
  'exception',
  'diagnosis',
  'severity',
  'store_id',
  'terminal_id',
  'operator_id',
  'merchant_id',
  'currency',
] as const satisfies readonly WordColumn[];

export type Facet = (typeof FACETS)[number];

export const SORTS = ['urgency', 'amount', 'time', 'diagnosis', 'subject'] as const;
export type Sort = (typeof SORTS)[number];

export interface Filter {
  q: string;
  chosen: Partial<Record<Facet, string[]>>;
  /** Amounts in whole units of each row's own currency, as the reader typed them. */
  min: string;
  max: string;
  /** Calendar days of the shop, `2026-03-14`. */
  from: string;
  to: string;
  hour: string;
  weekday: string;
  sort: Sort;
  descending: boolean;
}

export const NO_FILTER: Filter = {
  q: '',
  chosen: {},
  min: '',
  max: '',
  from: '',
  to: '',
  hour: '',
  weekday: '',
  sort: 'urgency',
  descending: false,
};

export interface Result {
  /** Rows that pass, in the order asked for. */
  rows: Uint32Array;
  /** For every facet, how many rows each of its words would give, by code. */
  counts: Record<Facet, Uint32Array>;
}

const RANGE_BIT = 1 << FACETS.length;

/** The day number of `2026-03-14`, or null. */
export function dayNumber(text: string): number | null {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return null;
  const at = Date.parse(`${text}T00:00:00Z`);
  return Number.isNaN(at) ? null : Math.floor(at / 86_400_000);
}

/** Minor units of an amount that somebody typed, for a currency with so many digits; null where it is none. */
export function typedMinor(text: string, scale: number): number | null {
  const match = /^\s*(\d{1,15})(?:[.,](\d*))?\s*$/.exec(text);
  if (!match) return null;
  return Number(match[1]! + (match[2] ?? '').padEnd(scale, '0').slice(0, scale));
}

export class Table {
  private readonly orders = new Map<Sort, Uint32Array>();
  private haystack: string[] | undefined;

  constructor(
    readonly findings: Findings,
    private readonly sentences: Sentences,
    private readonly scales: Record<string, number>,
    /** Titles of exceptions and diagnoses in both languages, for the search. */
    private readonly titles: Record<string, string>,
  ) {}

  run(filter: Filter): Result {
    const failed = this.failures(filter);
    return { rows: this.ordered(filter, failed), counts: this.count(failed) };
  }

  /** One bit for each condition that a row fails. */
  private failures(filter: Filter): Uint16Array {
    const { findings } = this;
    const failed = new Uint16Array(findings.rows);
    FACETS.forEach((facet, place) => {
      const chosen = filter.chosen[facet];
      if (!chosen?.length) return;
      const passes = new Uint8Array(findings.words[facet].length + 1);
      for (const word of chosen) passes[word === '' ? 0 : findings.words[facet].indexOf(word) + 1] = 1;
      if (!chosen.includes('')) passes[0] = 0;
      const codes = findings.codes[facet];
      for (let row = 0; row < findings.rows; row++) if (!passes[codes[row]!]) failed[row]! |= 1 << place;
    });
    this.failDays(filter, failed);
    this.failAmounts(filter, failed);
    this.failSearch(filter, failed);
    return failed;
  }

  private failDays(filter: Filter, failed: Uint16Array): void {
    const from = dayNumber(filter.from) ?? -Infinity;
    const to = dayNumber(filter.to) ?? Infinity;
    const { day, rows } = this.findings;
    if (from !== -Infinity || to !== Infinity) {
      for (let row = 0; row < rows; row++) if (day[row]! < from || day[row]! > to) failed[row]! |= RANGE_BIT;
    }
    if (filter.hour !== '') {
      const hour = Number(filter.hour);
      for (let row = 0; row < rows; row++) if (this.findings.hour(row) !== hour) failed[row]! |= RANGE_BIT;
    }
    if (filter.weekday !== '') {
      const weekday = Number(filter.weekday);
      for (let row = 0; row < rows; row++) if (weekdayOf(day[row]!) !== weekday) failed[row]! |= RANGE_BIT;
    }
  }

  private failAmounts(filter: Filter, failed: Uint16Array): void {
    if (!filter.min.trim() && !filter.max.trim()) return;
    const { findings } = this;
    const scales = [2, ...findings.words.currency.map((currency) => this.scales[currency] ?? 2)];
    const least = scales.map((scale) => typedMinor(filter.min, scale) ?? -Infinity);
    const most = scales.map((scale) => typedMinor(filter.max, scale) ?? Infinity);
    for (let row = 0; row < findings.rows; row++) {
      const amount = Number(findings.amount[row]!);
      const code = findings.codes.currency[row]!;
      if (amount < least[code]! || amount > most[code]!) failed[row]! |= RANGE_BIT;
    }
  }

  private failSearch(filter: Filter, failed: Uint16Array): void {
    const terms = filter.q.toLowerCase().split(/\s+/).filter(Boolean);
    if (!terms.length) return;
    const hay = this.hay();
    for (let row = 0; row < this.findings.rows; row++) {
      if (failed[row]! & RANGE_BIT) continue;
      for (const term of terms) {
        if (!hay[row]!.includes(term) && !this.sentences.hay[row]?.includes(term)) {
          failed[row]! |= RANGE_BIT;
          break;
        }
      }
    }
  }

  /** Everything searchable about each row but its sentences, in small letters; made once. */
  hay(): string[] {
    if (this.haystack) return this.haystack;
    const { findings } = this;
    const parts = (['exception', 'diagnosis', 'store_id', 'terminal_id', 'operator_id', 'merchant_id'] as const).map(
      (column) => ({
        codes: findings.codes[column],
        words: ['', ...findings.words[column].map((word) => `${word} ${this.titles[word] ?? ''}`.toLowerCase())],
      }),
    );
    this.haystack = findings.ids.map((id, row) => {
      let hay = `${id} ${findings.subjects[row]!.toLowerCase()} ${findings.others[row]?.toLowerCase() ?? ''}`;
      for (const part of parts) hay += ` ${part.words[part.codes[row]!]!}`;
      return hay;
    });
    return this.haystack;
  }

  /** Put the rows in every order once, while nobody waits, so that no click has to. */
  async warm(): Promise<void> {
    for (const sort of SORTS) {
      await new Promise((done) => setTimeout(done, 0));
      this.order(sort);
    }
  }

  private ordered(filter: Filter, failed: Uint16Array): Uint32Array {
    const order = this.order(filter.sort);
    const rows = new Uint32Array(failed.length);
    let count = 0;
    for (let place = 0; place < order.length; place++) {
      const row = order[filter.descending ? order.length - 1 - place : place]!;
      if (failed[row] === 0) rows[count++] = row;
    }
    return rows.subarray(0, count);
  }

  /** All rows in ascending order of one key; sorted once. The findings come in order of urgency. */
  private order(sort: Sort): Uint32Array {
    let order = this.orders.get(sort);
    if (!order) {
      order = Uint32Array.from({ length: this.findings.rows }, (_, row) => row);
      const compare = this.comparison(sort);
      if (compare) order.sort((a, b) => compare(a, b) || a - b);
      this.orders.set(sort, order);
    }
    return order;
  }

  private comparison(sort: Sort): ((a: number, b: number) => number) | null {
    const { findings } = this;
    switch (sort) {
      case 'urgency':
        return null;
      case 'amount': {
        const rank = ranks(['', ...findings.words.currency]);
        const units = Float64Array.from(findings.amount, Number);
        const { currency } = findings.codes;
        return (a, b) => rank[currency[b]!]! - rank[currency[a]!]! || units[a]! - units[b]!;
      }
      case 'time':
        return (a, b) => findings.at[a]! - findings.at[b]!;
      case 'diagnosis': {
        const rank = ranks(['', ...findings.words.diagnosis]);
        return (a, b) => rank[findings.codes.diagnosis[a]!]! - rank[findings.codes.diagnosis[b]!]!;
      }
      case 'subject':
        return (a, b) => bytewise(findings.subjects[a]!, findings.subjects[b]!);
    }
  }

  /** Count the words of each facet over the rows that fail no other condition. */
  private count(failed: Uint16Array): Record<Facet, Uint32Array> {
    const counts = {} as Record<Facet, Uint32Array>;
    FACETS.forEach((facet, place) => {
      const codes = this.findings.codes[facet];
      const counted = new Uint32Array(this.findings.words[facet].length + 1);
      const others = ~(1 << place);
      for (let row = 0; row < failed.length; row++) if ((failed[row]! & others) === 0) counted[codes[row]!]!++;
      counts[facet] = counted;
    });
    return counts;
  }
}

/** Monday is 0. */
export function weekdayOf(day: number): number {
  return (((day + 3) % 7) + 7) % 7;
}

function bytewise(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function ranks(words: string[]): number[] {
  const sorted = [...words].sort(bytewise);
  return words.map((word) => sorted.indexOf(word));
}
