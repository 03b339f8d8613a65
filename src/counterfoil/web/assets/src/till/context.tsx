// The till within reach of every view, and its words, amounts and times in the visitor's language.
import { createContext } from 'preact';
import { useContext, useEffect, useState } from 'preact/hooks';
import type { Text } from './beginning';
import { written } from './money';
import type { State, Till } from './till';

export const TillContext = createContext<Till | null>(null);

export interface Speaking {
  readonly till: Till;
  readonly state: State;
  /** Say a text, with what is filled in. */
  say(text: Text, values?: Readonly<Record<string, string | number>>): string;
  /** An amount with its currency, for a sentence. */
  amount(minor: number): string;
  /** A moment on the shop's clock. */
  moment(at: string): string;
}

const LOCALES = { en: 'en', zh: 'zh-Hans-CN' } as const;
/** The day before the month, as every page of ours writes it. */
const DATES = { en: 'en-GB', zh: 'zh-Hans-CN' } as const;

export function useTill(): Speaking {
  const till = useContext(TillContext);
  if (till === null) throw new Error('a view stands outside the till');
  const [, redraw] = useState(0);
  useEffect(() => till.listen(() => redraw((n) => n + 1)), [till]);
  const { language, currency, digits, zone } = till.beginning;
  return {
    till,
    state: till.state,
    say: (text, values = {}) => text[language].replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole)),
    amount: (minor) => `${currency} ${written(minor, digits, LOCALES[language])}`,
    moment: (at) =>
      new Intl.DateTimeFormat(DATES[language], {
        timeZone: zone, year: 'numeric', month: language === 'zh' ? 'long' : 'short', day: 'numeric',
        hour: '2-digit', minute: '2-digit', hourCycle: 'h23',
      }).format(new Date(at)),
  };
}

export function Money({ minor, isLarge = false }: { minor: number; isLarge?: boolean }) {
  const { currency, digits, language } = useTill().till.beginning;
  return (
    <span class={isLarge ? 'money money-large' : 'money'}>
      <span class="currency">{currency}</span> {written(minor, digits, LOCALES[language])}
    </span>
  );
}

/** An icon of the kit; the page brings them along, so that they are drawn once. */
export function Icon({ name }: { name: string }) {
  const drawn = document.querySelector<HTMLTemplateElement>('#till-icons')?.content.querySelector(`[data-icon="${name}"]`);
  return <span class="till-icon" aria-hidden="true" dangerouslySetInnerHTML={{ __html: drawn?.innerHTML ?? '' }} />;
}

/** Now, told again every second while something is waited for. */
export function useSeconds(): number {
  const { till } = useTill();
  const [now, tell] = useState(till.clock.now());
  useEffect(() => {
    const timer = setInterval(() => tell(till.clock.now()), 1000);
    return () => clearInterval(timer);
  }, [till]);
  return now;
}
