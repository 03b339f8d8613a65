// The slip on the screen: what the books hold of a sale, as the customer reads it.
import type { Standing } from '../books';
import { signed } from '../books';
import { Money, useTill } from '../context';
import { PAYMENT_STATES, TENDER_NAMES, WORDS } from '../words';

export function Slip({ standing, changeMinor = 0 }: { standing: Standing; changeMinor?: number }) {
  const { till, say, moment } = useTill();
  const { merchant, store, terminal } = till.beginning;
  const { order } = standing;
  return (
    <article class="till-slip" aria-label={say(WORDS.slip)}>
      <header>
        <h3><bdi>{merchant.name}</bdi></h3>
        <p><bdi>{store.name}</bdi></p>
        {store.address === '' ? null : <p><bdi>{store.address}</bdi></p>}
        <p class="note">{moment(order.placed_at)}</p>
      </header>
      <ul class="till-slip-lines">
        {order.lines.filter((line) => line.voided_at === null).map((line) => (
          <li key={line.line_no}>
            <span>{line.line_kind === 'goods' || line.line_kind === 'service' ? `${trimmed(line.quantity)} × ` : ''}<bdi>{line.name ?? line.sku}</bdi></span>
            <Money minor={signed(line)} />
          </li>
        ))}
      </ul>
      <p class="till-slip-total"><span>{say(WORDS.total)}</span><Money minor={order.total_minor} /></p>
      <ul class="till-slip-lines">
        {order.payments.map((paid) => (
          <li key={paid.payment_id}>
            <span>
              {say(TENDER_NAMES[paid.tender])}{paid.instrument_tail ? ` ··${paid.instrument_tail}` : ''}
              {paid.state === 'approved' ? '' : ` (${say(PAYMENT_STATES[paid.state])})`}
            </span>
            <Money minor={paid.kind === 'sale' ? paid.amount_minor : -paid.amount_minor} />
          </li>
        ))}
        {changeMinor > 0 ? <li><span>{say(WORDS.changeWillBe)}</span><Money minor={changeMinor} /></li> : null}
      </ul>
      <footer class="note">
        <p>{say(WORDS.order)} <code>{order.order_id}</code></p>
        <p>{say(WORDS.till)} <bdi>{terminal.name}</bdi> · {say(WORDS.operator)} {order.operator_id}</p>
        <p>{say(WORDS.thanks)}</p>
      </footer>
    </article>
  );
}

/** A quantity without the zeros that the books keep behind it. */
export function trimmed(quantity: string): string {
  return quantity.includes('.') ? quantity.replace(/\.?0+$/, '') : quantity;
}
