// Two subjects side by side, with the fields that differ marked and the equal ones counted.
import { useShared } from '../app';
import { Subject } from '../parts/marks';
import type { Moment } from '../data/timelines';
import { count } from '../show/money';
import { subjectOf } from '../show/key';
import { decimal } from './events';
import { currencyOf, valueText } from './fields';

const TABLE_OF: Record<string, string> = {
  order: 'orders',
  payment: 'payments',
  acquirer_record: 'acquirer_records',
  return: 'returns',
  slip: 'slips',
  notice: 'notices',
};

interface Side {
  row: Record<string, unknown>;
  offset: number;
}

/** The row that a subject names, with its lines where it has some. */
function sideOf(subject: string, moments: Moment[], say: (moment: Moment) => string): Side | null {
  const { kind, id } = subjectOf(subject);
  const found = moments.find((moment) => moment.table === TABLE_OF[kind] && moment.id === id);
  if (!found) return null;
  const lines = moments.filter((moment) => moment.table === 'order_lines' && moment.row['order_id'] === id);
  const row = { ...found.row };
  if (kind === 'order' && lines.length) row['lines'] = lines.map(say).sort().join('; ');
  return { row, offset: found.offset ?? 0 };
}

interface Props {
  subject: string;
  other: string;
  moments: Moment[];
  currency: string | null;
}

export function Twins({ subject, other, moments, currency }: Props) {
  const shared = useShared();
  const { words } = shared;
  const say = ({ row }: Moment): string => {
    const amount = valueText(shared, 'amount_minor', row['amount_minor'], 0, currencyOf(row, currency));
    return `${decimal(String(row['quantity']))} × ${String(row['name'] ?? row['sku'])} ${amount}`;
  };
  const one = sideOf(subject, moments, say);
  const two = sideOf(other, moments, say);
  if (!one || !two) return null;
  const columns = [...new Set([...Object.keys(one.row), ...Object.keys(two.row)])];
  const text = ({ row, offset }: Side, column: string) =>
    valueText(shared, column, row[column], offset, currencyOf(row, currency));
  const differing = columns.filter((column) => String(one.row[column]) !== String(two.row[column]));
  const equal = columns.filter((column) => !differing.includes(column));
  return (
    <section class="panel" aria-labelledby="twins">
      <h2 id="twins">{words.t('twins.title')}</h2>
      <p class="sub">{words.t('twins.sub')}</p>
      <div class="scroll" tabIndex={0} role="region" aria-label={words.t('table.of', { title: words.t('twins.title') })}>
        <table class="twins">
          <thead>
            <tr>
              <td />
              <th scope="col">
                <span class="twin twin-this">{words.t('twins.this')}</span> <Subject subject={subject} />
              </th>
              <th scope="col">
                <span class="twin twin-other">{words.t('twins.other')}</span> <Subject subject={other} />
              </th>
            </tr>
          </thead>
          <tbody>
            {differing.map((column) => (
              <tr key={column} class="differs">
                <th scope="row" title={column}>
                  {words.book('column', column)}
                </th>
                <td title={String(one.row[column] ?? '')}>{text(one, column) || '—'}</td>
                <td title={String(two.row[column] ?? '')}>{text(two, column) || '—'}</td>
              </tr>
            ))}
          </tbody>
          <tbody class="equal">
            {equal.map((column) => (
              <tr key={column}>
                <th scope="row" title={column}>
                  {words.book('column', column)}
                </th>
                <td colSpan={2} title={String(one.row[column] ?? '')}>
                  {text(one, column)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p class="note">
        {equal.length === 1 ? words.t('twins.equal.one') : words.t('twins.equal', { n: count(equal.length) })}
      </p>
    </section>
  );
}
