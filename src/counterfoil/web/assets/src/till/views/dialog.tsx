// A dialog of the browser's own: it keeps the focus, Escape closes it, and the focus goes back where it was.
import type { ComponentChildren } from 'preact';
import { useId, useLayoutEffect, useRef } from 'preact/hooks';
import { Icon, useTill } from '../context';
import { WORDS } from '../words';

interface Given {
  readonly title: string;
  readonly close: () => void;
  readonly children: ComponentChildren;
}

export function Dialog({ title, close, children }: Given) {
  const { say } = useTill();
  const place = useRef<HTMLDialogElement>(null);
  const id = useId();
  useLayoutEffect(() => {
    const dialog = place.current;
    if (!dialog || dialog.open) return undefined;
    const before = document.activeElement;
    dialog.showModal();
    dialog.querySelector<HTMLElement>('[data-first]')?.focus();
    // It may go without being closed: then nobody but us gives the focus back.
    return () => {
      const back = before instanceof HTMLElement && before !== document.body && before.isConnected ? before : null;
      (back ?? document.querySelector<HTMLElement>('#till-code'))?.focus();
    };
  }, []);
  return (
    <dialog class="dialog" ref={place} aria-labelledby={id} onClose={close}>
      <div class="dialog-inner">
        <div class="dialog-head">
          <h2 id={id}>{title}</h2>
          <button class="close" type="button" aria-label={say(WORDS.close)} onClick={() => place.current?.close()}>
            <Icon name="cross" />
          </button>
        </div>
        {children}
      </div>
    </dialog>
  );
}
