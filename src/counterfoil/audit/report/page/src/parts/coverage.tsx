// What was examined and, plainly, what was not: diagnoses that lacked a book, days without a bill.
import { useShared } from '../app';
import { count } from '../show/money';
import { dayText } from '../show/time';
import { dayNumber } from '../data/filter';
import { ExceptionName } from './marks';

/** So few reasons are shown without being asked for. */
const OPEN_MAX = 3;

export function CoverageCard() {
  const { data, words } = useShared();
  const all = data.coverage.length;
  const missed = data.coverage.filter(([, , examined]) => !examined);
  return (
    <section class="panel coverage" aria-labelledby="coverage">
      <h2 id="coverage">{words.t('coverage.title')}</h2>
      <p class={missed.length ? 'coverage-sum coverage-some' : 'coverage-sum'}>
        {all === 0
          ? words.t('coverage.untold')
          : missed.length === 0
            ? words.t('coverage.all', { n: all })
            : words.t('coverage.some', { n: all - missed.length, all })}
      </p>
      {Object.keys(data.run.books).length > 0 && <Books />}
      {missed.length > 0 && <Missed />}
      {data.uncovered.length > 0 && <Uncovered />}
    </section>
  );
}

/** Diagnoses that were not examined, by exception; what each lacked is one click away. */
function Missed() {
  const { data, words } = useShared();
  const missed = data.coverage.filter(([, , examined]) => !examined);
  const exceptions = [...new Set(missed.map(([exception]) => exception))];
  return (
    <div class="missed">
      <h3>{words.t('coverage.not')}</h3>
      <ul>
        {exceptions.map((exception) => (
          <MissedOf key={exception} exception={exception} />
        ))}
      </ul>
    </div>
  );
}

function MissedOf({ exception }: { exception: string }) {
  const { data, words, diagnoses } = useShared();
  const lines = data.coverage.filter(([one]) => one === exception);
  const missed = lines.filter(([, , examined]) => !examined);
  const nameOf = (diagnosis: string): string => words.pair(diagnoses.get(diagnosis)?.title ?? [diagnosis, diagnosis]);
  return (
    <li>
      <p class="missed-head">
        <ExceptionName name={exception} />
        <span>{words.t('coverage.of', { n: missed.length, all: lines.length })}</span>
      </p>
      <p class="missed-what">{missed.map(([, diagnosis]) => nameOf(diagnosis)).join(words.t('list.join'))}</p>
      <details open={missed.length <= OPEN_MAX}>
        <summary>{words.t('coverage.why')}</summary>
        <dl>
          {missed.map(([, diagnosis, , en, zh]) => (
            <div key={diagnosis}>
              <dt>{nameOf(diagnosis)}</dt>
              <dd>{words.pair([en, zh])}</dd>
            </div>
          ))}
        </dl>
      </details>
    </li>
  );
}

function Uncovered() {
  const { data, words } = useShared();
  return (
    <div class="uncovered">
      <h3>{words.t('coverage.days')}</h3>
      <ul>
        {data.uncovered.map(([acquirer, days]) => (
          <li key={acquirer}>
            <details>
              <summary>
                <b>{acquirer}</b> {words.n('day', days.length)}
              </summary>
              <p class="days">{ranges(days).join(words.t('list.join'))}</p>
            </details>
          </li>
        ))}
      </ul>
      <p class="note">{words.t('coverage.days.note')}</p>
    </div>
  );
}

function Books() {
  const { data, words } = useShared();
  return (
    <div class="books">
      <h3>{words.t('coverage.books')}</h3>
      <ul>
        {Object.entries(data.run.books).map(([table, rows]) => (
          <li key={table} class={rows === null ? 'absent' : ''}>
            <span>{words.book('tables', table)}</span>
            <span>{rows === null ? words.t('coverage.absent') : count(rows)}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** Days in a row as `2026-03-26 – 2026-03-28`. */
export function ranges(days: string[]): string[] {
  const runs: [first: number, last: number][] = [];
  for (const day of days.map(dayNumber)) {
    if (day === null) continue;
    const run = runs.at(-1);
    if (run && day === run[1] + 1) run[1] = day;
    else runs.push([day, day]);
  }
  return runs.map(([first, last]) => (first === last ? dayText(first) : `${dayText(first)} – ${dayText(last)}`));
}
