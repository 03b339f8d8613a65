// All text of the page, in both languages, by key. A key that does not exist does not compile.
import type { Pair } from '../data/model';
import { count } from '../show/money';
import books from './books.json';
import page from './page.json';

export type Language = 'en' | 'zh';
export type Key = keyof typeof page;
type BookKey = keyof typeof books;

/** Writes text in one language. */
export class Words {
  readonly place: 0 | 1;

  constructor(readonly language: Language) {
    this.place = language === 'zh' ? 1 : 0;
  }

  /** The text of a key, with `{names}` filled in. */
  t(key: Key, values: Record<string, string | number> = {}): string {
    return fill(page[key][this.place]!, values);
  }

  /** A counted noun: `3 findings`, `1 finding`, `3 条发现`. */
  n(noun: 'finding' | 'sale' | 'row' | 'day' | 'more', amount: number): string {
    return amount === 1 ? this.t(`${noun}.one`) : this.t(`${noun}.n`, { n: count(amount) });
  }

  /** Sentences one behind the other; Chinese ones have no space between them. */
  sentences(...said: string[]): string {
    return said.join(this.language === 'zh' ? '' : ' ');
  }

  /** One of two texts that come with the data. */
  pair(pair: Pair): string {
    return pair[this.place];
  }

  /** The other language's text of a pair. */
  otherPair(pair: Pair): string {
    return pair[this.place === 0 ? 1 : 0];
  }

  /** A word of the book format; one that the page does not know is shown as it is. */
  book(prefix: string, word: string, values: Record<string, string> = {}): string {
    const pair = books[`${prefix}.${word}` as BookKey] as string[] | undefined;
    return pair ? fill(pair[this.place]!, values) : word;
  }

  /** Whether the page knows a word of the book format. */
  knows(prefix: string, word: string): boolean {
    return Object.hasOwn(books, `${prefix}.${word}`);
  }
}

function fill(text: string, values: Record<string, string | number>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    return value === undefined ? whole : String(value);
  });
}
