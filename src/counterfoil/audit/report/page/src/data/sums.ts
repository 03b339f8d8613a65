// Sums over all findings, also over those that the table leaves out; they come with the overview.
import type { Overview, Sum } from './model';

export interface Summary {
  count: number;
  /** Findings above `info`. */
  scored: number;
  severities: Map<string, number>;
  /** Money at risk above `info`, by currency; the currency `''` holds amounts without one. */
  risk: Map<string, bigint>;
}

/** Sum what passes; money of `info` findings is not at risk and is left out. */
export function summary(data: Overview, passes: (sum: Sum) => boolean = () => true): Summary {
  const all: Summary = { count: 0, scored: 0, severities: new Map(), risk: new Map() };
  for (const sum of data.sums) {
    if (!passes(sum)) continue;
    const [, , severity, currency, count, minor] = sum;
    all.count += count;
    all.severities.set(severity, (all.severities.get(severity) ?? 0) + count);
    if (severity === 'info') continue;
    all.scored += count;
    const amount = BigInt(minor);
    if (amount > 0n) all.risk.set(currency ?? '', (all.risk.get(currency ?? '') ?? 0n) + amount);
  }
  return all;
}

/** Currencies with the most findings first; the one without a name last. */
export function currencies(data: Overview): string[] {
  const counts = new Map<string, number>();
  for (const [, , , currency, count] of data.sums) counts.set(currency ?? '', (counts.get(currency ?? '') ?? 0) + count);
  for (const { currency } of data.totals) if (!counts.has(currency)) counts.set(currency, 0);
  const named = [...counts.keys()].filter((currency) => currency !== '');
  named.sort((a, b) => counts.get(b)! - counts.get(a)! || (a < b ? -1 : 1));
  return counts.has('') ? [...named, ''] : named;
}
