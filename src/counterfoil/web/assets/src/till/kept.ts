// What this browser keeps of the sale at hand: enough to go on after a reload, a crash or a power cut. It is written
// down before anything is sent. No PIN, no card and no payment code is part of it.
import type { Basket } from './basket';
import { EMPTY } from './basket';
import type { Sale, Standing, Tendered } from './books';

const FORM = 1;

export interface Kept {
  readonly form: typeof FORM;
  /** Made when the sale begins; the same on every retry. */
  readonly orderId: string;
  readonly basket: Basket;
  /** By person: the proof that they allowed something. */
  readonly consents: Readonly<Record<string, string>>;
  /** The cashier was asked, and said that it is a genuine repeat of this order; it holds for this basket as it is. */
  readonly repeatOf: string | null;
  /** The sale as it was sent first; it never changes after that. */
  readonly offer: Sale | null;
  /** The tender that is on its way for a sale that is in the books. */
  readonly tender: Tendered | null;
  /** How the books have it, as far as is known. */
  readonly standing: Standing | null;
  /** What goes back to the customer of the cash that was handed over. */
  readonly changeMinor: number;
}

export function begun(orderId: string): Kept {
  return {
    form: FORM, orderId, basket: EMPTY, consents: {}, repeatOf: null,
    offer: null, tender: null, standing: null, changeMinor: 0,
  };
}

/** Whether nothing would be lost with it. */
export function isBlank(kept: Kept): boolean {
  return kept.basket.lines.length === 0 && kept.offer === null && kept.standing === null;
}

export interface Memory {
  load(): Kept | null;
  /** False where this browser keeps nothing: then nothing may be sent. */
  save(kept: Kept): boolean;
}

export function memoryOf(merchantId: string, terminalId: string): Memory {
  const name = `counterfoil.till.${merchantId}.${terminalId}`;
  return {
    load() {
      try {
        const found = JSON.parse(localStorage.getItem(name) ?? 'null') as Kept | null;
        return found?.form === FORM ? found : null;
      } catch {
        return null;
      }
    },
    save(kept) {
      try {
        localStorage.setItem(name, JSON.stringify(kept));
        return localStorage.getItem(name) !== null;
      } catch {
        return false;
      }
    },
  };
}

/** So soon a page that is being reloaded lets go; who waits longer is told so. */
const TOLD_AFTER_MS = 1500;

/** Hold this till in this tab alone, however long that takes; `waits` is called where it does not come at once. */
export async function heldAlone(merchantId: string, terminalId: string, waits: () => void): Promise<void> {
  // Browsers have locks only where the address is safe; elsewhere the books alone keep one sale one sale.
  if (!('locks' in navigator)) return;
  const name = `counterfoil.till.${merchantId}.${terminalId}`;
  const timer = setTimeout(waits, TOLD_AFTER_MS);
  await new Promise<void>((held) => {
    const hold = () => {
      clearTimeout(timer);
      held();
      return new Promise<never>(() => undefined);
    };
    // A lock that cannot be had is waited for: nobody knows then who else is at this till.
    navigator.locks.request(name, hold).catch(() => undefined);
  });
}
