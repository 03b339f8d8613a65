// The lines of the basket, with what each costs; and the dialog in which one of them is changed.
import { useState } from 'preact/hooks';
import type { BasketLine } from '../basket';
import { isQuantity, withLine, withoutLine } from '../basket';
import type { Line } from '../books';
import { signed } from '../books';
import { Icon, Money, useTill } from '../context';
import { read, typed } from '../money';
import { change } from '../ringing';
import { WORDS } from '../words';
import { Dialog } from './dialog';
import { DiscountFields, discountOf, useDiscount } from './discount';
import { Field } from './parts';
import { folded } from './slip';

/** How the server names the parts of a discount on the whole sale. */
const OF_SALE = 'cart-discount';

/** The line that is being changed; `isWeighed`: because it has no weight yet. */
export interface Edited {
  readonly place: number;
  readonly isWeighed: boolean;
}

interface Given {
  readonly edited: Edited | null;
  readonly edit: (edited: Edited | null) => void;
  readonly chosen: number;
  readonly choose: (place: number) => void;
  readonly tell: (text: string) => void;
}

export function Lines({ chosen, choose, tell, edited, edit }: Given) {
  const { till, state, say } = useTill();
  const { basket } = state.kept;
  const priced = state.priced?.lines ?? [];
  const others = priced.slice(basket.lines.length);
  const isRinging = state.stage.at === 'ringing';
  const missing = state.priced?.why_not?.code === 'price_missing' ? state.priced.why_not.line_no : null;
  const line = edited === null ? undefined : basket.lines[edited.place];
  if (basket.lines.length === 0) {
    return (
      <div class="nothing">
        <span class="nothing-sign"><Icon name="till" /></span>
        <h3>{say(WORDS.emptyBasket)}</h3>
        <p>{say(WORDS.emptyBasketHelp)}</p>
      </div>
    );
  }
  const step = (place: number, one: BasketLine, by: number) => {
    choose(place);
    const pieces = Number(one.quantity) + by;
    void change(till, pieces < 1 ? withoutLine(basket, place) : withLine(basket, place, { ...one, quantity: String(pieces) }));
  };
  return (
    <>
      <ol class={isRinging ? 'till-lines' : 'till-lines till-lines-still'} aria-label={say(WORDS.basket)}>
        {basket.lines.map((one, place) => (
          <li key={place} class="till-line" aria-current={place === chosen ? 'true' : undefined} onClick={() => choose(place)}>
            <div class="till-line-what">
              <p class="till-line-name"><bdi>{one.name}</bdi></p>
              <Below line={one} priced={priced[place]} />
            </div>
            <div class="till-line-many">
              {one.sold_by === 'piece' && isRinging
                ? <button class="btn btn-sm till-step" type="button" aria-label={say(WORDS.fewer, { name: one.name })} onClick={() => step(place, one, -1)}>−</button>
                : null}
              <span class="till-line-quantity">{one.quantity}{one.sold_by === 'weight' ? ` ${say(WORDS.kg)}` : ''}</span>
              {one.sold_by === 'piece' && isRinging
                ? <button class="btn btn-sm till-step" type="button" aria-label={say(WORDS.more, { name: one.name })} onClick={() => step(place, one, 1)}>+</button>
                : null}
            </div>
            <span class="till-line-amount">{priced[place] ? <Money minor={priced[place].amount_minor} /> : <span class="bone" />}</span>
            {isRinging
              ? <button class="btn btn-sm btn-quiet" type="button" aria-label={say(WORDS.change, { name: one.name })} onClick={() => { choose(place); edit({ place, isWeighed: false }); }}><Icon name="pencil" /></button>
              : null}
          </li>
        ))}
        {others.filter((one) => one.sku !== OF_SALE).map((one, place) => (
          <li key={`other-${place}`} class="till-line till-line-other">
            <div class="till-line-what"><p><bdi>{one.name}</bdi>{one.of_line_no === null ? null : <span class="note"> · <bdi>{priced[one.of_line_no - 1]?.name}</bdi></span>}</p>
              {one.reason === null ? null : <p class="note">{one.reason}</p>}</div>
            <span class="till-line-amount"><Money minor={signed(one)} /></span>
          </li>
        ))}
        {folded(others.filter((one) => one.sku === OF_SALE)).map((off) => (
          <li key={off.name} class="till-line till-line-other">
            <div class="till-line-what"><p><bdi>{off.name}</bdi></p><p class="note">{basket.discount?.reason}</p></div>
            <span class="till-line-amount"><Money minor={-off.minor} /></span>
          </li>
        ))}
      </ol>
      {line && edited
        ? <LineDialog line={line} place={edited.place} close={() => edit(null)} tell={tell} needs={edited.isWeighed ? 'weight' : null} />
        : missing !== null && basket.lines[missing - 1]
          ? <LineDialog key="missing" line={basket.lines[missing - 1] as BasketLine} place={missing - 1} close={() => edit(null)} tell={tell} needs="price" />
          : null}
    </>
  );
}

