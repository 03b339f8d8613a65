// The head of the page: brand, sections, language and colours.
import { useEffect, useRef } from 'preact/hooks';
import { useShared } from '../app';
import { hashOf, VIEWS } from '../data/route';
import { count } from '../show/money';
import type { Key, Language } from '../words/words';
import { MoonIcon, SunIcon, SystemIcon } from './icons';

interface Choices {
  language: Language;
  setLanguage: (language: Language) => void;
  theme: string;
  setTheme: (theme: 'auto' | 'light' | 'dark') => void;
}

const THEMES = { auto: SystemIcon, light: SunIcon, dark: MoonIcon } as const;
const NEXT_THEME = { auto: 'light', light: 'dark', dark: 'auto' } as const;

export function Head({ language, setLanguage, theme, setTheme }: Choices) {
  const { words, route, data } = useShared();
  const here = route.view === 'case' ? 'findings' : route.view;
  const shownTheme = theme as keyof typeof THEMES;
  const Icon = THEMES[shownTheme];
  const nav = useRef<HTMLElement>(null);
  useEffect(() => {
    const current = nav.current?.querySelector<HTMLElement>('[aria-current]');
    if (nav.current && current) nav.current.scrollLeft = current.offsetLeft - nav.current.clientWidth / 3;
  }, [here]);
  return (
    <header class="head">
      <div class="head-inner">
        <a class="brand" href={hashOf('overview')}>
          <Mark />
          <span>{words.t('brand')}</span>
        </a>
        <nav ref={nav} aria-label={words.t('nav')}>
          <ul>
            {VIEWS.filter((view) => view !== 'match' || data.days.length > 0).map((view) => (
              <li key={view}>
                <a href={hashOf(view)} aria-current={view === here ? 'page' : undefined}>
                  {words.t(`nav.${view}`)}
                  {view === 'findings' && data.findings > 0 && <span class="nav-count">{count(data.findings)}</span>}
                </a>
              </li>
            ))}
          </ul>
        </nav>
        <div class="head-tools">
          <div class="switch" role="group" aria-label={words.t('language')}>
            {(['en', 'zh'] as const).map((one) => (
              <button
                type="button"
                key={one}
                lang={one === 'zh' ? 'zh-CN' : 'en'}
                aria-pressed={one === language}
                onClick={() => setLanguage(one)}
              >
                {one === 'zh' ? '中文' : 'EN'}
              </button>
            ))}
          </div>
          <button
            type="button"
            class="icon-button"
            title={`${words.t('theme')}${words.t('colon')}${words.t(`theme.${shownTheme}` as Key)}`}
            aria-label={`${words.t('theme')}${words.t('colon')}${words.t(`theme.${shownTheme}` as Key)}`}
            onClick={() => setTheme(NEXT_THEME[shownTheme])}
          >
            <Icon />
          </button>
        </div>
      </div>
    </header>
  );
}

/** A ticket and its counterfoil, torn apart. */
function Mark() {
  return (
    <svg class="mark" viewBox="0 0 32 32" width="28" height="28" aria-hidden="true">
      <rect class="mark-ground" width="32" height="32" rx="8" />
      <path class="mark-paper" d="M7 9h11v14H7zM20.5 9H25v14h-4.500z" />
      <path class="mark-line" d="M9.500 13h6M9.500 16h6M9.500 19h3.500" />
    </svg>
  );
}
