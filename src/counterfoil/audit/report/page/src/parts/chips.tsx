// The filters that are on, each with a way to take it away.
import { useShared } from '../app';
import { FACETS, type Filter, NO_FILTER } from '../data/filter';
import { shortId } from '../show/key';
import type { Key } from '../words/words';
import { CrossIcon } from './icons';

interface Props {
  filter: Filter;
  change: (changes: Partial<Filter>) => void;
}

interface Chip {
  label: string;
  without: Partial<Filter>;
}

export function Chips({ filter, change }: Props) {
  const { words } = useShared();
  const chips = useChips(filter);
  if (chips.length === 0) return null;
  return (
    <ul class="chips">
      {chips.map(({ label, without }) => (
        <li key={label}>
          <button
            type="button"
            class="chip"
            aria-label={words.t('filters.remove', { what: label })}
            onClick={() => change(without)}
          >
            {label} <CrossIcon />
          </button>
        </li>
      ))}
      <li>
        <button
          type="button"
          class="chip-clear"
          onClick={() => change({ ...NO_FILTER, chosen: {}, sort: filter.sort, descending: filter.descending })}
        >
          {words.t('filters.clear')}
        </button>
      </li>
    </ul>
  );
}

function useChips(filter: Filter): Chip[] {
  const { words, exceptions, diagnoses } = useShared();
  const chips: Chip[] = [];
  for (const facet of FACETS) {
    const chosen = filter.chosen[facet] ?? [];
    for (const word of chosen) {
      const known = facet === 'exception' ? exceptions.get(word) : facet === 'diagnosis' ? diagnoses.get(word) : undefined;
      let label = known ? words.pair(known.title) : shortId(word) || words.t('facet.null');
      if (facet === 'severity') label = words.t(`severity.${word}` as Key);
      if (!known) label = `${words.t(`facet.${facet}`)}${words.t('colon')}${label}`;
      const left = chosen.filter((one) => one !== word);
      chips.push({ label, without: { chosen: { ...filter.chosen, [facet]: left } } });
    }
  }
  const range = (name: Key, from: string, to: string, without: Partial<Filter>) => {
    if (!from && !to) return;
    const text = `${from || '…'} – ${to || '…'}`;
    chips.push({ label: `${words.t(name)}${words.t('colon')}${text}`, without });
  };
  range('facet.amount', filter.min, filter.max, { min: '', max: '' });
  range('facet.dates', filter.from, filter.to, { from: '', to: '' });
  if (filter.weekday !== '') {
    const day = words.t(`weekday.${Number(filter.weekday) % 7}` as Key);
    chips.push({ label: `${words.t('facet.weekday')}${words.t('colon')}${day}`, without: { weekday: '' } });
  }
  if (filter.hour !== '') {
    const hour = `${filter.hour.padStart(2, '0')}:00`;
    chips.push({ label: `${words.t('facet.hour')}${words.t('colon')}${hour}`, without: { hour: '' } });
  }
  if (filter.q) {
    chips.push({ label: `${words.t('search')}${words.t('colon')}${filter.q}`, without: { q: '' } });
  }
  return chips;
}
