// The flow of sales to their ends.
import { useEffect, useState } from 'preact/hooks';
import type { Overview } from '../data/model';
import { useShared } from '../app';
import { go, hashWith } from '../data/route';
import { count } from '../show/money';
import { Chart, tip, tooltip } from './chart';

const NARROW = 640;

export function FlowChart() {
  const { data, words } = useShared();
  const narrow = useNarrow();
  const [wrong, setWrong] = useState(false);
  const order = data.catalogue.map((exception) => exception.name);
  if (data.flow.edges.length === 0) return null;
  const anyWrong = data.flow.edges.some(([, target]) => order.includes(target));
  const { nodes, edges } = wrong ? onlyTo(data.flow, order) : data.flow;
  const names = new Map(nodes.map(([key, en, zh]) => [key, words.pair([en, zh])]));
  const through = new Map<string, number>();
  for (const [key] of nodes) {
    const into = edges.reduce((sum, [, target, n]) => sum + (target === key ? n : 0), 0);
    const out = edges.reduce((sum, [source, , n]) => sum + (source === key ? n : 0), 0);
    through.set(key, Math.max(into, out));
  }
  const sales = Math.max(...through.values());
  const label = (key: string): string => {
    const n = through.get(key) ?? 0;
    const name = `{name|${plain(names.get(key) ?? key)}}`;
    return `${name}\n{n|${count(n)}}${n === sales ? '' : `{share|  ${share(n, sales)}}`}`;
  };
  return (
    <Chart
      id="flow"
      title={words.t('charts.flow')}
      sub={words.t('charts.flow.sub')}
      height={narrow ? 520 : 420}
      depends={[narrow, wrong]}
      figures={{
        head: [words.t('facet.from'), words.t('facet.to'), words.t('checks.sales')],
        rows: edges.map(([source, target, n]) => [names.get(source)!, names.get(target)!, count(n)]),
      }}
      click={({ data: clicked, dataType }) => {
        const { name, target } = clicked as { name?: string; target?: string };
        const key = dataType === 'edge' ? target : name;
        if (key && order.includes(key)) go(hashWith({ chosen: { exception: [key] } }));
      }}
      option={(paint) => {
        const colour = (key: string): string => {
          const place = order.indexOf(key);
          if (place >= 0) return paint.tones[place]!;
          return edges.some(([source]) => source === key) ? paint.muted : paint.accent;
        };
        return {
          tooltip: {
            ...tooltip(paint),
            formatter: (point: { dataType?: string; name: string; data: { source: string; target: string; value: number } }) =>
              point.dataType === 'edge'
                ? tip(`${names.get(point.data.source)!} → ${names.get(point.data.target)!}`, [
                    [words.t('checks.sales'), count(point.data.value)],
                  ])
                : tip(names.get(point.name) ?? point.name, [[words.t('checks.sales'), count(through.get(point.name) ?? 0)]]),
          },
          series: [
            {
              type: 'sankey',
              orient: 'horizontal',
              left: 0,
              right: narrow ? 124 : 210,
              top: 8,
              bottom: 22,
              nodeWidth: 12,
              nodeGap: narrow ? 40 : 34,
              nodeAlign: 'left',
              draggable: false,
              layoutIterations: 32,
              emphasis: { focus: 'adjacency' },
              lineStyle: { color: 'target', opacity: 0.32, curveness: 0.5 },
              label: {
                color: paint.ink,
                fontSize: narrow ? 12 : 13,
                lineHeight: 17,
                rich: {
                  name: { fontSize: narrow ? 12 : 13, width: narrow ? 112 : 200, overflow: 'truncate' },
                  n: { fontSize: narrow ? 12 : 13, fontWeight: 600 },
                  share: { fontSize: 12, color: paint.muted },
                },
                formatter: ({ name }: { name: string }) => label(name),
              },
              data: nodes.map(([key]) => ({ name: key, itemStyle: { color: colour(key), borderWidth: 0 } })),
              links: edges.map(([source, target, value]) => ({ source, target, value })),
            },
          ],
        };
      }}
    >
      {anyWrong && (
        <div class="switch" role="group" aria-label={words.t('charts.flow')}>
          {[false, true].map((one) => (
            <button type="button" key={String(one)} aria-pressed={one === wrong} onClick={() => setWrong(one)}>
              {words.t(one ? 'charts.flow.wrong' : 'charts.flow.all')}
            </button>
          ))}
        </div>
      )}
    </Chart>
  );
}

/** The last stretch of the way to these ends, alone. */
function onlyTo({ nodes, edges }: Overview['flow'], ends: string[]): Overview['flow'] {
  const kept = edges.filter(([, target]) => ends.includes(target));
  const used = new Set(kept.flatMap(([source, target]) => [source, target]));
  return { nodes: nodes.filter(([key]) => used.has(key)), edges: kept };
}

/** A name without the signs that mean something in a label of several styles. */
function plain(name: string): string {
  return name.replace(/[{}|]/g, ' ');
}

/** A part of all sales in percent; what is too little to be written so is said to be less. */
function share(n: number, all: number): string {
  const percent = (100 * n) / Math.max(all, 1);
  return percent > 0 && percent < 0.01 ? '< 0.01%' : `${percent.toFixed(percent < 1 ? 2 : 1)}%`;
}

function useNarrow(): boolean {
  const [narrow, setNarrow] = useState(window.innerWidth < NARROW);
  useEffect(() => {
    const follow = () => setNarrow(window.innerWidth < NARROW);
    window.addEventListener('resize', follow);
    return () => window.removeEventListener('resize', follow);
  }, []);
  return narrow;
}
