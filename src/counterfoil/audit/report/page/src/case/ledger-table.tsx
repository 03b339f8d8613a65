// The ledger itself: time runs down, each book has its column; on a narrow screen the columns become labels.
import { useShared } from '../app';
import { Money } from '../parts/marks';
import { shortId } from '../show/key';
import { localTime, span } from '../show/time';
import type { Key, Words } from '../words/words';
import { amountOf, detailsOf, titleOf } from './events';
import { Fields } from './fields';
import type { Entry, Ledger, Line, Missing } from './ledger';

export function spanText(ms: number, words: Words): string {
  return span(ms)
    .map(([n, unit]) => words.t(`span.${unit}`, { n }))
    .join(words.t('span.join'));
}

export function LedgerTable({ ledger, currency }: { ledger: Ledger; currency: string | null }) {
  const { words } = useShared();
  const { lanes, lines } = ledger;
  let day = '';
  return (
    <div class="ledger-box" tabIndex={0} role="region" aria-label={words.t('table.of', { title: words.t('ledger.title') })}>
      <table class="ledger" style={{ '--lanes': lanes.length }}>
        <thead>
          <tr>
            <th scope="col">{words.t('ledger.time')}</th>
            {lanes.map((lane) => (
              <th key={lane} scope="col">
                {words.t(`lane.${lane}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {lines.map((line, place) => {
            const today = line.at === null ? day : localTime(line.at, line.offset, 'day');
            const fresh = today !== day;
            day = today;
            return <LedgerLine key={place} {...{ line, lanes, currency }} day={fresh ? today : ''} />;
          })}
        </tbody>
      </table>
    </div>
  );
}

interface LineProps {
  line: Line;
  lanes: Ledger['lanes'];
  day: string;
  currency: string | null;
}

function LedgerLine({ line, lanes, day, currency }: LineProps) {
  const { words } = useShared();
  return (
    <>
      {line.gap > 0 && (
        <tr class="gap">
          <th scope="row">
            <span>{words.t('ledger.later', { span: spanText(line.gap, words) })}</span>
          </th>
          {lanes.map((lane) => (
            <td key={lane} />
          ))}
        </tr>
      )}
      <tr class={line.at === null ? 'ghost' : ''}>
        <th scope="row">
          {day && <span class="ledger-day">{day}</span>}
          {line.at === null ? (
            <span class="ledger-clock">—</span>
          ) : (
            <span class="ledger-clock">{localTime(line.at, line.offset, 'clock')}</span>
          )}
        </th>
        {lanes.map((lane) => {
          const missing = line.missing.filter((one) => one.lane === lane);
          const entries = line.cells[lane] ?? [];
          return (
            <td key={lane} data-lane={words.t(`lane.${lane}`)} class={missing.length + entries.length ? 'full' : ''}>
              {entries.map((entry, place) => (
                <EntryCard key={place} entry={entry} currency={currency} />
              ))}
              {missing.map((one) => (
                <MissingCard key={one.what} missing={one} />
              ))}
            </td>
          );
        })}
      </tr>
    </>
  );
}

/** What one row says at one moment; an amount without a currency of its own is in that of the finding. */
export function EntryCard({ entry, currency }: { entry: Entry; currency: string | null }) {
  const { words } = useShared();
  const { moment, clash, evidence, twin } = entry;
  const amount = amountOf(moment);
  const details = detailsOf(moment, words);
  const name = ['entry', clash && 'clash', evidence && 'proof'].filter(Boolean).join(' ');
  return (
    <details class={name}>
      <summary>
        <span class="entry-title">{titleOf(moment, words)}</span>
        {twin && <span class={`twin twin-${twin}`}>{words.t(twin === 'this' ? 'twins.this' : 'twins.other')}</span>}
        {details.length > 0 && <span class="entry-detail">{details.join(' · ')}</span>}
        {amount && (
          <span class="entry-money">
            <Money minor={amount.minor} currency={amount.currency ?? currency} />
          </span>
        )}
        <span class="entry-id" title={moment.id}>
          {shortId(moment.id)}
        </span>
        {clash && <span class="entry-clash">{words.t('ledger.clash')}</span>}
      </summary>
      <Fields row={moment.row} offset={moment.offset ?? 0} currency={currency} />
      {moment.file && (
        <p class="entry-file">
          {moment.file}
          {moment.line !== null && ` · ${words.t('evidence.line', { n: moment.line })}`}
        </p>
      )}
    </details>
  );
}

function MissingCard({ missing }: { missing: Missing }) {
  const { words, data } = useShared();
  const window = data.run.policy.find(([key]) => key === missing.window)?.[1];
  return (
    <div class="missing">
      <span class="missing-label">{words.t('ledger.expected' as Key)}</span>
      <span class="entry-title">{words.book('expected', missing.what)}</span>
      {window && <span class="entry-detail">{words.t('ledger.within', { span: windowText(window, words) })}</span>}
    </div>
  );
}

/** `2min` of the policy as `2 min`; a deadline such as `T+3 10:00` stays as it is. */
function windowText(window: string, words: Words): string {
  const match = /^(\d+)\s*(s|min|h|d)$/.exec(window.replaceAll('"', ''));
  return match ? words.t(`span.${match[2] as 's' | 'min' | 'h' | 'd'}`, { n: match[1]! }) : window.replaceAll('"', '');
}
