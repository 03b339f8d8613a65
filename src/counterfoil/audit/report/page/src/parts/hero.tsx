// The ticket at the top: on its body what is at stake, on its counterfoil what the audit looked at.
import { useShared } from '../app';
import { currencies, summary } from '../data/sums';
import { hashOf } from '../data/route';
import { count, digits } from '../show/money';
import { offsetText } from '../show/time';
import { PrintIcon } from './icons';
import { SeverityBar } from './severity-bar';

export function Hero() {
  const { data, words } = useShared();
  const sums = summary(data);
  const sales = data.totals.reduce((sum, total) => sum + total.sales_n, 0);
  return (
    <section class="ticket hero" aria-labelledby="hero">
      <div class="ticket-body">
        {sums.scored > 0 ? <AtRisk sales={sales} /> : <Clean sales={sales} />}
        {data.findings > data.shown_max && (
          <p class="note">{words.t('hero.cut', { n: count(data.shown_max), all: count(data.findings) })}</p>
        )}
        <button type="button" class="icon-button hero-print" title={words.t('print')} aria-label={words.t('print')} onClick={() => window.print()}>
          <PrintIcon />
        </button>
      </div>
      <Stub sales={sales} />
    </section>
  );
}

function AtRisk({ sales }: { sales: number }) {
  const { data, words } = useShared();
  const sums = summary(data);
  const shown = currencies(data).filter((currency) => currency !== '' && (sums.risk.get(currency) ?? 0n) > 0n);
  const bare = data.sums.filter(([, , severity, currency]) => currency === null && severity !== 'info');
  const bareCount = bare.reduce((sum, [, , , , n, minor]) => sum + (BigInt(minor) > 0n ? n : 0), 0);
  const values = { findings: words.n('finding', sums.count), sales: words.n('sale', sales) };
  return (
    <>
      <h1 id="hero" class="eyebrow">
        {words.t('hero.risk')}
      </h1>
      {shown.length === 0 && <p class="hero-words">{words.t('hero.norisk')}</p>}
      {shown.map((currency, place) => (
        <p key={currency} class={place === 0 ? 'hero-money' : 'hero-money hero-money-more'}>
          <span class="currency">{currency}</span> {digits(sums.risk.get(currency)!, data.scales[currency] ?? 2)}
        </p>
      ))}
      <p class="hero-in">
        <a href={hashOf('findings')}>{sales > 0 ? words.t('hero.in', values) : words.t('hero.in.plain', values)}</a>
      </p>
      {bareCount > 0 && (
        <p class="note">
          {bareCount === 1 ? words.t('hero.bare.one') : words.t('hero.bare', { n: count(bareCount) })}
        </p>
      )}
      <SeverityBar counts={sums.severities} legend />
    </>
  );
}

/** No finding above `info`: say how much that is worth. */
function Clean({ sales }: { sales: number }) {
  const { data, words } = useShared();
  const unexamined = data.coverage.length > 0 && data.coverage.every(([, , examined]) => !examined);
  if (unexamined) return <Words title={words.t('hero.unexamined')} more={words.t('hero.unexamined.more')} />;
  const booked = Object.values(data.run.books).some((rows) => rows !== null && rows > 0);
  if (sales === 0 && data.findings === 0 && (data.totals.length > 0 || !booked)) {
    return <Words title={words.t('hero.nosales')} more={words.t('hero.nosales.more')} />;
  }
  const whole = data.uncovered.length === 0 && data.coverage.every(([, , examined]) => examined);
  const more =
    data.findings > 0
      ? words.t('hero.clean.info', { findings: words.n('finding', data.findings) })
      : sales > 0
        ? words.t('hero.clean.none', { sales: words.n('sale', sales) })
        : words.t('hero.clean.plain');
  if (whole) return <Words title={words.t('hero.clean')} more={more} clean />;
  const below = words.t('hero.clean.partly.more');
  const partly = data.findings > 0 ? words.sentences(more, below) : below;
  return <Words title={words.t('hero.clean.partly')} more={partly} clean />;
}

function Words({ title, more, clean = false }: { title: string; more: string; clean?: boolean }) {
  const { data } = useShared();
  const sums = summary(data);
  return (
    <>
      {clean && (
        <svg class="seal" viewBox="0 0 48 48" width="48" height="48" aria-hidden="true">
          <circle cx="24" cy="24" r="22" />
          <path d="M14 24.500l7 7 13-15" />
        </svg>
      )}
      <h1 id="hero" class="hero-words">
        {title}
      </h1>
      <p class="hero-in">{more}</p>
      {sums.count > 0 && <SeverityBar counts={sums.severities} legend />}
    </>
  );
}

function Stub({ sales }: { sales: number }) {
  const { data, words } = useShared();
  const { run } = data;
  const { risk } = summary(data);
  return (
    <dl class="ticket-stub">
      <div>
        <dt>{words.t('asof')}</dt>
        <dd>
          {run.as_of.slice(0, 16)}
          <small>{words.t(`asof.${run.as_of_chosen}`)}</small>
        </dd>
      </div>
      <div>
        <dt>{words.t('hero.stub.zone')}</dt>
        <dd>
          {run.time_zone} <small class="inline">{`UTC${offsetText(run.as_of_offset)}`}</small>
        </dd>
      </div>
      {sales > 0 && (
        <div>
          <dt>{words.t('hero.stub.sales')}</dt>
          {soldByCurrency(data.totals).map(([currency, minor]) => (
            <dd key={currency}>
              <span class="currency">{currency}</span> {digits(minor, data.scales[currency] ?? 2)}
              {minor > 0n && (risk.get(currency) ?? 0n) > 0n && (
                <small>{words.t('hero.stub.share', { share: share(risk.get(currency)!, minor) })}</small>
              )}
            </dd>
          ))}
        </div>
      )}
      <div>
        <dt>{words.t('hero.stub.files')}</dt>
        <dd>
          <a href={hashOf('files')}>{count(run.files.length)}</a>
        </dd>
      </div>
    </dl>
  );
}

function soldByCurrency(totals: { currency: string; sales: string }[]): [string, bigint][] {
  const sold = new Map<string, bigint>();
  for (const { currency, sales } of totals) sold.set(currency, (sold.get(currency) ?? 0n) + BigInt(sales));
  return [...sold];
}

/** How much of the sales is at risk, in percent with one or two digits behind the point. */
function share(risk: bigint, sold: bigint): string {
  const hundredths = (risk * 10_000n) / sold;
  return hundredths >= 1000n ? digits(hundredths / 10n, 1) : digits(hundredths, 2);
}
