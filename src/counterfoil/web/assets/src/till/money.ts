// Money as whole minor units. It is read from and written as digits; no fraction of a number ever stands for it.

/** What is above this nobody pays at a till, and no sum of it loses a digit. */
const MINOR_MAX = 1_000_000_000_000;
const NOTES = [1, 5, 10, 20, 50, 100, 200, 500, 1000];
const QUICK_MAX = 5;

function decimal(minor: number, digits: number): `${number}` {
  const sign = minor < 0 ? '-' : '';
  const figures = String(Math.abs(minor)).padStart(digits + 1, '0');
  const whole = figures.slice(0, figures.length - digits);
  const rest = digits > 0 ? `.${figures.slice(-digits)}` : '';
  return `${sign}${whole}${rest}` as `${number}`;
}

/** Write an amount with the groups of a language and the digits of its currency. */
export function written(minor: number, digits: number, locale: string): string {
  const format = new Intl.NumberFormat(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return format.format(decimal(minor, digits)).replace('-', '−');
}

/** Write an amount as somebody would type it. */
export function typed(minor: number, digits: number): string {
  return decimal(minor, digits);
}

/** Read what somebody typed; null where it is no amount of this currency. */
export function read(text: string, digits: number): number | null {
  const parts = /^(\d{1,12})(?:[.．。](\d*))?$/.exec(text.trim());
  const whole = parts?.[1];
  const rest = parts?.[2] ?? '';
  if (whole === undefined || rest.length > digits) return null;
  const minor = Number(whole + rest.padEnd(digits, '0'));
  return minor <= MINOR_MAX ? minor : null;
}

/** Read a share in per cent, as thousandths; null where it is none between 0.1 and 100. */
export function readPermille(text: string): number | null {
  const permille = read(text, 1);
  return permille !== null && permille >= 1 && permille <= 1000 ? permille : null;
}

/** Say what a customer is likely to hand over for an amount, the smallest first; the amount itself is not among it. */
export function quickCash(due: number, digits: number): readonly number[] {
  const unit = Number(`1${'0'.repeat(digits)}`);
  const rounded = NOTES.map((note) => {
    const step = note * unit;
    return due - (due % step) + (due % step > 0 ? step : 0);
  });
  return [...new Set(rounded)].filter((amount) => amount > due).sort((a, b) => a - b).slice(0, QUICK_MAX);
}
