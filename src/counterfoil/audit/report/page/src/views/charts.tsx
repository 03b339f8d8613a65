// The charts, all in one measure: the number of findings, or money at risk in one currency.
import { useState } from 'preact/hooks';
import { useShared } from '../app';
import { DaysChart } from '../charts/days';
import { FlowChart } from '../charts/flow';
import { HoursChart } from '../charts/hours';
import { DiagnosisChart, PlaceChart } from '../charts/ranking';
import { currencies, summary } from '../data/sums';

export function ChartsView() {
  const { data, findings, words } = useShared();
  const risk = summary(data).risk;
  const known = currencies(data).filter((currency) => currency !== '' && (risk.get(currency) ?? 0n) > 0n);
  const [measure, setMeasure] = useState('');
  return (
    <div class="page charts">
      <div class="section-head">
        <div>
          <h1>{words.t('charts.title')}</h1>
          <p class="sub">{words.t('charts.sub')}</p>
        </div>
        {known.length > 0 && (
          <label class="field">
            <span>{words.t('charts.measure')}</span>
            <select value={measure} onChange={(event) => setMeasure(event.currentTarget.value)}>
              <option value="">{words.t('charts.count')}</option>
              {known.map((currency) => (
                <option key={currency} value={currency}>
                  {words.t('charts.money', { currency })}
                </option>
              ))}
            </select>
          </label>
        )}
      </div>
      <FlowChart />
      {findings.rows > 0 ? (
        <>
          <DaysChart measure={measure} />
          <div class="halves even">
            <HoursChart measure={measure} />
            <PlaceChart measure={measure} />
          </div>
          <DiagnosisChart measure={measure} />
        </>
      ) : (
        <p class="nothing-found hero-words">{words.t('charts.empty')}</p>
      )}
    </div>
  );
}
