// All findings: searched, filtered, ordered, exported. What is shown is written into the address.
import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { useShared } from '../app';
import { csvOf, save } from '../data/export';
import { FACETS, type Filter, NO_FILTER } from '../data/filter';
import { go, hashOf } from '../data/route';
import { Chips } from '../parts/chips';
import { CopyButton } from '../parts/copy';
import { Facets } from '../parts/facets';
import { CrossIcon, DownloadIcon, FilterIcon, LinkIcon, SearchIcon } from '../parts/icons';
import { FindingRows } from '../parts/finding-rows';
import { SortChoice } from '../parts/sort-choice';
import { count } from '../show/money';

const SETTLE_MS = 60;

export function FindingsView() {
  const { data, findings, table, words, route } = useShared();
  const { filter } = route;
  const [sentencesHere, setSentencesHere] = useState(0);
  const result = useMemo(() => {
    performance.mark('filter-begins');
    const made = table.run(filter);
    performance.measure('filter', 'filter-begins');
    return made;
  }, [table, filter, sentencesHere]);
  const change = useCallback((changes: Partial<Filter>) => {
    go(hashOf('findings', '', { ...filter, ...changes }), true);
  }, [filter]);
  useSentencesLater(() => setSentencesHere((n) => n + 1));
  const active = activeCount(filter);
  const [open, setOpen] = useState(false);

  return (
    <div class="page findings">
      <div class="section-head">
        <h1>{words.t('nav.findings')}</h1>
        <p class="found" role="status">
          {result.rows.length === findings.rows
            ? words.n('finding', findings.rows)
            : words.t('finding.shown', { n: count(result.rows.length), all: count(findings.rows) })}
        </p>
      </div>
      {data.findings > findings.rows && (
        <p class="note">{words.t('hero.cut', { n: count(data.shown_max), all: count(data.findings) })}</p>
      )}
      <div class="tools">
        <SearchField value={filter.q} change={(q) => change({ q })} />
        <button
          type="button"
          class="button filters-button"
          aria-expanded={open}
          aria-controls="facets"
          onClick={() => setOpen(!open)}
        >
          <FilterIcon />
          <span>{active ? words.t('filters.n', { n: active }) : words.t('filters')}</span>
        </button>
        <SortChoice filter={filter} change={change} />
        <Export rows={result.rows} />
        <CopyButton text={() => location.href} label={words.t('copy.view')} icon={<LinkIcon />} />
      </div>
      <Chips filter={filter} change={change} />
      <div class="findings-columns">
        <aside id="facets" class={open ? 'facets open' : 'facets'} aria-label={words.t('filters')}>
          <Facets filter={filter} counts={result.counts} change={change} />
        </aside>
        <FindingRows rows={result.rows} filter={filter} />
      </div>
    </div>
  );
}

function activeCount(filter: Filter): number {
  const chosen = FACETS.filter((facet) => filter.chosen[facet]?.length).length;
  const ranges = [filter.min || filter.max, filter.from || filter.to, filter.hour, filter.weekday].filter(Boolean).length;
  return chosen + ranges;
}

/** Bring all sentences while nobody waits, so that the search finds words in them. */
function useSentencesLater(arrived: () => void): void {
  const { sentences, table } = useShared();
  useEffect(() => {
    const timer = setTimeout(() => {
      table.hay();
      void table.warm();
      void sentences.loadAll().then(arrived);
    }, 300);
    return () => clearTimeout(timer);
  }, [sentences, table]);
}

function SearchField({ value, change }: { value: string; change: (q: string) => void }) {
  const { words } = useShared();
  const [text, setText] = useState(value);
  const timer = useRef(0);
  // What comes back from the address is our own echo while somebody types on; only other changes count.
  const sent = useRef(value);
  useEffect(() => {
    if (value !== sent.current) setText(value);
    sent.current = value;
  }, [value]);
  const send = (next: string) => {
    sent.current = next;
    change(next);
  };
  const type = (next: string) => {
    setText(next);
    clearTimeout(timer.current);
    timer.current = window.setTimeout(() => send(next), SETTLE_MS);
  };
  return (
    <div class="search">
      <SearchIcon />
      <input
        id="search"
        type="search"
        autocomplete="off"
        spellcheck={false}
        value={text}
        placeholder={words.t('search.hint')}
        aria-label={words.t('search')}
        onInput={(event) => type(event.currentTarget.value)}
      />
      {text && (
        <button type="button" class="icon-button" aria-label={words.t('filters.clear')} onClick={() => type(NO_FILTER.q)}>
          <CrossIcon />
        </button>
      )}
    </div>
  );
}

function Export({ rows }: { rows: Uint32Array }) {
  const { data, findings, sentences, words } = useShared();
  const [busy, setBusy] = useState(false);
  const write = async () => {
    setBusy(true);
    try {
      save('findings.csv', await csvOf(rows, findings, sentences, data.chunk_rows));
    } finally {
      setBusy(false);
    }
  };
  return (
    <button type="button" class="button" disabled={busy || rows.length === 0} onClick={write}>
      <DownloadIcon />
      <span>{words.t(busy ? 'export.busy' : 'export')}</span>
    </button>
  );
}
