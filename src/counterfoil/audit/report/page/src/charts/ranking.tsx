// Bars by store, terminal, operator or diagnosis: the few with the most, stacked by exception.
import { useMemo, useState } from 'preact/hooks';
import { type Shared, useShared } from '../app';
import { go, hashWith } from '../data/route';
import { shortId } from '../show/key';
import { Chart, tip, tooltip } from './chart';
import { Legend } from './days';
import { axisLabel, measureChoice, measured, type Measure, Tally } from './measure';

type By = 'store_id' | 'terminal_id' | 'operator_id' | 'diagnosis';

const SHOWN_MAX = 15;
const ROW_HEIGHT = 30;

interface Bar {
  word: string;
  size: number;
  code: number;
}

function barsOf(shared: Shared, by: By, measure: Measure): { bars: Bar[]; tallies: Tally[]; total: Tally } {
  const { data, findings } = shared;
  const passes = measured(shared, measure);
  const words = findings.words[by];
  const order = new Map(data.catalogue.map((exception, place) => [exception.name, place]));
  const tallies = data.catalogue.map(() => new Tally(words.length + 1, measure, data.scales));
  const total = new Tally(words.length + 1, measure, data.scales);
  for (let row = 0; row < findings.rows; row++) {
    const code = findings.codes[by][row]!;
    if (code === 0 || !passes(row)) continue;
    total.add(code, findings.amount[row]!);
    const place = order.get(findings.word('exception', row)!);
    if (place !== undefined) tallies[place]!.add(code, findings.amount[row]!);
  }
  const bars = words
    .map((word, at) => ({ word, code: at + 1, size: total.size(at + 1) }))
    .filter((bar) => bar.size > 0)
    .sort((a, b) => b.size - a.size || (a.word < b.word ? -1 : 1));
  return { bars, tallies, total };
}

export function PlaceChart({ measure }: { measure: Measure }) {
  const { words, findings } = useShared();
  const present = (['store_id', 'terminal_id', 'operator_id'] as const).filter((by) => findings.words[by].length > 0);
  const [by, setBy] = useState<By>(present[0] ?? 'store_id');
  if (present.length === 0) return null;
  return (
    <Ranking id="where" by={by} measure={measure} title={words.t('charts.where')} sub={words.t('charts.where.sub')}>
      <div class="switch" role="group" aria-label={words.t('charts.where')}>
        {present.map((one) => (
          <button type="button" key={one} aria-pressed={one === by} onClick={() => setBy(one)}>
            {words.t(`charts.${one}` as 'charts.store_id')}
          </button>
        ))}
      </div>
    </Ranking>
  );
}

export function DiagnosisChart({ measure }: { measure: Measure }) {
  const { words } = useShared();
  const sub = words.t(measure ? 'diagnoses.sub' : 'diagnoses.sub.count');
  return (
    <Ranking id="by-diagnosis" by="diagnosis" measure={measure} title={words.t('charts.diagnosis')} sub={sub}>
      <Legend />
    </Ranking>
  );
}

interface Props {
  id: string;
  by: By;
  measure: Measure;
  title: string;
  sub: string;
  children: preact.ComponentChildren;
}

function Ranking({ id, by, measure, title, sub, children }: Props) {
  const shared = useShared();
  const { data, words, diagnoses } = shared;
  const { bars, tallies, total } = useMemo(() => barsOf(shared, by, measure), [shared.findings, by, measure]);
  const shown = bars.slice(0, SHOWN_MAX);
  const titles = data.catalogue.map((exception) => words.pair(exception.title));
  const nameOf = (word: string): string => {
    const known = by === 'diagnosis' ? diagnoses.get(word) : undefined;
    return known ? words.pair(known.title) : shortId(word);
  };
  return (
    <Chart
      id={id}
      title={title}
      sub={sub}
      height={Math.max(shown.length, 1) * ROW_HEIGHT + 36}
      depends={[shown, tallies]}
      figures={{
        head: [words.t(`facet.${by}`), ...titles],
        rows: bars.map(({ word, code }) => [nameOf(word), ...tallies.map((tally) => tally.said(code))]),
      }}
      click={({ seriesIndex, dataIndex }) => {
        const exception = data.catalogue[seriesIndex ?? 0]!.name;
        const chosen = { exception: [exception], [by]: [shown[dataIndex]!.word], ...measureChoice(measure) };
        go(hashWith({ chosen }));
      }}
      option={(paint) => ({
        grid: { left: 4, right: 20, top: 0, bottom: 4, containLabel: true },
        tooltip: {
          ...tooltip(paint),
          trigger: 'axis',
          axisPointer: { type: 'shadow' },
          formatter: (points: { dataIndex: number }[]) => {
            const { word, code } = shown[points[0]!.dataIndex]!;
            const lines = tallies.map((tally, place) => [titles[place]!, tally.said(code), paint.tones[place]!] as const);
            const some = lines.filter((_, place) => tallies[place]!.counts[code]! > 0);
            return tip(`${nameOf(word)}${words.t('colon')}${total.said(code)}`, some);
          },
        },
        yAxis: {
          type: 'category',
          inverse: true,
          data: shown.map(({ word }) => nameOf(word)),
          axisTick: { show: false },
          axisLine: { show: false },
          axisLabel: { color: paint.ink, width: 190, overflow: 'truncate' },
        },
        xAxis: {
          type: 'value',
          minInterval: measure ? undefined : 1,
          splitLine: { lineStyle: { color: paint.line } },
          axisLabel: {
            color: paint.muted,
            hideOverlap: true,
            formatter: (value: number) => axisLabel(value, words.language === 'zh'),
          },
        },
        series: tallies.map((tally, place) => ({
          type: 'bar',
          stack: 'all',
          barMaxWidth: 18,
          cursor: 'pointer',
          name: titles[place],
          itemStyle: { color: paint.tones[place] },
          data: shown.map(({ code }) => tally.size(code)),
        })),
      })}
    >
      {children}
    </Chart>
  );
}
