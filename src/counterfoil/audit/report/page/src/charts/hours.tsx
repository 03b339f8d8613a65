// The week as a map of heat: seven days, twenty-four hours.
import { useMemo } from 'preact/hooks';
import { useShared } from '../app';
import { weekdayOf } from '../data/filter';
import { go, hashWith } from '../data/route';
import type { Key } from '../words/words';
import { Chart, tip, tooltip } from './chart';
import { measureChoice, measured, type Measure, Tally } from './measure';

const HOURS = 24;
const WEEKDAYS = 7;

export function HoursChart({ measure }: { measure: Measure }) {
  const shared = useShared();
  const { data, findings, words } = shared;
  const tally = useMemo(() => {
    const made = new Tally(HOURS * WEEKDAYS, measure, data.scales);
    const passes = measured(shared, measure);
    for (let row = 0; row < findings.rows; row++) {
      if (passes(row)) made.add(weekdayOf(findings.day[row]!) * HOURS + findings.hour(row), findings.amount[row]!);
    }
    return made;
  }, [findings, measure]);
  const weekdays = Array.from({ length: WEEKDAYS }, (_, day) => words.t(`weekday.${day}` as Key));
  const hours = Array.from({ length: HOURS }, (_, hour) => String(hour).padStart(2, '0'));
  const cells = Array.from({ length: HOURS * WEEKDAYS }, (_, bucket) => bucket);
  const nameOf = (bucket: number): string => `${weekdays[Math.floor(bucket / HOURS)]!} ${hours[bucket % HOURS]!}:00`;
  return (
    <Chart
      id="hours"
      title={words.t('charts.hours')}
      sub={words.t('charts.hours.sub')}
      height={300}
      depends={[tally]}
      figures={{
        head: [words.t('facet.hour'), ...weekdays],
        rows: hours.map((hour, at) => [`${hour}:00`, ...weekdays.map((_, day) => tally.said(day * HOURS + at))]),
      }}
      click={({ dataIndex }) => {
        const [weekday, hour] = [Math.floor(dataIndex / HOURS), dataIndex % HOURS];
        go(hashWith({ chosen: measureChoice(measure), weekday: String(weekday), hour: String(hour) }));
      }}
      option={(paint) => ({
        grid: { left: 4, right: 4, top: 8, bottom: 4, containLabel: true },
        tooltip: {
          ...tooltip(paint),
          formatter: ({ dataIndex }: { dataIndex: number }) =>
            tip(nameOf(dataIndex), [[words.t(measure ? 'facet.amount' : 'nav.findings'), tally.said(dataIndex)]]),
        },
        xAxis: {
          type: 'category',
          data: hours,
          axisTick: { show: false },
          axisLine: { show: false },
          axisLabel: { color: paint.muted },
        },
        yAxis: {
          type: 'category',
          data: weekdays,
          inverse: true,
          axisTick: { show: false },
          axisLine: { show: false },
          axisLabel: { color: paint.muted },
        },
        visualMap: {
          show: false,
          min: 0,
          max: Math.max(...cells.map((bucket) => tally.size(bucket)), 1e-9),
          inRange: { color: paint.heat },
        },
        series: [
          {
            type: 'heatmap',
            cursor: 'pointer',
            itemStyle: { borderColor: paint.sheet, borderWidth: 2, borderRadius: 4 },
            emphasis: { itemStyle: { borderColor: paint.ink, borderWidth: 1 } },
            data: cells.map((bucket) => [bucket % HOURS, Math.floor(bucket / HOURS), tally.size(bucket)]),
          },
        ],
      })}
    />
  );
}
