// Single-key shortcuts, and the list of them. They can be switched off (WCAG 2.1.4) and never fire in a field.
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { arrival, useShared } from '../app';
import { hashOf, go } from '../data/route';
import type { Key } from '../words/words';
import { CrossIcon, KeyboardIcon } from './icons';
import { read, write } from './memory';
import { neighbours } from './neighbours';

const LIST: readonly [keys: string, what: Key][] = [
  ['/', 'keys.search'],
  ['j', 'keys.next'],
  ['k', 'keys.previous'],
  ['u', 'keys.back'],
  ['l', 'keys.language'],
  ['?', 'keys.help'],
];

export function Keys({ switchLanguage }: { switchLanguage: () => void }) {
  const shared = useShared();
  const { words, route } = shared;
  const dialog = useRef<HTMLDialogElement>(null);
  const [on, setOn] = useState(() => read('keys') !== 'off');

  useLayoutEffect(() => {
    const act = (event: KeyboardEvent) => {
      if (!on || event.ctrlKey || event.metaKey || event.altKey || isField(event.target)) return;
      switch (event.key) {
        case '/':
          event.preventDefault();
          if (route.view === 'findings') document.getElementById('search')?.focus();
          else {
            arrival.focus = 'search';
            go(hashOf('findings'));
          }
          break;
        case 'j':
        case 'k': {
          const id = neighbours(shared)[event.key === 'j' ? 'next' : 'previous'];
          if (id && route.view === 'case') go(hashOf('case', id, route.filter));
          break;
        }
        case 'u':
          if (route.view === 'case') go(hashOf('findings', '', route.filter));
          break;
        case 'l':
          switchLanguage();
          break;
        case '?':
          dialog.current?.showModal();
          break;
      }
    };
    window.addEventListener('keydown', act);
    return () => window.removeEventListener('keydown', act);
  }, [on, shared, switchLanguage]);

  const change = (next: boolean) => {
    setOn(next);
    write('keys', next ? 'on' : 'off');
  };
  return (
    <>
      <button type="button" class="keys-button" onClick={() => dialog.current?.showModal()}>
        <KeyboardIcon /> {words.t('keys')}
      </button>
      <dialog ref={dialog} class="keys" aria-labelledby="keys-title">
        <div class="keys-head">
          <h2 id="keys-title">{words.t('keys.title')}</h2>
          <button type="button" class="icon-button" aria-label={words.t('close')} onClick={() => dialog.current?.close()}>
            <CrossIcon />
          </button>
        </div>
        <dl>
          {LIST.map(([keys, what]) => (
            <div key={keys}>
              <dt>
                <kbd>{keys}</kbd>
              </dt>
              <dd>{words.t(what)}</dd>
            </div>
          ))}
        </dl>
        <label class="check">
          <input type="checkbox" checked={on} onChange={(event) => change(event.currentTarget.checked)} />
          <span>{words.t('keys.on')}</span>
        </label>
      </dialog>
    </>
  );
}

function isField(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName);
}
