// What a chart counts: findings, or money at risk in one currency; bars are floats, what is said of them is exact.
import type { Shared } from '../app';
import { count, digits, height } from '../show/money';

/** `''`: the number of findings; else a currency. */
export type Measure = string;

/** Adds up one measure in buckets. */
export class Tally {
  readonly counts: number[];
  readonly minor: bigint[];

  constructor(
    buckets: number,
    private readonly measure: Measure,
    private readonly scales: Record<string, number>,
  ) {
    this.counts = new Array<number>(buckets).fill(0);
    this.minor = new Array<bigint>(buckets).fill(0n);
  }

  add(bucket: number, amount: bigint): void {
    this.counts[bucket]!++;
    if (this.measure) this.minor[bucket]! += amount;
  }

  /** How tall the bucket's bar is. */
  size(bucket: number): number {
    return this.measure ? height(this.minor[bucket]!, this.measure, this.scales) : this.counts[bucket]!;
  }

  /** The bucket's figure, in full. */
  said(bucket: number): string {
    if (!this.measure) return count(this.counts[bucket]!);
    return `${this.measure} ${digits(this.minor[bucket]!, this.scales[this.measure] ?? 2)}`;
  }
}

/** Rows that a measure looks at: all of them, or those above `info` in its currency. */
export function measured({ findings }: Shared, measure: Measure): (row: number) => boolean {
  if (!measure) return () => true;
  const currency = findings.words.currency.indexOf(measure) + 1;
  const info = findings.words.severity.indexOf('info') + 1;
  return (row) => findings.codes.currency[row] === currency && findings.codes.severity[row] !== info;
}

/** The narrowing that a click on a measured chart carries along. */
export function measureChoice(measure: Measure): { currency?: string[] } {
  return measure ? { currency: [measure] } : {};
}

/** Short axis labels: `1.2k`, `3M`; `12万` in Chinese. */
export function axisLabel(value: number, chinese: boolean): string {
  const steps: [number, string][] = chinese
    ? [
        [1e8, '亿'],
        [1e4, '万'],
      ]
    : [
        [1e9, 'B'],
        [1e6, 'M'],
        [1e3, 'k'],
      ];
  const step = steps.find(([size]) => Math.abs(value) >= size);
  if (!step) return String(Math.round(value * 100) / 100);
  return `${Math.round((value / step[0]) * 10) / 10}${step[1]}`;
}
