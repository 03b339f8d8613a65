// How many of each severity, as one bar and in words.
import { useShared } from '../app';
import { hashWith } from '../data/route';
import { count } from '../show/money';
import type { Key } from '../words/words';

interface Props {
  counts: ReadonlyMap<string, number>;
  exception?: string;
  /** Say the counts in words too, as links. */
  legend?: boolean;
}

export function SeverityBar({ counts, exception, legend = false }: Props) {
  const { data, words } = useShared();
  const all = [...counts.values()].reduce((sum, one) => sum + one, 0);
  const present = data.severities.filter((severity) => (counts.get(severity) ?? 0) > 0);
  const said = present.map((severity) => `${words.t(`severity.${severity}` as Key)} ${count(counts.get(severity)!)}`);
  return (
    <div class="severity-bar">
      <div class="bar" role="img" aria-label={`${words.t('severity')}${words.t('colon')}${said.join(words.t('list.join'))}`}>
        {present.map((severity) => (
          <i key={severity} class={`fill-${severity}`} style={{ flexGrow: counts.get(severity)! / all }} />
        ))}
      </div>
      {legend && (
        <ul>
          {present.map((severity) => (
            <li key={severity}>
              <a href={hashWith({ chosen: { severity: [severity], ...(exception ? { exception: [exception] } : {}) } })}>
                <i class={`swatch fill-${severity}`} aria-hidden="true" />
                {words.t(`severity.${severity}` as Key)} <b>{count(counts.get(severity)!)}</b>
              </a>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
