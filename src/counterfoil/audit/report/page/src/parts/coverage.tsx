// What was examined and, plainly, what was not: diagnoses that lacked a book, days without a bill.
import { useShared } from '../app';
import { count } from '../show/money';
import { dayText } from '../show/time';
import { dayNumber } from '../data/filter';
import { ExceptionName } from './marks';

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
      {missed.length > 0 && <Missed />}
      {data.uncovered.length > 0 && <Uncovered />}
      {Object.keys(data.run.books).length > 0 && <Books />}
    </section>
  );
}

/** Diagnoses that were not examined, gathered by reason. */
function Missed() {
  const { data, words, diagnoses } = useShared();
  const reasons = new Map<string, [exception: string, diagnosis: string][]>();
  for (const [exception, diagnosis, examined, en, zh] of data.coverage) {
    if (examined) continue;
    const reason = words.pair([en, zh]);
    reasons.set(reason, [...(reasons.get(reason) ?? []), [exception, diagnosis]]);
  }
  return (
    <div class="missed">
      <h3>{words.t('coverage.not')}</h3>
      <ul>
        {[...reasons].map(([reason, listed]) => (
          <li key={reason}>
            <p class="missed-reason">{reason}</p>
            {[...new Set(listed.map(([exception]) => exception))].map((exception) => (
              <p key={exception} class="missed-what">
                <ExceptionName name={exception} />
                {words.t('colon')}
                {listed
                  .filter(([one]) => one === exception)
                  .map(([, diagnosis]) => words.pair(diagnoses.get(diagnosis)?.title ?? [diagnosis, diagnosis]))
                  .join(words.t('list.join'))}
              </p>
            ))}
          </li>
        ))}
      </ul>
    </div>
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
