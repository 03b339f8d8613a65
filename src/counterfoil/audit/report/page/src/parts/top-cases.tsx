// The few cases that matter most, in full sentences.
import { useShared } from '../app';
import { hashOf } from '../data/route';
import { localTime } from '../show/time';
import { Money, Severity, useTone } from './marks';
import { Sentence } from './sentence';

const SHOWN = 6;

export function TopCases() {
  const { findings, words, diagnoses } = useShared();
  const tone = useTone();
  const rows = Array.from({ length: Math.min(SHOWN, findings.rows) }, (_, row) => row);
  return (
    <section aria-labelledby="top">
      <div class="section-head">
        <h2 id="top">{words.t('recent.title')}</h2>
        <a class="more" href={hashOf('findings')}>
          {words.t('recent.all')} →
        </a>
      </div>
      <ol class="top">
        {rows.map((row) => {
          const diagnosis = findings.word('diagnosis', row)!;
          return (
            <li key={row} class={`card ${tone(findings.word('exception', row)!)}`}>
              <div class="top-head">
                <Severity name={findings.word('severity', row)!} />
                <Money minor={findings.amount[row]!} currency={findings.word('currency', row)} />
              </div>
              <h3>
                <a href={hashOf('case', findings.ids[row])}>
                  {words.pair(diagnoses.get(diagnosis)?.title ?? [diagnosis, diagnosis])}
                </a>
              </h3>
              <Sentence row={row} />
              <p class="meta">
                {localTime(findings.at[row]!, findings.offset[row]!, 'minute')}
                {findings.word('store_id', row) && <span> · {findings.word('store_id', row)}</span>}
                {findings.word('terminal_id', row) && <span> · {findings.word('terminal_id', row)}</span>}
              </p>
            </li>
          );
        })}
      </ol>
    </section>
  );
}