/** What stands below a name: its price, or that it is another one. */
function Below({ line, priced }: { line: BasketLine; priced: Line | undefined }) {
  const { say, amount } = useTill();
  const unit = priced?.unit_price_minor;
  if (unit === null || unit === undefined) return null;
  const text = say(line.sold_by === 'weight' ? WORDS.perKg : WORDS.each, { amount: amount(unit) });
  return (
    <p class="note">
      {text}
      {line.override && priced?.list_price_minor !== null && priced?.list_price_minor !== undefined
        ? <> · {say(WORDS.otherPrice)} <s>{amount(priced.list_price_minor)}</s></>
        : null}
    </p>
  );
}

interface Changed {
  readonly line: BasketLine;
  readonly place: number;
  readonly close: () => void;
  readonly tell: (text: string) => void;
  /** What it cannot be sold without: who does not say it takes the line out again. */
  readonly needs: 'price' | 'weight' | null;
}

function LineDialog({ line, place, close, tell, needs }: Changed) {
  const { till, state, say } = useTill();
  const { digits } = till.beginning;
  const { basket } = state.kept;
  const isPriceMissing = needs === 'price';
  const [quantity, setQuantity] = useState(needs === 'weight' ? '' : line.quantity);
  const [price, setPrice] = useState(line.override ? typed(line.override.price_minor, digits) : '');
  const [why, setWhy] = useState(line.override?.reason ?? '');
  const [errors, setErrors] = useState<{ quantity?: string; price?: string; why?: string; discount?: string }>({});
  const discount = useDiscount(line.discount);
  const apply = (event: Event) => {
    event.preventDefault();
    const minor = price.trim() === '' ? null : read(price, digits);
    const off = discountOf(discount, digits);
    const wrong = {
      ...(isQuantity(quantity.trim(), line.sold_by) ? {} : { quantity: say(WORDS.badQuantity) }),
      ...((price.trim() !== '' || isPriceMissing) && minor === null ? { price: say(WORDS.badAmount, { example: typed(1250, digits) }) } : {}),
      ...(minor !== null && !isPriceMissing && why.trim() === '' ? { why: say(WORDS.priceReason) } : {}),
      ...(off === 'wrong' ? { discount: say(WORDS.badShare) } : {}),
    };
    setErrors(wrong);
    if (Object.keys(wrong).length > 0 || off === 'wrong') return;
    const isSamePrice = minor !== null && minor === line.override?.price_minor;
    const override = minor === null ? null : isSamePrice ? line.override
      : { price_minor: minor, reason: why.trim() || say(WORDS.price) };
    void change(till, withLine(basket, place, { ...line, quantity: quantity.trim(), override, discount: off }));
    close();
  };
  const takeOut = () => {
    tell(say(WORDS.takenOut, { name: line.name }));
    void change(till, withoutLine(basket, place));
    close();
  };
  return (
    <Dialog title={line.name} close={needs === null ? close : takeOut}>
      <form class="flow" onSubmit={apply}>
        {needs === null ? null : <p>{say(isPriceMissing ? WORDS.priceNeeded : WORDS.weightNeeded)}</p>}
        <Field label={say(line.sold_by === 'weight' ? WORDS.weightKg : WORDS.quantity)} name="quantity" value={quantity} change={setQuantity} numeric error={errors.quantity} isFirst={!isPriceMissing} />
        <Field label={say(isPriceMissing ? WORDS.price : WORDS.otherPrice)} name="price" value={price} change={setPrice} numeric error={errors.price} isFirst={isPriceMissing} />
        {price.trim() !== '' && !isPriceMissing
          ? <Field label={say(WORDS.reason)} name="why" value={why} change={setWhy} help={say(WORDS.reasonWhy)} error={errors.why} longest={200} />
          : null}
        <DiscountFields title={say(WORDS.discountLine)} discount={discount} error={errors.discount} />
        <div class="dialog-foot">
          <button class="btn btn-error" type="button" onClick={takeOut}><Icon name="bin" />{say(WORDS.takeOut)}</button>
          <button class="btn btn-primary" type="submit">{say(WORDS.apply)}</button>
        </div>
      </form>
    </Dialog>
  );
}

