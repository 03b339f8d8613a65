// The bills of each acquirer against our payments, day by day.
import { useMemo, useState } from 'preact/hooks';
import { useShared } from '../app';
import { LeftOverChart } from '../charts/left-over';
import type { BillDay } from '../data/model';
import { ranges } from '../parts/coverage';
import { Money } from '../parts/marks';
import { count } from '../show/money';

export function MatchView() {
  const { data, words } = useShared();
  const bills = useMemo(() => {
    const made = new Map<string, BillDay[]>();
    for (const day of data.days) {
      const key = `${day[0]}\u0000${day[1]}`;
      made.set(key, [...(made.get(key) ?? []), day]);
    }
    return [...made.values()];
  }, [data]);
  return (
    <div class="page match">
      <h1>{words.t('match.title')}</h1>
      <p class="sub">{words.t('match.sub')}</p>
      {bills.length === 0 && <p class="nothing-found hero-words">{words.t('match.none')}</p>}
      {bills.map((days, place) => (
        <Bill key={place} days={days} place={place} />
      ))}
    </div>
  );
}

function state(day: BillDay): 'uncovered' | 'agrees' | 'differs' {
  if (!day[11]) return 'uncovered';
  return day[9] + day[10] > 0 ? 'differs' : 'agrees';
}

function Bill({ days, place }: { days: BillDay[]; place: number }) {
  const { words } = useShared();
  const [acquirer, currency] = days[0]!;
  const covered = days.filter((day) => day[11]);
  const missing = days.length - covered.length;
  const agreeing = covered.filter((day) => state(day) === 'agrees').length;
  const counted = covered.length > 0 ? covered : days;
  const sum = (column: 3 | 5 | 7 | 9 | 10): number => counted.reduce((all, day) => all + day[column], 0);
  const minor = (column: 4 | 6 | 8): bigint => counted.reduce((all, day) => all + BigInt(day[column]), 0n);
  return (
    <>
      <section class="panel" aria-labelledby={`bill-${place}`}>
        <div class="panel-head">
          <div>
            <h2 id={`bill-${place}`}>
              {acquirer} <span class="currency">{currency}</span>
            </h2>
            <p class="sub">
              {covered.length === 0 ? words.t('match.never') : words.t('match.of', { n: agreeing, all: covered.length })}
              {covered.length > 0 && missing > 0 && (
                <>
                  {words.t('list.join')}
                  {words.t('match.without', { days: words.n('day', missing) })}
                </>
              )}
            </p>
          </div>
        </div>
        <dl class="tiles">
          <Tile name={words.t('match.ours')} n={sum(3)} minor={minor(4)} currency={currency} />
          {covered.length > 0 && (
            <>
              <Tile name={words.t('match.theirs')} n={sum(5)} minor={minor(6)} currency={currency} />
              <Tile name={words.t('match.matched')} n={sum(7)} minor={minor(8)} currency={currency} />
              <Tile name={words.t('match.left_ours')} n={sum(9)} bad />
              <Tile name={words.t('match.left_theirs')} n={sum(10)} bad />
            </>
          )}
        </dl>
        {covered.length > 0 ? (
          <Calendar days={days} />
        ) : (
          <p class="note">{ranges(days.map((day) => day[2])).join(words.t('list.join'))}</p>
        )}
      </section>
      {covered.length > 0 && (
        <>
          {sum(9) + sum(10) > 0 && <LeftOverChart id={`left-${place}`} days={days} />}
          <DayTable days={days} />
        </>
      )}
    </>
  );
}

function Tile({ name, n, minor, currency, bad = false }: { name: string; n: number; minor?: bigint; currency?: string; bad?: boolean }) {
  return (
    <div class={bad && n > 0 ? 'tile bad' : 'tile'}>
      <dt>{name}</dt>
      <dd>{count(n)}</dd>
      {minor !== undefined && currency && (
        <dd class="tile-money">
          <Money minor={minor} currency={currency} />
        </dd>
      )}
    </div>
  );
}

