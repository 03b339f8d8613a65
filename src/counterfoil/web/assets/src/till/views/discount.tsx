// The fields of a discount: a share or an amount, and why; on a line, and on the whole sale.
import { useState } from 'preact/hooks';
import type { Discount } from '../basket';
import { Icon, useTill } from '../context';
import { read, readPermille, typed } from '../money';
import { change } from '../ringing';
import { WORDS } from '../words';
import { Dialog } from './dialog';
import { Field } from './parts';

export interface DiscountTyped {
  readonly share: string;
  readonly off: string;
  readonly why: string;
  readonly before: Discount | null;
  readonly set: (more: Partial<Pick<DiscountTyped, 'share' | 'off' | 'why'>>) => void;
}

export function useDiscount(before: Discount | null): DiscountTyped {
  const { till } = useTill();
  const [text, setText] = useState({
    share: before?.permille === undefined ? '' : typed(before.permille, 1),
    off: before?.amount_minor === undefined ? '' : typed(before.amount_minor, till.beginning.digits),
    why: before?.reason ?? '',
  });
  return { ...text, before, set: (more) => setText((now) => ({ ...now, ...more })) };
}

/** Read what was typed: a discount, none, or something that is neither. Whoever allowed the same before still does. */
export function discountOf(told: DiscountTyped, digits: number): Discount | null | 'wrong' {
  const share = told.share.trim();
  const off = told.off.trim();
  if (share === '' && off === '') return null;
  const permille = readPermille(share);
  const minor = read(off, digits);
  const why = told.why.trim();
  if ((share !== '') === (off !== '') || why === '' || (share !== '' && permille === null) || (off !== '' && !minor)) return 'wrong';
  const { before } = told;
  if (before && before.permille === (permille ?? undefined) && before.amount_minor === (minor ?? undefined)) {
    return { ...before, reason: why };
  }
  return { reason: why, ...(permille === null ? {} : { permille }), ...(minor === null ? {} : { amount_minor: minor }) };
}

export function DiscountFields({ title, discount, error, isAlone = false }: { title: string; discount: DiscountTyped; error?: string | undefined; isAlone?: boolean }) {
  const { say } = useTill();
  return (
    <fieldset class="flow flow-2">
      <legend class={isAlone ? 'sr-only' : 'field-label'}>{title}</legend>
      <div class="till-pair">
        <Field label={say(WORDS.percent)} name="share" value={discount.share} change={(share) => discount.set({ share })} numeric />
        <Field label={say(WORDS.orAmount)} name="off" value={discount.off} change={(off) => discount.set({ off })} numeric />
      </div>
      {discount.share.trim() !== '' || discount.off.trim() !== ''
        ? <Field label={say(WORDS.reason)} name="reason" value={discount.why} change={(why) => discount.set({ why })} help={say(WORDS.reasonWhy)} longest={200} />
        : null}
      {error ? <p class="field-error" role="alert"><Icon name="warning" />{error}</p> : null}
    </fieldset>
  );
}

/** The discount on the whole sale. */
export function SaleDiscount({ close }: { close: () => void }) {
  const { till, state, say } = useTill();
  const { basket } = state.kept;
  const discount = useDiscount(basket.discount);
  const [isWrong, setWrong] = useState(false);
  const apply = (event: Event) => {
    event.preventDefault();
    const off = discountOf(discount, till.beginning.digits);
    setWrong(off === 'wrong');
    if (off === 'wrong') return;
    void change(till, { ...basket, discount: off });
    close();
  };
  return (
    <Dialog title={say(WORDS.discountSale)} close={close}>
      <form class="flow" onSubmit={apply}>
        <DiscountFields title={say(WORDS.discountSale)} isAlone discount={discount} error={isWrong ? say(WORDS.badShare) : undefined} />
        <div class="dialog-foot">
          <button class="btn btn-primary" type="submit">{say(WORDS.apply)}</button>
        </div>
      </form>
    </Dialog>
  );
}
