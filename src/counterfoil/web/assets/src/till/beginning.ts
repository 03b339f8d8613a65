// What the page hands over: which till, who stands there, what may be tendered. No secret is in it.

export type Language = 'en' | 'zh';

/** One text in both languages; the type makes a missing one an error of the build. */
export interface Text {
  readonly en: string;
  readonly zh: string;
}

export const TENDERS = ['cash', 'card', 'wechat', 'alipay', 'unionpay_code', 'voucher', 'member_balance', 'other'] as const;
export type Tender = (typeof TENDERS)[number];

export type Verb = 'discount_line' | 'discount_cart' | 'override_price' | 'void' | 'refund';

/** Somebody else who may be asked for a PIN here. */
export interface Second {
  readonly id: string;
  readonly name: string;
  readonly may: readonly Verb[];
}

export interface Beginning {
  readonly language: Language;
  readonly merchant: { readonly id: string; readonly name: string };
  readonly store: { readonly id: string; readonly name: string; readonly address: string };
  readonly terminal: { readonly id: string; readonly name: string };
  readonly operator: { readonly id: string; readonly name: string };
  readonly currency: string;
  /** Digits of the currency's minor unit. */
  readonly digits: number;
  /** The smallest coin, in minor units. */
  readonly cashStep: number;
  readonly zone: string;
  /** The server's clock when it made the page. */
  readonly now: string;
  readonly tenders: readonly Tender[];
  readonly seconds: readonly Second[];
  /** Reasons that are chosen; of the causes why money goes back, the last one wants words. */
  readonly reasons: { readonly causes: readonly Text[]; readonly notPaid: Text; readonly rungUpAnew: Text };
}

export function beginningOf(place: HTMLElement): Beginning {
  return JSON.parse(place.dataset.beginning ?? '{}') as Beginning;
}
