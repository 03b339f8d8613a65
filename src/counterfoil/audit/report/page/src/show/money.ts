// Money for people, from integer minor units; no floating-point number ever holds an amount that is shown.

/** The digits of an amount, grouped: `1,234.50`. */
export function digits(minor: bigint, scale: number): string {
  const negative = minor < 0n;
  const text = (negative ? -minor : minor).toString().padStart(scale + 1, '0');
  const whole = text.slice(0, text.length - scale).replace(/\B(?=(\d{3})+(?!\d))/g, ',');
  return `${negative ? '−' : ''}${whole}${scale ? `.${text.slice(-scale)}` : ''}`;
}

/** `CNY 1,234.50`; without a currency the bare minor units. */
export function money(minor: bigint, currency: string | null, scales: Record<string, number>): string {
  if (currency === null) return minor.toString();
  return `${currency} ${digits(minor, scales[currency] ?? 2)}`;
}

/** Whole units as a number, good enough for the height of a bar and for nothing else. */
export function height(minor: bigint, currency: string, scales: Record<string, number>): number {
  return Number(minor) / 10 ** (scales[currency] ?? 2);
}

/** `1,234`. */
export function count(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+(?!\d))/g, ',');
}

/** An amount in a row of a book: text of minor units, or nothing that can be read as such. */
export function minorOf(value: unknown): bigint | null {
  if (typeof value === 'string' && /^-?\d{1,30}$/.test(value)) return BigInt(value);
  if (typeof value === 'number' && Number.isInteger(value)) return BigInt(value);
  return null;
}
