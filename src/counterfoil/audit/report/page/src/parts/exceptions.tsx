// The five exceptions, each named in both languages, with what was found of it.
import { useShared } from '../app';
import { hashWith } from '../data/route';
import { currencies, summary } from '../data/sums';
import type { Exception } from '../data/model';
import { count } from '../show/money';
import { Money, useTone } from './marks';
import { SeverityBar } from './severity-bar';

export function Exceptions() {
  const { data, words } = useShared();
  return (
    <section aria-labelledby="exceptions">
      <h2 id="exceptions">{words.t('exceptions.title')}</h2>
      <ul class="exceptions">
        {data.catalogue.map((exception) => (
          <Card key={exception.name} exception={exception} />
        ))}
      </ul>
    </section>
  );
}

function Card({ exception }: { exception: Exception }) {
  const { data, words } = useShared();
  const tone = useTone();
  const sums = summary(data, ([name]) => name === exception.name);
  const risks = currencies(data).filter((currency) => (sums.risk.get(currency) ?? 0n) > 0n);
  const lines = data.coverage.filter(([name]) => name === exception.name);
  const missed = lines.filter(([, , examined]) => !examined).length;
  const other = words.language === 'en' ? 'zh-CN' : 'en';
  return (
    <li class={`card ${tone(exception.name)}`}>
      <h3>
        <span>{words.pair(exception.title)}</span>
        <small lang={other}>{words.otherPair(exception.title)}</small>
      </h3>
      <p class="card-count">
        {sums.count > 0 ? (
          <a href={hashWith({ chosen: { exception: [exception.name] } })}>
            <span class="said">{`${words.t('exceptions.open')}${words.t('colon')}`}</span>
            {count(sums.count)}
          </a>
        ) : (
          <span class="card-none">
            {words.t(lines.length > 0 && missed === lines.length ? 'exceptions.unexamined' : 'exceptions.none')}
          </span>
        )}
      </p>
      {risks.map((currency) => (
        <p key={currency} class="card-risk">
          <Money minor={sums.risk.get(currency)!} currency={currency || null} />
        </p>
      ))}
      {sums.count > 0 && <SeverityBar counts={sums.severities} exception={exception.name} />}
      {missed > 0 && missed < lines.length && (
        <p class="card-missed">{words.t('exceptions.partly', { n: missed, all: lines.length })}</p>
      )}
    </li>
  );
}
