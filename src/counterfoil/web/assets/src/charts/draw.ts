// Draws one chart from what the server laid out beside it. Figures stand in a table below it as well, for everybody.
import { BarChart, LineChart } from 'echarts/charts';
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent } from 'echarts/components';
import * as echarts from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';

echarts.use([BarChart, LineChart, AriaComponent, GridComponent, LegendComponent, TooltipComponent, SVGRenderer]);

interface Series {
  name: string;
  values: number[];
}

interface Laid {
  kind: 'bars' | 'columns' | 'lines';
  /** The series of one label stand on one another, and not beside. */
  stacked?: boolean;
  /** Decimal places that each figure has; else as many as it needs. */
  digits?: number;
  labels: string[];
  series: Series[];
  /** The page's language, for the figures. */
  language: string;
}

const TONES = ['--color-primary', '--tone-1', '--tone-3', '--tone-2', '--tone-5', '--tone-4'];

function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** Narrower than this, figures on an axis stand too close to be read, and names leave no room for bars. */
const NARROW_PX = 480;

/** So wide are names beside bars there. */
const NAME_PX = 124;

/** So high is one bar with its name, beside enough room and in little; and so high what stands above and below all of them. */
const BAR_PX = { wide: 24, narrow: 48 };
const AROUND_PX = 64;
const HEIGHT_PX_MIN = 256;

/** Many bars make a chart higher, so that no name stands in another. */
function heightOf(laid: Laid, isNarrow: boolean): number {
  const bars = laid.kind === 'bars' ? laid.labels.length : 0;
  return Math.max(HEIGHT_PX_MIN, AROUND_PX + bars * (isNarrow ? BAR_PX.narrow : BAR_PX.wide));
}

function optionOf(laid: Laid, isNarrow: boolean): echarts.EChartsCoreOption {
  // Named, and not inherited: what is measured must be what is drawn.
  const text = { color: colour('--ink-2'), fontFamily: getComputedStyle(document.body).fontFamily, fontSize: 12 };
  const names = {
    type: 'category',
    data: laid.labels,
    axisTick: { show: false },
    axisLine: { lineStyle: { color: colour('--line-2') } },
    // Where there is little room a long name takes more lines, and leaves the bars theirs.
    axisLabel: laid.kind === 'bars' ? { ...text, ...(isNarrow ? { width: NAME_PX, overflow: 'break' } : { width: null, overflow: 'none' }), lineHeight: 15 } : text,
    inverse: laid.kind === 'bars',
  };
  const figures = {
    type: 'value',
    splitNumber: isNarrow ? 3 : 5,
    splitLine: { lineStyle: { color: colour('--line') } },
    axisLabel: { ...text, formatter: (value: number) => value.toLocaleString(laid.language) },
  };
  return {
    // Drawn at once: a page that is printed or looked at while bars still move shows wrong figures.
    animation: false,
    color: TONES.map(colour),
    textStyle: text,
    grid: { left: 4, right: 12, top: laid.series.length > 1 ? 36 : 12, bottom: 4, outerBoundsMode: 'same' },
    legend: laid.series.length > 1 ? { top: 0, left: 0, icon: 'roundRect', textStyle: text } : undefined,
    // Rich text is drawn; the other kind writes styles into the page, which the page does not allow.
    tooltip: {
      trigger: 'axis',
      renderMode: 'richText',
      backgroundColor: colour('--color-base-100'),
      borderColor: colour('--line-2'),
      textStyle: { ...text, color: colour('--color-base-content') },
      valueFormatter: (value: unknown) => Number(value).toLocaleString(laid.language, laid.digits === undefined ? {} : { minimumFractionDigits: laid.digits, maximumFractionDigits: laid.digits }),
    },
    // Several series are told apart by their patterns as well: a colour is never the only sign.
    aria: { enabled: true, label: { enabled: false }, decal: { show: laid.series.length > 1 } },
    [laid.kind === 'bars' ? 'yAxis' : 'xAxis']: names,
    [laid.kind === 'bars' ? 'xAxis' : 'yAxis']: figures,
    series: laid.series.map((one) => ({
      name: one.name,
      type: laid.kind === 'lines' ? 'line' : 'bar',
      data: one.values,
      stack: laid.stacked ? 'all' : undefined,
      barMaxWidth: 28,
      symbolSize: 6,
      itemStyle: laid.kind === 'lines' ? undefined : { borderRadius: laid.stacked ? 0 : laid.kind === 'bars' ? [0, 4, 4, 0] : [4, 4, 0, 0] },
    })),
  };
}

export function draw(place: HTMLElement): void {
  const laid = JSON.parse(place.dataset.chart ?? '{}') as Laid;
  let isNarrow = place.clientWidth < NARROW_PX;
  place.style.height = `${heightOf(laid, isNarrow)}px`;
  const chart = echarts.init(place, undefined, { renderer: 'svg' });
  const show = () => chart.setOption(optionOf(laid, isNarrow));
  show();
  new ResizeObserver(() => {
    chart.resize();
    if (place.clientWidth < NARROW_PX === isNarrow) return;
    isNarrow = !isNarrow;
    place.style.height = `${heightOf(laid, isNarrow)}px`;
    show();
  }).observe(place);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', show);
}
