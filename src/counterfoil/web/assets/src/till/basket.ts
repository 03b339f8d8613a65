// The basket as the cashier changes it. What it costs, the server says: prices are nobody's arithmetic but the shop's.
import type { Verb } from './beginning';
import type { Item } from './books';

export interface Discount {
  readonly permille?: number;
  readonly amount_minor?: number;
  readonly reason: string;
  readonly authoriser_id?: string;
}

export interface Override {
  readonly price_minor: number;
  readonly reason: string;
  readonly authoriser_id?: string;
}

export interface BasketLine {
  readonly sku: string;
  /** Pieces or kilograms, as a decimal. */
  readonly quantity: string;
  readonly entry: 'scanned' | 'keyed' | 'touched';
  /** Of a scale's label: what was scanned, and what is printed on the piece. */
  readonly code: string | null;
  readonly labelled_minor: number | null;
  readonly override: Override | null;
  readonly discount: Discount | null;
  /** For the screen, until the server has priced it. */
  readonly name: string;
  readonly sold_by: 'piece' | 'weight';
}

export interface Basket {
  readonly lines: readonly BasketLine[];
  readonly discount: Discount | null;
}

export const EMPTY: Basket = { lines: [], discount: null };

const WHOLE = /^[1-9]\d{0,5}$/;
const WEIGHT = /^\d{1,6}(\.\d{1,4})?$/;

/** Say whether so much of it can be entered. */
export function isQuantity(text: string, soldBy: 'piece' | 'weight'): boolean {
  return soldBy === 'piece' ? WHOLE.test(text) : WEIGHT.test(text) && /[1-9]/.test(text);
}

/** Put an item in; more of a plain line is the same line. Returns the basket and the place of the line. */
export function withItem(
  basket: Basket, item: Item, code: string, entry: BasketLine['entry'], pieces: number,
): { readonly basket: Basket; readonly place: number } {
  const isPlain = item.sold_by === 'piece' && item.labelled_minor === null;
  const place = isPlain
    ? basket.lines.findIndex((line) => line.sku === item.sku && !line.override && !line.discount && line.labelled_minor === null)
    : -1;
  const there = basket.lines[place];
  if (there) {
    const more = { ...there, quantity: String(Number(there.quantity) + pieces) };
    return { basket: withLine(basket, place, more), place };
  }
  const line: BasketLine = {
    sku: item.sku,
    quantity: isPlain ? String(pieces) : item.quantity,
    entry,
    code: item.labelled_minor === null ? null : code,
    labelled_minor: item.labelled_minor,
    override: null,
    discount: null,
    name: item.name,
    sold_by: item.sold_by,
  };
  return { basket: { ...basket, lines: [...basket.lines, line] }, place: basket.lines.length };
}

export function withLine(basket: Basket, place: number, line: BasketLine): Basket {
  return { ...basket, lines: basket.lines.map((one, at) => (at === place ? line : one)) };
}

export function withoutLine(basket: Basket, place: number): Basket {
  const lines = basket.lines.filter((_, at) => at !== place);
  return { lines, discount: lines.length > 0 ? basket.discount : null };
}

/** What a basket gives away that nobody else has allowed yet. */
export function unallowed(basket: Basket): readonly Verb[] {
  const isOpen = (given: { readonly authoriser_id?: string } | null): boolean => given !== null && given.authoriser_id === undefined;
  return [
    ...(basket.lines.some((line) => isOpen(line.discount)) ? ['discount_line' as const] : []),
    ...(isOpen(basket.discount) ? ['discount_cart' as const] : []),
    ...(basket.lines.some((line) => isOpen(line.override)) ? ['override_price' as const] : []),
  ];
}

/** Name somebody as having allowed everything that nobody is named for yet. */
export function allowedBy(basket: Basket, staffId: string): Basket {
  const named = <T extends { readonly authoriser_id?: string }>(given: T | null): T | null =>
    given && given.authoriser_id === undefined ? { ...given, authoriser_id: staffId } : given;
  return {
    lines: basket.lines.map((line) => ({ ...line, override: named(line.override), discount: named(line.discount) })),
    discount: named(basket.discount),
  };
}
