// The one field that everything goes through: a scanner types a code and Enter, a cashier a code, a number of pieces or
// a name. What is scanned quickly is taken in its order, however long each look-up takes.
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { withItem, withoutLine } from '../basket';
import type { Item } from '../books';
import { Icon, Money, useTill } from '../context';
import { change } from '../ringing';
import type { Answer } from '../server';
import { server } from '../server';
import { WORDS } from '../words';

const SEARCH_AFTER_MS = 200;
const WORDS_MIN = 2;
const PIECES = /^(\d{1,4})\s*[*x×]\s*(.*)$/i;
/** More digits than this are a code, and nobody's name. */
const DIGITS_MAX = 5;

interface Given {
  readonly chosen: number;
  readonly choose: (place: number) => void;
  readonly tell: (text: string) => void;
  /** Ask for the weight of a line. */
  readonly weigh: (place: number) => void;
}

/** Part what was typed into a number of pieces and a code. */
function parted(text: string): { readonly pieces: number; readonly code: string } {
  const parts = PIECES.exec(text.trim());
  const pieces = Number(parts?.[1] ?? '1');
  return parts && pieces > 0 ? { pieces, code: (parts[2] ?? '').trim() } : { pieces: 1, code: text.trim() };
}

export function Entry({ chosen, choose, tell, weigh }: Given) {
  const { till, state, say } = useTill();
  const [text, setText] = useState('');
  const [found, setFound] = useState<readonly Item[]>([]);
  const [at, setAt] = useState(-1);
  const [isMissing, setMissing] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const { pieces, code } = parted(text);

  useLayoutEffect(() => {
    field.current?.focus();
    // A scanner types wherever the focus is: what it types belongs here, and to no button that was pressed last.
    const catchTyping = (event: KeyboardEvent) => {
      if (event.key.length !== 1 || event.ctrlKey || event.metaKey || event.altKey || event.key === ' ') return;
      const isField = event.target instanceof HTMLElement && /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
      if (isField || document.querySelector('dialog[open]')) return;
      event.stopPropagation();
      field.current?.focus();
    };
    document.addEventListener('keydown', catchTyping, true);
    return () => document.removeEventListener('keydown', catchTyping, true);
  }, []);
  useEffect(() => {
    setFound([]);
    setAt(-1);
    if (code.length < WORDS_MIN || (/^\d+$/.test(code) && code.length > DIGITS_MAX)) return undefined;
    let isOld = false;
    const timer = setTimeout(async () => {
      const answer = await server.items(code);
      if (!isOld && answer.is === 'ok') setFound(answer.value);
    }, SEARCH_AFTER_MS);
    return () => {
      isOld = true;
      clearTimeout(timer);
    };
  }, [code]);

  const put = async (item: Item, typed: string, how: 'scanned' | 'keyed' | 'touched', many: number) => {
    const { basket, place } = withItem(till.state.kept.basket, item, typed, how, many);
    choose(place);
    tell(say(WORDS.added, { name: item.name }));
    await change(till, basket);
    // What a scale has weighed says so; anything else by weight is weighed now.
    if (item.sold_by === 'weight' && item.quantity === '1' && item.labelled_minor === null) weigh(place);
  };
  const takeCode = async (typed: string, many: number) => {
    const answer = await lookedUp(typed);
    till.set({ isAway: answer.is === 'gone', isSignedOut: answer.is === 'out' });
    if (answer.is === 'ok') {
      await put(answer.value, typed, 'scanned', many);
      return;
    }
    // What is missing is seen before anything is paid.
    till.isPayWanted = false;
    if (answer.is === 'gone') setText((now) => now || typed);
    if (answer.is !== 'no') return;
    setMissing(true);
    tell(answer.no.happened);
  };
  const enter = () => {
    const isName = !/^\d+$/.test(code);
    const item = found[at] ?? (found.length === 1 && isName ? found[0] : undefined);
    if (!item && isName && found.length > 1 && !found.some(({ sku, name }) => sku === code || name === code)) {
      // Several are like it: the first one stands chosen, and the next press adds it.
      setAt(0);
      return;
    }
    setText('');
    setFound([]);
    setMissing(false);
    if (item) till.inLine(() => put(item, code, 'keyed', pieces));
    else if (code) till.inLine(() => takeCode(code, pieces));
    field.current?.focus();
  };
  const press = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    const { basket } = state.kept;
    if (event.key === 'Enter') enter();
    else if (event.key === 'Escape') setText('');
    else if (step !== 0 && found.length > 0) setAt((now) => Math.min(Math.max(now + step, -1), found.length - 1));
    else if (step !== 0 && text === '') choose(Math.min(Math.max(chosen + step, 0), basket.lines.length - 1));
    else if (event.key === 'Delete' && text === '' && basket.lines[chosen]) {
      tell(say(WORDS.takenOut, { name: basket.lines[chosen].name }));
      void change(till, withoutLine(basket, chosen));
    } else return;
    event.preventDefault();
  };
  return (
    <div class="till-entry">
      <label class="sr-only" for="till-code">{say(WORDS.scanOrSearch)}</label>
      <input
        class="input till-code" id="till-code" ref={field} value={text} placeholder={say(WORDS.scanOrSearch)} maxLength={100}
        autocomplete="off" autocapitalize="off" spellcheck={false} enterKeyHint="done"
        role="combobox" aria-expanded={found.length > 0} aria-controls="till-found" aria-autocomplete="list"
        aria-activedescendant={at >= 0 ? `till-found-${at}` : undefined} aria-describedby="till-code-help"
        onInput={(event) => { setText(event.currentTarget.value); setMissing(false); }} onKeyDown={press}
      />
      <p class="field-help" id="till-code-help">{found.length > 0 ? say(WORDS.found, { n: found.length }) : say(WORDS.scanHelp)}</p>
      {isMissing ? <p class="field-error" role="alert"><Icon name="warning" />{say(WORDS.nothingFound)}</p> : null}
      <ul class="till-found" id="till-found" role="listbox" aria-label={say(WORDS.item)} hidden={found.length === 0}>
        {found.map((item, place) => (
          <li key={item.sku} id={`till-found-${place}`} role="option" aria-selected={place === at}
            onClick={() => { setText(''); setFound([]); field.current?.focus(); till.inLine(() => put(item, code, 'touched', pieces)); }}>
            <span><bdi>{item.name}</bdi> <span class="note">{item.sku}</span></span>
            {item.price_minor === null ? null : <Money minor={item.price_minor} />}
          </li>
        ))}
      </ul>
    </div>
  );
}

/** Ask what a code stands for; a name that was typed in full, and is nobody else's, counts as one. */
async function lookedUp(code: string): Promise<Answer<Item>> {
  const answer = await server.item(code);
  if (answer.is !== 'no' || /^\d+$/.test(code)) return answer;
  const named = await server.items(code);
  const only = named.is === 'ok' && named.value.length === 1 ? named.value[0] : undefined;
  return only ? { is: 'ok', value: only } : answer;
}
