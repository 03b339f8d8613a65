// The slip on the screen: what the books say stands on it, as the customer reads it. The server lays it out, for the desk too.
import type { LineSeen, Paper, SlipRow, Standing } from '../books';
import { nameOf } from '../books';
import { Money, useTill } from '../context';
import { WORDS } from '../words';

interface Given {
  readonly standing: { readonly slip?: Paper };
  /** Within a frame of somebody else's. */
  readonly isBare?: boolean;
  /** One came out before. */
  readonly isCopy?: boolean;
  /** Something is due: whoever reads the paper must not take it for paid. */
  readonly isUnpaid?: boolean;
}

export function Slip({ standing, isBare = false, isCopy = false, isUnpaid = false }: Given) {
  const { say, moment } = useTill();
  const { slip } = standing;
  // A browser that was updated in the middle of a sale asks the books again in a moment.
  if (!slip) return null;
  const { place } = slip;
  // What was paid and went back is nothing paid.
  const isBegun = slip.paid.reduce((sum, row) => sum + row.amount_minor, 0) > 0;
  return (
    <article class={isBare ? 'slip slip-bare' : 'slip'} aria-label={say(WORDS.slip)}>
      <header>
        {isCopy ? <p class="slip-copy">{say(WORDS.copyMark)}</p> : null}
        {isUnpaid ? <p class="slip-copy">{say(isBegun ? WORDS.partPaidMark : WORDS.unpaidMark)}</p> : null}
        <h3><bdi>{place.merchant}</bdi></h3>
        <p><bdi>{place.store}</bdi></p>
        {place.address === '' ? null : <p><bdi>{place.address}</bdi></p>}
        <p class="note">{moment(slip.placed_at)}</p>
      </header>
      <Rows rows={slip.lines} />
      <p class="slip-total"><span>{say(WORDS.total)}</span><Money minor={slip.total_minor} /></p>
      {slip.taxes.length > 0 ? <Rows rows={slip.taxes} isNote /> : null}
      {slip.paid.length > 0 ? <Rows rows={slip.paid} /> : null}
      <footer class="note">
        <p>{say(WORDS.number)} <strong class="slip-number">{slip.number}</strong></p>
        <p>{say(WORDS.till)} <bdi>{place.terminal}</bdi></p>
        <p>{say(WORDS.operator)} <bdi>{place.operator}</bdi></p>
        <p>{say(WORDS.thanks)}</p>
      </footer>
    </article>
  );
}

/** What a line is called here, and below it as what it was sold, where that is another name. */
export function Named({ standing, line }: { standing: Standing; line: LineSeen }) {
  const { name, sold_as } = nameOf(standing, line);
  return <Called name={name} soldAs={sold_as} />;
}

function Called({ name, soldAs }: { name: string; soldAs: string | null }) {
  const { say } = useTill();
  return <><bdi>{name}</bdi>{soldAs ? <span class="note block">{say(WORDS.soldAs)} <bdi>{soldAs}</bdi></span> : null}</>;
}

function Rows({ rows, isNote = false }: { rows: readonly SlipRow[]; isNote?: boolean }) {
  const { say } = useTill();
  return (
    <ul class={isNote ? 'slip-taxes note' : 'slip-rows'}>
      {rows.map((row, place) => (
        <li key={place}>
          <span>{row.quantity === null ? null : `${row.quantity}${row.is_weighed ? ` ${say(WORDS.kg)}` : ''} × `}<Called name={row.label} soldAs={row.sold_as} /><Each row={row} /></span>
          <Money minor={row.amount_minor} />
        </li>
      ))}
    </ul>
  );
}

/** For how much a piece, or a kilogram. */
function Each({ row }: { row: SlipRow }) {
  const { say, amount } = useTill();
  if (row.unit_price_minor === null) return null;
  return <small class="slip-each">{say(row.is_weighed ? WORDS.perKg : WORDS.each, { amount: amount(row.unit_price_minor) })}</small>;
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
