// One chart with its title, its figures as a table for whoever prefers them, and its colours from the style sheet.
import { BarChart, HeatmapChart, SankeyChart } from 'echarts/charts';
import { GridComponent, TooltipComponent, VisualMapComponent } from 'echarts/components';
import * as echarts from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import type { EChartsCoreOption } from 'echarts/core';
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { useShared } from '../app';

echarts.use([BarChart, HeatmapChart, SankeyChart, GridComponent, TooltipComponent, VisualMapComponent, SVGRenderer]);

/** Colours and letters of the style sheet, as the charts need them. */
export interface Paint {
  ink: string;
  muted: string;
  line: string;
  sheet: string;
  accent: string;
  danger: string;
  font: string;
  tones: string[];
  heat: string[];
}

export interface Figures {
  head: string[];
  rows: string[][];
}

interface Props {
  id: string;
  title: string;
  sub?: string;
  height: number;
  option: (paint: Paint) => EChartsCoreOption;
  /** What the option depends on beside colours and language. */
  depends: unknown[];
  figures: Figures;
  click?: (params: { seriesIndex?: number; dataIndex: number; data: unknown; dataType?: string }) => void;
  children?: ComponentChildren;
}

const FIGURES_MAX = 400;

export function Chart({ id, title, sub, height, option, depends, figures, click, children }: Props) {
  const { dark, words } = useShared();
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<echarts.EChartsType | null>(null);
  const act = useRef(click);
  act.current = click;

  useEffect(() => {
    if (!box.current) return;
    const made = echarts.init(box.current, null, { renderer: 'svg' });
    chart.current = made;
    made.on('click', (params) => act.current?.(params as never));
    made.on('rendered', () => scalable(made));
    const watch = new ResizeObserver(() => made.resize());
    watch.observe(box.current);
    return () => {
      watch.disconnect();
      made.dispose();
    };
  }, []);
  useEffect(() => {
    const paint = readPaint();
    const font = { fontFamily: paint.font, color: paint.muted };
    chart.current?.setOption({ aria: { enabled: false }, animation: false, textStyle: font, ...option(paint) }, true);
  }, [dark, words, ...depends]);

  return (
    <section class="panel chart-panel" aria-labelledby={id}>
      <div class="panel-head">
        <div>
          <h2 id={id}>{title}</h2>
          {sub && <p class="sub">{sub}</p>}
        </div>
        {children}
      </div>
      <div ref={box} class="chart" role="img" aria-label={`${title}. ${sub ?? ''}`} style={{ height: `${height}px` }} />
      <details class="figures">
        <summary>{words.t('charts.table')}</summary>
        <FigureTable figures={figures} title={title} />
      </details>
    </section>
  );
}

/** Let the drawing shrink with its box, as it must on paper. */
function scalable(chart: echarts.EChartsType): void {
  const svg = chart.getDom().querySelector('svg');
  svg?.setAttribute('viewBox', `0 0 ${chart.getWidth()} ${chart.getHeight()}`);
}

function FigureTable({ figures: { head, rows }, title }: { figures: Figures; title: string }) {
  const { words } = useShared();
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={words.t('table.of', { title })}>
      <table class="plain">
        <thead>
          <tr>
            {head.map((cell, place) => (
              <th key={place} scope="col">
                {cell}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, FIGURES_MAX).map((row, at) => (
            <tr key={at}>
              {row.map((cell, place) =>
                place === 0 ? (
                  <th key={place} scope="row">
                    {cell}
                  </th>
                ) : (
                  <td key={place}>{cell}</td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > FIGURES_MAX && <p class="note">{words.n('more', rows.length - FIGURES_MAX)}</p>}
    </div>
  );
}

function readPaint(): Paint {
  const style = getComputedStyle(document.documentElement);
  const value = (name: string): string => style.getPropertyValue(name).trim();
  return {
    ink: value('--ink'),
    muted: value('--ink-3'),
    line: value('--line'),
    sheet: value('--sheet'),
    accent: value('--accent'),
    danger: value('--danger'),
    font: getComputedStyle(document.body).fontFamily,
    tones: [1, 2, 3, 4, 5].map((tone) => value(`--tone-${tone}`)),
    heat: [1, 2, 3, 4, 5].map((step) => value(`--heat-${step}`)),
  };
}

/** Lines of text as the content of a tooltip; an element, so that nothing in them can be markup. */
export function tip(title: string, lines: readonly (readonly [name: string, value: string, colour?: string])[]): HTMLElement {
  const box = document.createElement('div');
  box.className = 'tip';
  const head = document.createElement('b');
  head.textContent = title;
  box.append(head);
  for (const [name, value, colour] of lines) {
    const line = document.createElement('p');
    const dot = document.createElement('i');
    dot.style.background = colour ?? 'transparent';
    const label = document.createElement('span');
    label.textContent = name;
    const amount = document.createElement('b');
    amount.textContent = value;
    line.append(dot, label, amount);
    box.append(line);
  }
  return box;
}

/** The look that all tooltips share. */
export function tooltip(paint: Paint): Record<string, unknown> {
  return {
    confine: true,
    backgroundColor: paint.sheet,
    borderColor: paint.line,
    borderWidth: 1,
    padding: 0,
    textStyle: { color: paint.ink, fontFamily: paint.font, fontSize: 13 },
    extraCssText: 'box-shadow: 0 6px 24px rgb(0 0 0 / 14%); border-radius: 8px;',
  };
}
