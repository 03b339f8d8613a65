// The filters: what may be chosen, and how many findings each choice would give.
import { useState } from 'preact/hooks';
import { useShared } from '../app';
import { type Facet, FACETS, type Filter, type Result } from '../data/filter';
import { shortId } from '../show/key';
import { count } from '../show/money';
import { ExceptionName, Severity } from './marks';

interface Props {
  filter: Filter;
  counts: Result['counts'];
  change: (changes: Partial<Filter>) => void;
}

/** A longer list gets a search of its own. */
const SEARCH_FROM = 10;
const SHOWN_MAX = 100;

export function Facets({ filter, counts, change }: Props) {
  const { findings, words } = useShared();
  const shown = FACETS.filter((facet) => !['merchant_id', 'currency'].includes(facet) || findings.words[facet].length > 1);
  return (
    <>
      {shown.slice(0, 3).map((facet) => (
        <FacetList key={facet} facet={facet} {...{ filter, counts, change }} />
      ))}
      <fieldset class="range">
        <legend>{words.t('facet.amount')}</legend>
        <Field name="min" label={words.t('facet.from')} {...{ filter, change }} />
        <Field name="max" label={words.t('facet.to')} {...{ filter, change }} />
      </fieldset>
      <fieldset class="range">
        <legend>{words.t('facet.dates')}</legend>
        <Field name="from" label={words.t('facet.from')} {...{ filter, change }} />
        <Field name="to" label={words.t('facet.to')} {...{ filter, change }} />
      </fieldset>
      {shown.slice(3).map((facet) => (
        <FacetList key={facet} facet={facet} {...{ filter, counts, change }} />
      ))}
    </>
  );
}

interface FieldProps {
  name: 'min' | 'max' | 'from' | 'to';
  label: string;
  filter: Filter;
  change: (changes: Partial<Filter>) => void;
}

function Field({ name, label, filter, change }: FieldProps) {
  const set = (event: { currentTarget: HTMLInputElement }) => change({ [name]: event.currentTarget.value });
  return (
    <label class="field">
      <span>{label}</span>
      {name === 'min' || name === 'max' ? (
        <input type="text" inputMode="decimal" value={filter[name]} autocomplete="off" onChange={set} />
      ) : (
        <input type="date" value={filter[name]} onChange={set} />
      )}
    </label>
  );
}

/** One facet; a closed one draws nothing, for it would be drawn anew with every filter. */
function FacetList({ facet, filter, counts, change }: Props & { facet: Facet }) {
  const { findings, words } = useShared();
  const chosen = filter.chosen[facet] ?? [];
  const [open, setOpen] = useState(chosen.length > 0 || ['exception', 'severity', 'diagnosis'].includes(facet));
  if (findings.words[facet].length === 0) return null;
  return (
    <details class="facet" open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        {words.t(`facet.${facet}`)}
        {chosen.length > 0 && <span class="badge">{chosen.length}</span>}
      </summary>
      {open && <FacetOptions {...{ facet, filter, counts, change }} />}
    </details>
  );
}

function FacetOptions({ facet, filter, counts, change }: Props & { facet: Facet }) {
  const { words } = useShared();
  const [find, setFind] = useState('');
  const chosen = filter.chosen[facet] ?? [];
  const options = useOptions(facet, counts[facet], chosen);
  const needle = find.toLowerCase();
  const passing = needle ? options.filter((option) => option.label.toLowerCase().includes(needle)) : options;
  const toggle = (word: string) => {
    const next = chosen.includes(word) ? chosen.filter((one) => one !== word) : [...chosen, word];
    change({ chosen: { ...filter.chosen, [facet]: next } });
  };
  return (
    <>
      {options.length > SEARCH_FROM && (
        <input
          type="search"
          class="facet-find"
          placeholder={words.t('filters.find')}
          aria-label={`${words.t(`facet.${facet}`)}${words.t('colon')}${words.t('filters.find')}`}
          value={find}
          onInput={(event) => setFind(event.currentTarget.value)}
        />
      )}
      <ul>
        {passing.slice(0, SHOWN_MAX).map(({ word, label, n }) => (
          <li key={word} class={n === 0 ? 'nothing' : ''}>
            <label class="check">
              <input type="checkbox" checked={chosen.includes(word)} onChange={() => toggle(word)} />
              <span class="check-label" title={word}>
                {facet === 'exception' ? (
                  <ExceptionName name={word} />
                ) : facet === 'severity' ? (
                  <Severity name={word} />
                ) : (
                  label
                )}
              </span>
              <span class="check-count">{count(n)}</span>
            </label>
          </li>
        ))}
      </ul>
      {passing.length > SHOWN_MAX && (
        <p class="note">{words.t('filters.shown', { n: SHOWN_MAX, all: count(passing.length) })}</p>
      )}
    </>
  );
}

/** What a facet offers: the chosen first, then by count; the catalogue's order for the two small ones. */
function useOptions(facet: Facet, counts: Uint32Array, chosen: string[]) {
  const { findings, words, data, exceptions, diagnoses } = useShared();
  const label = (word: string): string => {
    const known = facet === 'exception' ? exceptions.get(word) : facet === 'diagnosis' ? diagnoses.get(word) : undefined;
    return known ? words.pair(known.title) : shortId(word);
  };
  const options = findings.words[facet].map((word, code) => ({ word, label: label(word), n: counts[code + 1]! }));
  if (counts[0]! > 0 || chosen.includes('')) options.push({ word: '', label: words.t('facet.null'), n: counts[0]! });
  if (facet === 'severity') return options.sort((a, b) => data.severities.indexOf(a.word) - data.severities.indexOf(b.word));
  if (facet === 'exception') {
    const order = data.catalogue.map((one) => one.name);
    return options.sort((a, b) => order.indexOf(a.word) - order.indexOf(b.word));
  }
  const first = new Set(chosen);
  return options
    .filter((option) => option.n > 0 || first.has(option.word))
    .sort((a, b) => Number(first.has(b.word)) - Number(first.has(a.word)) || b.n - a.n || (a.word < b.word ? -1 : 1));
}
