// Asks the server, and says of each answer what it means: done, refused, signed out, or that nobody knows.
import type { GivenBack, Item, Like, Presented, Priced, Sale, SlipSeen, Standing, Tendered } from './books';
import type { Basket } from './basket';

/** One "no": what happened, what it means, what to do. */
export interface No {
  readonly code: string;
  readonly happened: string;
  readonly means: string;
  readonly todo?: string;
  readonly facts?: Readonly<Record<string, string | number | boolean>>;
}

export type Answer<T> =
  | { readonly is: 'ok'; readonly value: T }
  /** It was refused, and nothing was done. */
  | { readonly is: 'no'; readonly status: number; readonly no: No }
  /** Somebody has to sign in, or to open the page anew. */
  | { readonly is: 'out'; readonly no: No }
  /** No answer, or one that decides nothing: ask again, unchanged. */
  | { readonly is: 'gone'; readonly no: No | null };

const LOOK_MS_MAX = 10_000;
/** An acquirer has 45 seconds; after that the answer is in the books, and asked for there. */
const MONEY_MS_MAX = 70_000;
const FORM_OLD = 419;

export interface MoneyBack {
  readonly payment_id: string;
  readonly reason: string;
  readonly consent: { readonly staff_id: string; readonly pin: string };
  readonly amount_minor: number | null;
  readonly lines: readonly { readonly line_no: number; readonly quantity: string }[];
  /** Equal sales that went back before, where every one of them was brought back, or is another customer's. */
  readonly also_back: readonly string[];
}

export interface Offer {
  readonly sale: Sale;
  readonly presented: Readonly<Record<string, Presented>>;
  /** By person: the proof of their consent. */
  readonly consents: Readonly<Record<string, string>>;
}

function token(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? '';
}

async function noOf(answer: Response): Promise<No | null> {
  try {
    const told = (await answer.json()) as Partial<No>;
    return typeof told.code === 'string' && typeof told.happened === 'string' ? (told as No) : null;
  } catch {
    return null;
  }
}

async function ask<T>(method: string, path: string, body?: unknown, msMax = LOOK_MS_MAX): Promise<Answer<T>> {
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), msMax);
  try {
    const answer = await fetch(`/till/data/${path}`, {
      method,
      headers: { Accept: 'application/json', 'Content-Type': 'application/json', 'X-CSRF-Token': token() },
      body: body === undefined ? null : JSON.stringify(body),
      cache: 'no-store',
      redirect: 'error',
      signal: patience.signal,
    });
    if (answer.ok) return { is: 'ok', value: (await answer.json()) as T };
    const no = await noOf(answer);
    // What does not word itself is not ours: a proxy's page decides nothing.
    if (no === null || answer.status >= 500 || answer.status === 429) return { is: 'gone', no };
    if (answer.status === 401 || answer.status === FORM_OLD) return { is: 'out', no };
    return { is: 'no', status: answer.status, no };
  } catch {
    return { is: 'gone', no: null };
  } finally {
    clearTimeout(timer);
  }
}

const within = encodeURIComponent;

export const server = {
  item: (code: string) => ask<Item>('GET', `item?code=${within(code)}`),
  items: (words: string) => ask<Item[]>('GET', `items?words=${within(words)}`),
  price: (basket: Basket) => ask<Priced>('POST', 'basket', basket),
  consent: (orderId: string, staffId: string, pin: string, basket: Basket) =>
    ask<{ proof: string; basket: Priced }>('POST', 'consents', { order_id: orderId, staff_id: staffId, pin, basket }),
  alike: (offer: Offer) => ask<Like[]>('POST', 'resemblances', offer),
  sell: (offer: Offer) => ask<Standing>('POST', 'sales', offer, MONEY_MS_MAX),
  see: (orderId: string) => ask<Standing>('GET', `sales/${within(orderId)}`),
  numbered: (number: string) => ask<Standing[]>('GET', `sales?number=${within(number)}`),
  tender: (orderId: string, tender: Tendered, presented: Presented | null) =>
    ask<Standing>('POST', `sales/${within(orderId)}/tenders`, { tender, presented }, MONEY_MS_MAX),
  parked: () => ask<Standing[]>('GET', 'parked'),
  park: (orderId: string) => ask<Standing>('POST', `sales/${within(orderId)}/parking`),
  recall: (orderId: string) => ask<Standing>('DELETE', `sales/${within(orderId)}/parking`),
  giveUp: (orderId: string, reason: string) =>
    ask<Standing>('POST', `sales/${within(orderId)}/cancellation`, { reason }),
  slips: (orderId: string) => ask<SlipSeen[]>('GET', `sales/${within(orderId)}/slips`),
  tellSlip: (orderId: string, event: 'printed' | 'failed', fault: string | null) =>
    ask<SlipSeen[]>('POST', `sales/${within(orderId)}/slips`, { event, fault }),
  latest: () => ask<Standing[]>('GET', 'latest'),
  askBank: (paymentId: string) => ask<Standing>('POST', `payments/${within(paymentId)}/inquiries`, undefined, MONEY_MS_MAX),
  giveBack: (paymentId: string, asked: MoneyBack) =>
    ask<GivenBack>('POST', `payments/${within(paymentId)}/undo`, asked, MONEY_MS_MAX),
};
