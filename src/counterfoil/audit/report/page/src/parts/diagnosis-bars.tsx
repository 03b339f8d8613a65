// Money at risk by diagnosis, as bars that one can read without a chart.
import { useState } from 'preact/hooks';
import { useShared } from '../app';
import { hashWith } from '../data/route';
import { currencies } from '../data/sums';
import { count, digits, height } from '../show/money';
import { useTone } from './marks';

const SHOWN_MAX = 10;

interface Bar {
  exception: string;
  diagnosis: string;
  count: number;
  minor: bigint;
}

export function DiagnosisBars() {
  const { data, words, diagnoses } = useShared();
  const tone = useTone();
  const known = currencies(data).filter((currency) => currency !== '' && hasMoney(data.sums, currency));
  const [chosen, choose] = useState(known[0] ?? '');
  const bars = barsOf(data.sums, chosen);
  const shown = bars.slice(0, SHOWN_MAX);
  const size = (bar: Bar): number => (chosen ? height(bar.minor, chosen, data.scales) : bar.count);
  const most = Math.max(...shown.map(size), 1e-9);
  return (
    <section class="panel" aria-labelledby="diagnoses">
      <div class="panel-head">
        <div>
          <h2 id="diagnoses">{words.t('diagnoses.title')}</h2>
          <p class="sub">{words.t(chosen ? 'diagnoses.sub' : 'diagnoses.sub.count')}</p>
        </div>
        {known.length > 1 && (
          <select value={chosen} aria-label={words.t('facet.currency')} onChange={(event) => choose(event.currentTarget.value)}>
            {known.map((currency) => (
              <option key={currency}>{currency}</option>
            ))}
          </select>
        )}
      </div>
      <ol class="bars">
        {shown.map((bar) => {
          const title = diagnoses.get(bar.diagnosis)?.title;
          const currency = chosen ? { currency: [chosen] } : {};
          const hash = hashWith({ chosen: { exception: [bar.exception], diagnosis: [bar.diagnosis], ...currency } });
          return (
            <li key={`${bar.exception}/${bar.diagnosis}`} class={tone(bar.exception)}>
              <a href={hash}>
                <span class="bars-name">{title ? words.pair(title) : bar.diagnosis}</span>
                <span class="bars-count">{count(bar.count)}</span>
                <span class="bars-money">{chosen ? digits(bar.minor, data.scales[chosen] ?? 2) : ''}</span>
                <span class="bars-track" aria-hidden="true">
                  <i style={{ width: `${(100 * size(bar)) / most}%` }} />
                </span>
              </a>
            </li>
          );
        })}
      </ol>
      {bars.length > SHOWN_MAX && <p class="note">{words.n('more', bars.length - SHOWN_MAX)}</p>}
    </section>
  );
}

type Sums = ReturnType<typeof useShared>['data']['sums'];

function hasMoney(sums: Sums, currency: string): boolean {
  return sums.some(([, , severity, one, , minor]) => one === currency && severity !== 'info' && minor !== '0');
}

/** Without a currency the bars count findings. */
function barsOf(sums: Sums, currency: string): Bar[] {
  const bars = new Map<string, Bar>();
  for (const [exception, diagnosis, severity, one, n, minor] of sums) {
    if (currency && (one !== currency || severity === 'info')) continue;
    const key = `${exception}/${diagnosis}`;
    const bar = bars.get(key) ?? { exception, diagnosis, count: 0, minor: 0n };
    bar.count += n;
    bar.minor += BigInt(minor);
    bars.set(key, bar);
  }
  const all = [...bars.values()].filter((bar) => !currency || bar.minor > 0n);
  return all.sort((a, b) => (currency ? (a.minor < b.minor ? 1 : a.minor > b.minor ? -1 : 0) : b.count - a.count));
}
