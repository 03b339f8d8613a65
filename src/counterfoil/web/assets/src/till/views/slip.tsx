// The slip on the screen: what the books hold of a sale, as the customer reads it.
import type { LineSeen, Standing } from '../books';
import { nameOf } from '../books';
import { Money, useTill } from '../context';
import { changeIn, rowsOf } from '../tendered';
import { PAYMENT_STATES, TENDER_NAMES, WORDS } from '../words';

interface Given {
  readonly standing: Standing;
  /** Within a frame of somebody else's. */
  readonly isBare?: boolean;
  /** One came out before. */
  readonly isCopy?: boolean;
}

export function Slip({ standing, isBare = false, isCopy = false }: Given) {
  const { till, say, moment } = useTill();
  const { merchant, store, terminal } = till.beginning;
  const { order } = standing;
  const changeMinor = changeIn(order.payments);
  return (
    <article class={isBare ? 'till-slip till-slip-bare' : 'till-slip'} aria-label={say(WORDS.slip)}>
      <header>
        {isCopy ? <p class="till-copy">{say(WORDS.copyMark)}</p> : null}
        <h3><bdi>{merchant.name}</bdi></h3>
        <p><bdi>{store.name}</bdi></p>
        {store.address === '' ? null : <p><bdi>{store.address}</bdi></p>}
        <p class="note">{moment(order.placed_at)}</p>
      </header>
      <ul class="till-slip-lines">
        {order.lines.filter((line) => line.voided_at === null && line.line_kind !== 'discount').map((line) => (
          <li key={line.line_no}>
            <span>{line.line_kind === 'goods' || line.line_kind === 'service' ? `${trimmed(line.quantity)} × ` : ''}<Named standing={standing} line={line} /></span>
            <Money minor={line.amount_minor} />
          </li>
        ))}
        {folded(order.lines.filter((line) => line.voided_at === null && line.line_kind === 'discount').map((line) => ({ ...line, name: nameOf(standing, line).name }))).map((off) => (
          <li key={off.name}><span><bdi>{off.name}</bdi></span><Money minor={-off.minor} /></li>
        ))}
      </ul>
      <p class="till-slip-total"><span>{say(WORDS.total)}</span><Money minor={order.total_minor} /></p>
      <ul class="till-slip-lines">
        {rowsOf(order.payments).map(({ paid, minor }) => (
          <li key={paid.payment_id}>
            <span>
              {say(TENDER_NAMES[paid.tender])}{paid.instrument_tail ? ` ··${paid.instrument_tail}` : ''}
              {paid.kind === 'sale' ? '' : ` (${say(WORDS.backMark)})`}
              {paid.state === 'approved' ? '' : ` (${say(PAYMENT_STATES[paid.state])})`}
            </span>
            <Money minor={minor} />
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

/** What a line is called here, and below it as what it was sold, where that is another name. */
export function Named({ standing, line }: { standing: Standing; line: LineSeen }) {
  const { say } = useTill();
  const { name, sold_as } = nameOf(standing, line);
  return <><bdi>{name}</bdi>{sold_as ? <span class="note block">{say(WORDS.soldAs)} <bdi>{sold_as}</bdi></span> : null}</>;
}

/** What is taken off the whole sale is parted among its lines in the books, and one sum for people. */
export function folded(lines: readonly { readonly name: string | null; readonly sku: string; readonly amount_minor: number }[]) {
  const sums = new Map<string, number>();
  for (const line of lines) {
    const name = line.name ?? line.sku;
    sums.set(name, (sums.get(name) ?? 0) + line.amount_minor);
  }
  return [...sums].map(([name, minor]) => ({ name, minor }));
}

/** A quantity without the zeros that the books keep behind it. */
export function trimmed(quantity: string): string {
  return quantity.includes('.') ? quantity.replace(/\.?0+$/, '') : quantity;
}
