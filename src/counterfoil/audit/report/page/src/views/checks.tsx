// Counts that are no findings, sales totals, and the policy that was applied.
import { useShared } from '../app';
import { Money } from '../parts/marks';
import { count } from '../show/money';

export function ChecksView() {
  const { data, words } = useShared();
  const files = [...new Set(data.checks.map(([, , , , file]) => file))].sort((a, b) => (a ?? '').localeCompare(b ?? ''));
  return (
    <div class="page checks">
      <h1>{words.t('checks.title')}</h1>
      <p class="sub">{words.t('checks.sub')}</p>
      {files.length === 0 && <p class="nothing-found hero-words">{words.t('checks.none')}</p>}
      {files.map((file) => (
        <section key={file ?? ''} class="panel">
          <h2 class={file ? 'file-name' : ''}>{file ?? words.t('checks.overall')}</h2>
          <table class="plain checks-table">
            <thead class="said">
              <tr>
                <th scope="col">{words.t('checks.name')}</th>
                <th scope="col">{words.t('checks.value')}</th>
              </tr>
            </thead>
            <tbody>
              {data.checks
                .filter(([, , , , one]) => one === file)
                .map(([name, en, zh, value]) => (
                  <tr key={name}>
                    <th scope="row">
                      {words.pair([en, zh])}
                      <code>{name}</code>
                    </th>
                    <td>{/^\d{4,15}$/.test(value) ? count(Number(value)) : value}</td>
                  </tr>
                ))}
            </tbody>
          </table>
        </section>
      ))}
      {data.totals.length > 0 && <Totals />}
      {data.run.policy.length > 0 && <Policy />}
    </div>
  );
}

function Totals() {
  const { data, words } = useShared();
  const part = (n: number | null, minor: string | null, currency: string) =>
    n === null ? (
      <td class="quiet">{words.t('unknown')}</td>
    ) : (
      <td>
        {count(n)}
        {minor !== null && (
          <small>
            <Money minor={BigInt(minor)} currency={currency} />
          </small>
        )}
      </td>
    );
  return (
    <section class="panel" aria-labelledby="totals">
      <h2 id="totals">{words.t('checks.totals')}</h2>
      <div class="scroll" tabIndex={0} role="region" aria-label={words.t('table.of', { title: words.t('checks.totals') })}>
        <table class="plain">
          <thead>
            <tr>
              <th scope="col">{words.t('facet.merchant_id')}</th>
              <th scope="col">{words.t('facet.currency')}</th>
              <th scope="col">{words.t('checks.sales')}</th>
              <th scope="col">{words.t('checks.voided')}</th>
              <th scope="col">{words.t('checks.refunded')}</th>
            </tr>
          </thead>
          <tbody>
            {data.totals.map((total) => (
              <tr key={`${total.merchant}/${total.currency}`}>
                <th scope="row">{total.merchant}</th>
                <td>{total.currency}</td>
                {part(total.sales_n, total.sales, total.currency)}
                {part(total.voided_n, total.voided, total.currency)}
                {part(total.refunded_n, total.refunded, total.currency)}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Policy() {
  const { data, words } = useShared();
  return (
    <section class="panel" aria-labelledby="policy">
      <h2 id="policy">{words.t('checks.policy')}</h2>
      <dl class="policy">
        {data.run.policy.map(([key, value]) => (
          <div key={key}>
            <dt>
              <code>{key}</code>
            </dt>
            <dd>{value.replace(/^"(.*)"$/, '$1') || '—'}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
