// What is left over on either side of a bill, day by day: ours above the line, theirs below.
import { useShared } from '../app';
import type { BillDay } from '../data/model';
import { count } from '../show/money';
import { Chart, tip, tooltip } from './chart';

export function LeftOverChart({ days, id }: { days: BillDay[]; id: string }) {
  const { words } = useShared();
  const ours = words.t('match.left_ours');
  const theirs = words.t('match.left_theirs');
  return (
    <Chart
      id={id}
      title={words.t('match.chart')}
      sub={words.t('match.chart.sub')}
      height={220}
      depends={[days]}
      figures={{
        head: [words.t('match.day'), ours, theirs],
        rows: days.map(([, , day, , , , , , , leftOurs, leftTheirs, covered]) =>
          covered ? [day, count(leftOurs), count(leftTheirs)] : [day, words.t('match.uncovered'), words.t('match.uncovered')],
        ),
      }}
      option={(paint) => {
        const bars = (name: string, colour: string, value: (day: BillDay) => number) => ({
          type: 'bar',
          stack: 'left',
          barMaxWidth: 22,
          barCategoryGap: '25%',
          name,
          itemStyle: { color: colour },
          data: days.map((day) => (day[11] ? value(day) : 0)),
        });
        return {
          grid: { left: 4, right: 4, top: 8, bottom: 4, containLabel: true },
          tooltip: {
            ...tooltip(paint),
            trigger: 'axis',
            axisPointer: { type: 'shadow' },
            formatter: (points: { dataIndex: number }[]) => {
              const day = days[points[0]!.dataIndex]!;
              if (!day[11]) return tip(day[2], [[words.t('match.uncovered'), '']]);
              return tip(day[2], [
                [ours, count(day[9]), paint.tones[0]!],
                [theirs, count(day[10]), paint.tones[2]!],
              ]);
            },
          },
          xAxis: {
            type: 'category',
            data: days.map(([, , day]) => day.slice(5)),
            axisTick: { show: false },
            axisLine: { lineStyle: { color: paint.muted } },
            axisLabel: { color: paint.muted, hideOverlap: true },
          },
          yAxis: {
            type: 'value',
            minInterval: 1,
            splitLine: { lineStyle: { color: paint.line } },
            axisLabel: { color: paint.muted, formatter: (value: number) => String(Math.abs(value)) },
          },
          series: [bars(ours, paint.tones[0]!, (day) => day[9]), bars(theirs, paint.tones[2]!, (day) => -day[10])],
        };
      }}
    />
  );
}
