// The frame around every view: the head with its sections, the view itself, the foot; and what all views share.
import { createContext } from 'preact';
import { useContext, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { Table } from './data/filter';
import { Findings, Sentences } from './data/findings';
import type { Diagnosis, Exception, Overview } from './data/model';
import { type Route, readRoute } from './data/route';
import { Foot } from './parts/foot';
import { Head } from './parts/head';
import { Keys } from './parts/keys';
import { remembered } from './parts/memory';
import { money } from './show/money';
import { CaseView } from './views/case';
import { ChartsView } from './views/charts';
import { ChecksView } from './views/checks';
import { FilesView } from './views/files';
import { FindingsView } from './views/findings';
import { MatchView } from './views/match';
import { OverviewView } from './views/overview';
import { PlaybooksView } from './views/playbooks';
import { type Language, Words } from './words/words';

export interface Shared {
  data: Overview;
  findings: Findings;
  sentences: Sentences;
  table: Table;
  words: Words;
  route: Route;
  /** The colours in force, so that charts can follow them. */
  dark: boolean;
  exceptions: Map<string, Exception>;
  diagnoses: Map<string, Diagnosis>;
  /** An amount for people. */
  money(minor: bigint, currency: string | null): string;
  /** A next step as people read it. */
  stepName(step: string): string;
}

const Context = createContext<Shared | null>(null);

export function useShared(): Shared {
  const shared = useContext(Context);
  if (!shared) throw new Error('a part of the page stands outside the page');
  return shared;
}

/** The language of whoever opens the report, where the address says it: `report?lang=zh`. */
function asked(): Language | null {
  const given = new URLSearchParams(location.search).get('lang');
  return given === 'en' || given === 'zh' ? given : null;
}

export function App({ data, findings }: { data: Overview; findings: Findings }) {
  const [language, setLanguage] = remembered<Language>('language', asked() ?? data.run.language, ['en', 'zh']);
  const [theme, setTheme] = remembered('theme', 'auto', ['auto', 'light', 'dark']);
  const dark = useDark(theme);
  const route = useRoute();
  const main = useRef<HTMLElement>(null);
  const still = useMemo(() => lasting(data, findings), [data, findings]);
  const shared = useMemo<Shared>(
    () => ({ ...still, ...spoken(still.data, language), route, dark }),
    [still, language, route, dark],
  );
  const { words } = shared;

  useEffect(() => {
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
  }, [language]);
  useEffect(() => {
    const name = route.view === 'case' ? `${words.t('nav.case')} ${route.id}` : words.t(`nav.${route.view}`);
    document.title = `${name} · Counterfoil`;
  }, [route, words]);
  useArrival(route, main);

  return (
    <Context.Provider value={shared}>
      <a class="skip" href="#main" onClick={(event) => focusMain(event, main.current)}>
        {words.t('skip')}
      </a>
      <Head {...{ language, setLanguage, theme, setTheme }} />
      <main id="main" ref={main} tabIndex={-1} key={route.view}>
        <ViewOf route={route} />
      </main>
      <Foot />
      <Keys switchLanguage={() => setLanguage(language === 'zh' ? 'en' : 'zh')} />
    </Context.Provider>
  );
}

function ViewOf({ route }: { route: Route }) {
  switch (route.view) {
    case 'overview':
      return <OverviewView />;
    case 'findings':
      return <FindingsView />;
    case 'case':
      return <CaseView key={route.id} />;
    case 'charts':
      return <ChartsView />;
    case 'match':
      return <MatchView />;
    case 'playbooks':
      return <PlaybooksView />;
    case 'checks':
      return <ChecksView />;
    case 'files':
      return <FilesView />;
  }
}

/** What stays the same whatever the reader does. */
function lasting(data: Overview, findings: Findings) {
  const exceptions = new Map(data.catalogue.map((exception) => [exception.name, exception]));
  const diagnoses = new Map(
    data.catalogue.flatMap((exception) => exception.diagnoses).map((diagnosis) => [diagnosis.name, diagnosis]),
  );
  const titles: Record<string, string> = {};
  for (const [name, { title }] of [...exceptions, ...diagnoses]) titles[name] = title.join(' ');
  const sentences = new Sentences(findings.rows, data.chunk_rows);
  return {
    data,
    findings,
    sentences,
    table: new Table(findings, sentences, data.scales, titles),
    exceptions,
    diagnoses,
    money: (minor: bigint, currency: string | null) => money(minor, currency, data.scales),
  };
}

/** What depends on the language alone. */
function spoken(data: Overview, language: Language) {
  const words = new Words(language);
  const stepName = (step: string): string => {
    const pair = data.next_steps[step];
    return pair ? words.pair(pair) : step;
  };
  return { words, stepName };
}

function useRoute(): Route {
  const [route, setRoute] = useState(() => readRoute(location.hash));
  useEffect(() => {
    const follow = () => setRoute(readRoute(location.hash));
    window.addEventListener('hashchange', follow);
    return () => window.removeEventListener('hashchange', follow);
  }, []);
  return route;
}

/** On arrival at another view the page starts at its top, and a screen reader at its heading. */
function useArrival(route: Route, main: { current: HTMLElement | null }): void {
  const first = useRef(true);
  useEffect(() => {
    if (first.current) {
      first.current = false;
      return;
    }
    const scrolled = scrolls.get(location.hash);
    window.scrollTo(0, scrolled ?? 0);
    const wanted = document.getElementById(arrival.focus) ?? main.current;
    arrival.focus = '';
    wanted?.focus({ preventScroll: true });
  }, [route.view, route.id]);
}

/** The element that the reader wants to be at in the view that comes next; none: its heading. */
export const arrival = { focus: '' };

/** How far the reader had scrolled in each view, for the way back. */
const scrolls = new Map<string, number>();
const SCROLLS_MAX = 50;

export function rememberScroll(): void {
  scrolls.set(location.hash, window.scrollY);
  for (const oldest of scrolls.keys()) {
    if (scrolls.size <= SCROLLS_MAX) break;
    scrolls.delete(oldest);
  }
}

function useDark(theme: string): boolean {
  const system = useMemo(() => window.matchMedia('(prefers-color-scheme: dark)'), []);
  const [systemDark, setSystemDark] = useState(system.matches);
  useEffect(() => {
    const follow = () => setSystemDark(system.matches);
    system.addEventListener('change', follow);
    return () => system.removeEventListener('change', follow);
  }, [system]);
  const dark = theme === 'auto' ? systemDark : theme === 'dark';
  document.documentElement.dataset['theme'] = dark ? 'dark' : 'light';
  return dark;
}

function focusMain(event: Event, main: HTMLElement | null): void {
  event.preventDefault();
  main?.focus();
}
