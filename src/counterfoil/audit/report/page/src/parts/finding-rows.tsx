// The rows of the findings: only those in sight are in the document, however many there are.
import { options } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { rememberScroll, useShared } from '../app';
import type { Filter } from '../data/filter';
import { hashOf } from '../data/route';
import { shortId } from '../show/key';
import { count } from '../show/money';
import { localTime } from '../show/time';
import { Money, Severity, Subject, useTone } from './marks';
import { Sentence } from './sentence';

/** Rows outside the window that are drawn all the same, so that scrolling shows no gaps. */
const SPARE = 8;
const WIDE = 900;
const HEIGHT_WIDE = 88;
const HEIGHT_NARROW = 156;
const PRINTED_MAX = 300;

interface Window {
  first: number;
  last: number;
  height: number;
}

export function FindingRows({ rows, filter }: { rows: Uint32Array; filter: Filter }) {
  const { words } = useShared();
  const box = useRef<HTMLDivElement>(null);
  const { first, last, height } = useWindow(box, rows.length);
  if (rows.length === 0) {
    return (
      <div class="nothing-found">
        <p class="hero-words">{words.t('table.none')}</p>
        <p>{words.t('table.none.more')}</p>
      </div>
    );
  }
  const shown = Array.from(rows.subarray(first, last));
  return (
    <div class="rows" role="table" aria-label={words.t('table.caption')} aria-rowcount={rows.length + 1}>
      <div class="rows-head" role="rowgroup">
        <div role="row" aria-rowindex={1}>
          <span role="columnheader">{words.t('facet.severity')}</span>
          <span role="columnheader">{words.t('table.finding')}</span>
          <span role="columnheader">{words.t('table.where')}</span>
          <span role="columnheader">{words.t('table.when')}</span>
          <span role="columnheader">{words.t('facet.amount')}</span>
        </div>
      </div>
      <div
        ref={box}
        class="rows-body"
        role="rowgroup"
        style={{ height: `${rows.length * height}px` }}
        onKeyDown={(event) => walk(event, height)}
      >
        {shown.map((row, place) => (
          <Row key={row} row={row} place={first + place} top={(first + place) * height} filter={filter} />
        ))}
      </div>
      {rows.length > last - first && last - first >= PRINTED_MAX && (
        <p class="note print-only">{words.t('table.print', { n: count(last - first), all: count(rows.length) })}</p>
      )}
    </div>
  );
}

function Row({ row, place, top, filter }: { row: number; place: number; top: number; filter: Filter }) {
  const { findings, words, diagnoses } = useShared();
  const tone = useTone();
  const diagnosis = findings.word('diagnosis', row)!;
  const where = (['store_id', 'terminal_id', 'operator_id'] as const)
    .map((column) => findings.word(column, row))
    .filter((word): word is string => word !== null);
  return (
    <div
      class={`row ${tone(findings.word('exception', row)!)}`}
      role="row"
      aria-rowindex={place + 2}
      style={{ transform: `translateY(${top}px)` }}
    >
      <span role="cell" class="cell-severity">
        <Severity name={findings.word('severity', row)!} />
      </span>
      <div role="cell" class="cell-finding">
        <p class="row-title">
          <a href={hashOf('case', findings.ids[row], filter)} data-place={place} onClick={rememberScroll}>
            {words.pair(diagnoses.get(diagnosis)?.title ?? [diagnosis, diagnosis])}
          </a>
          <Subject subject={findings.subjects[row]!} />
        </p>
        <Sentence row={row} />
      </div>
      <span role="cell" class="cell-where" title={where.join(' · ')}>
        <span>{where[0] && shortId(where[0])}</span>
        <span>{where.slice(1).map(shortId).join(' · ')}</span>
      </span>
      <span role="cell" class="cell-when">
        <span>{localTime(findings.at[row]!, findings.offset[row]!, 'day')}</span>
        <span>{localTime(findings.at[row]!, findings.offset[row]!, 'clock')}</span>
      </span>
      <span role="cell" class="cell-money">
        <Money minor={findings.amount[row]!} currency={findings.word('currency', row)} />
      </span>
    </div>
  );
}

/** Arrow keys walk from row to row; the page scrolls along, so the next row is there. */
function walk(event: KeyboardEvent, height: number): void {
  const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
  const from = (event.target as HTMLElement).dataset['place'];
  if (!step || from === undefined) return;
  const next = document.querySelector<HTMLElement>(`[data-place="${Number(from) + step}"]`);
  if (!next) return;
  event.preventDefault();
  next.focus({ preventScroll: true });
  const { top, bottom } = next.closest('.row')!.getBoundingClientRect();
  if (top < 160 || bottom > window.innerHeight - 16) window.scrollBy(0, step * height);
}

/** Which rows are in sight; everything up to a limit while printing. */
function useWindow(box: { current: HTMLDivElement | null }, length: number): Window {
  const [view, setView] = useState<Window>({ first: 0, last: Math.min(length, 20), height: rowHeight() });
  const printing = useRef(false);
  const look = () => {
    const height = rowHeight();
    const top = box.current?.getBoundingClientRect().top ?? 0;
    const first = Math.max(0, Math.min(length, Math.floor(-top / height) - SPARE));
    const last = Math.min(length, Math.ceil((window.innerHeight - top) / height) + SPARE);
    const next = printing.current
      ? { first: 0, last: Math.min(length, PRINTED_MAX), height }
      : { first, last: Math.max(last, first), height };
    setView((now) => (now.first === next.first && now.last === next.last && now.height === next.height ? now : next));
  };
  useLayoutEffect(look, [length]);
  useEffect(() => {
    const print = (on: boolean) => () => {
      printing.current = on;
      atOnce(look);
    };
    const [before, after] = [print(true), print(false)];
    window.addEventListener('scroll', look, { passive: true });
    window.addEventListener('resize', look);
    window.addEventListener('beforeprint', before);
    window.addEventListener('afterprint', after);
    return () => {
      window.removeEventListener('scroll', look);
      window.removeEventListener('resize', look);
      window.removeEventListener('beforeprint', before);
      window.removeEventListener('afterprint', after);
    };
  }, [length]);
  return { ...view, first: Math.min(view.first, length), last: Math.min(view.last, length) };
}

/** Draw a change before the function returns: a browser prints what is there when its event ends. */
function atOnce(change: () => void): void {
  const later = options.debounceRendering;
  options.debounceRendering = (draw) => draw();
  try {
    change();
  } finally {
    if (later) options.debounceRendering = later;
    else delete options.debounceRendering;
  }
}

function rowHeight(): number {
  return window.innerWidth >= WIDE ? HEIGHT_WIDE : HEIGHT_NARROW;
}