/** Every day as a small square, a month to a row; the letter says what the colour says. */
function Calendar({ days }: { days: BillDay[] }) {
  const { words } = useShared();
  const months = new Map<string, Map<number, BillDay>>();
  for (const day of days) {
    const month = day[2].slice(0, 7);
    const known = months.get(month) ?? new Map<number, BillDay>();
    known.set(Number(day[2].slice(8)), day);
    months.set(month, known);
  }
  const said = { uncovered: 'match.uncovered', agrees: 'match.agrees', differs: 'match.differs' } as const;
  const sign = { uncovered: '·', agrees: '✓', differs: '≠' };
  return (
    <div class="calendar">
      {[...months].map(([month, known]) => (
        <div class="calendar-month" key={month}>
          <span class="calendar-name">{month}</span>
          <ol>
            {Array.from({ length: 31 }, (_, at) => at + 1).map((number) => {
              const day = known.get(number);
              if (!day) return <li key={number} class="calendar-none" aria-hidden="true" />;
              const what = state(day);
              const title = `${day[2]}${words.t('colon')}${words.t(said[what])}`;
              return (
                <li key={number} class={`calendar-${what}`} title={title}>
                  <span aria-hidden="true">{sign[what]}</span>
                  <span class="said">{title}</span>
                </li>
              );
            })}
          </ol>
        </div>
      ))}
      <ul class="legend">
        {(['agrees', 'differs', 'uncovered'] as const).map((what) => (
          <li key={what}>
            <i class={`calendar-key calendar-${what}`} aria-hidden="true">
              {sign[what]}
            </i>
            {words.t(said[what])}
          </li>
        ))}
      </ul>
    </div>
  );
}

function DayTable({ days }: { days: BillDay[] }) {
  const { words } = useShared();
  const [all, setAll] = useState(false);
  const shown = all ? days : days.filter((day) => state(day) === 'differs');
  const title = words.t(all ? 'match.rows.all' : 'match.rows');
  return (
    <section class="panel">
      <div class="panel-head">
        <h2>{title}</h2>
        <label class="check">
          <input type="checkbox" checked={all} onChange={(event) => setAll(event.currentTarget.checked)} />
          <span>{words.t('match.rows.all')}</span>
        </label>
      </div>
      {shown.length === 0 ? (
        <p>{words.t('match.rows.none')}</p>
      ) : (
        <div class="scroll tall" tabIndex={0} role="region" aria-label={words.t('table.of', { title })}>
          <table class="plain days-table">
            <thead>
              <tr>
                <th scope="col">{words.t('match.day')}</th>
                <th scope="col">{words.t('match.ours')}</th>
                <th scope="col">{words.t('match.theirs')}</th>
                <th scope="col">{words.t('match.matched')}</th>
                <th scope="col">{words.t('match.left_ours')}</th>
                <th scope="col">{words.t('match.left_theirs')}</th>
              </tr>
            </thead>
            <tbody>
              {shown.map((day) => (
                <DayRow key={day[2]} day={day} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function DayRow({ day }: { day: BillDay }) {
  const { words } = useShared();
  const [, currency, name, oursN, ours, theirsN, theirs, matchedN, matched, leftOurs, leftTheirs, covered] = day;
  const cell = (n: number, minor: string) => (
    <td>
      {count(n)}
      <small>
        <Money minor={BigInt(minor)} currency={currency} />
      </small>
    </td>
  );
  return (
    <tr class={state(day)}>
      <th scope="row">{name}</th>
      {cell(oursN, ours)}
      {covered ? cell(theirsN, theirs) : <td class="quiet">{words.t('match.uncovered')}</td>}
      {covered ? cell(matchedN, matched) : <td class="quiet">—</td>}
      <td class={covered && leftOurs > 0 ? 'bad' : 'quiet'}>{covered ? count(leftOurs) : '—'}</td>
      <td class={covered && leftTheirs > 0 ? 'bad' : 'quiet'}>{covered ? count(leftTheirs) : '—'}</td>
    </tr>
  );
}
