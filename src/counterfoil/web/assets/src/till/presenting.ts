// What a reader or a scanner types when a customer presents a card or a code. It is sent, and never kept or shown.
import type { Tender } from './beginning';
import type { Presented } from './books';

/** The second track of a magnetic stripe, as a reader types it (ISO/IEC 7813): number, separator, expiry as YYMM. */
const TRACK_TWO = /^;?(\d{12,19})[=D](\d{4})\d*\??$/;
const DIGITS = /^\d{12,19}$/;

/** Read what was presented; null where it is nothing. */
export function presentedFrom(tender: Tender, typed: string): Presented | null {
  const text = typed.trim();
  if (text === '') return null;
  if (tender !== 'card') return { entry: 'code', number: text };
  const track = TRACK_TWO.exec(text);
  if (track?.[1] && track[2]) return { entry: text.startsWith(';') ? 'swiped' : 'keyed', number: track[1], expiry: track[2] };
  return { entry: DIGITS.test(text) ? 'keyed' : 'token', number: text };
}
