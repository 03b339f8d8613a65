// Exceptions by day, week or month, stacked by exception.
import { useMemo } from 'preact/hooks';
import { type Shared, useShared } from '../app';
import { weekdayOf } from '../data/filter';
import { go, hashWith } from '../data/route';
import { dayText } from '../show/time';
import { Chart, tip, tooltip } from './chart';
import { axisLabel, measureChoice, measured, type Measure, Tally } from './measure';

/** Longer spans are drawn by week, then by month. */
const DAYS_MAX = 120;
const WEEKS_MAX_DAYS = 900;

interface Buckets {
  step: 'day' | 'week' | 'month';
  /** First and last day of each bucket. */
  spans: [first: number, last: number][];
  tallies: Tally[];
}

function bucketsOf(shared: Shared, measure: Measure): Buckets {
  const { data, findings } = shared;
  const passes = measured(shared, measure);
  let first = Infinity;
  let last = -Infinity;
  for (let row = 0; row < findings.rows; row++) {
    if (!passes(row)) continue;
    first = Math.min(first, findings.day[row]!);
    last = Math.max(last, findings.day[row]!);
  }
  const days = last - first + 1;
  const step = days <= DAYS_MAX ? 'day' : days <= WEEKS_MAX_DAYS ? 'week' : 'month';
  const spans = first === Infinity ? [] : spansOf(first, last, step);
  const bucketOf = new Map<number, number>();
  spans.forEach(([from, to], bucket) => {
    for (let day = from; day <= to; day++) bucketOf.set(day, bucket);
  });
  const order = new Map(data.catalogue.map((exception, place) => [exception.name, place]));
  const tallies = data.catalogue.map(() => new Tally(spans.length, measure, data.scales));
  for (let row = 0; row < findings.rows; row++) {
    if (!passes(row)) continue;
    const place = order.get(findings.word('exception', row)!);
    if (place !== undefined) tallies[place]!.add(bucketOf.get(findings.day[row]!)!, findings.amount[row]!);
  }
  return { step, spans, tallies };
}

function spansOf(first: number, last: number, step: 'day' | 'week' | 'month'): [number, number][] {
  const spans: [number, number][] = [];
  let day = step === 'week' ? first - weekdayOf(first) : first;
  while (day <= last) {
    let end = day;
    if (step === 'week') end = day + 6;
    if (step === 'month') {
      const at = new Date(day * 86_400_000);
      end = Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1, 1) / 86_400_000 - 1;
    }
    spans.push([day, end]);
    day = end + 1;
  }
  return spans;
}

function spanName(step: Buckets['step'], [first, last]: [number, number]): string {
  if (step === 'day') return dayText(first);
  return step === 'month' ? dayText(first).slice(0, 7) : `${dayText(first)} – ${dayText(last)}`;
}

export function DaysChart({ measure, small = false }: { measure: Measure; small?: boolean }) {
  const shared = useShared();
  const { data, words } = shared;
  const { step, spans, tallies } = useMemo(() => bucketsOf(shared, measure), [shared.findings, measure]);
  const titles = data.catalogue.map(({ title }) => words.pair(title));
  const names = spans.map((one) => spanName(step, one));
  const figures = {
    head: [words.t('match.day'), ...titles],
    rows: names.map((name, bucket) => [name, ...tallies.map((tally) => tally.said(bucket))]),
  };
  const heading = { day: 'charts.days', week: 'charts.week', month: 'charts.month' } as const;
  return (
    <Chart
      id="days"
      title={words.t(small ? 'when.title' : heading[step])}
      sub={words.t(small ? 'when.sub' : 'charts.days.sub')}
      height={small ? 220 : 300}
      depends={[tallies]}
      figures={figures}
      click={({ seriesIndex, dataIndex }) => {
        const exception = data.catalogue[seriesIndex ?? 0]!.name;
        const [from, to] = spans[dataIndex]!.map(dayText) as [string, string];
        go(hashWith({ chosen: { exception: [exception], ...measureChoice(measure) }, from, to }));
      }}
      option={(paint) => ({
        grid: { left: 4, right: 4, top: 12, bottom: 4, containLabel: true },
        tooltip: {
          ...tooltip(paint),
          trigger: 'axis',
          axisPointer: { type: 'shadow' },
          formatter: (points: { dataIndex: number }[]) => {
            const bucket = points[0]!.dataIndex;
            const lines = tallies.map((tally, place) => [titles[place]!, tally.said(bucket), paint.tones[place]!] as const);
            return tip(names[bucket]!, lines.filter((_, place) => tallies[place]!.counts[bucket]! > 0));
          },
        },
        xAxis: {
          type: 'category',
          data: spans.map(([first]) => (step === 'month' ? dayText(first).slice(0, 7) : dayText(first).slice(5))),
          axisTick: { show: false },
          axisLine: { lineStyle: { color: paint.line } },
          axisLabel: { color: paint.muted, hideOverlap: true },
        },
        yAxis: {
          type: 'value',
          minInterval: measure ? undefined : 1,
          splitLine: { lineStyle: { color: paint.line } },
          axisLabel: { color: paint.muted, formatter: (value: number) => axisLabel(value, words.language === 'zh') },
        },
        series: tallies.map((tally, place) => ({
          type: 'bar',
          stack: 'all',
          barCategoryGap: '22%',
          barMaxWidth: 36,
          cursor: 'pointer',
          name: titles[place],
          itemStyle: { color: paint.tones[place] },
          data: spans.map((_, bucket) => tally.size(bucket)),
        })),
      })}
    >
      <Legend />
    </Chart>
  );
}

/** The colours of the five exceptions, by name. */
export function Legend() {
  const { data, words } = useShared();
  return (
    <ul class="legend">
      {data.catalogue.map((exception, place) => (
        <li key={exception.name} class={`tone-${place + 1}`}>
          <i class="dot" aria-hidden="true" />
          {words.pair(exception.title)}
        </li>
      ))}
    </ul>
  );
}
