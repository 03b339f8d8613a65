// Shortcuts of one or two keys. They can be switched off (WCAG 2.1.4), and never fire in a field or a dialog.
const MEMORY = 'counterfoil.shortcuts';
const SECOND_KEY_MS = 1200;

function areOn(): boolean {
  try {
    return localStorage.getItem(MEMORY) !== 'off';
  } catch {
    return true;
  }
}

function remember(on: boolean): void {
  try {
    localStorage.setItem(MEMORY, on ? 'on' : 'off');
  } catch {
    // A browser that keeps nothing has its shortcuts on.
  }
}

function isTyping(target: EventTarget | null): boolean {
  if (target instanceof HTMLInputElement) return target.type !== 'checkbox' && target.type !== 'radio';
  return target instanceof HTMLElement && (target.isContentEditable || /^(SELECT|TEXTAREA)$/.test(target.tagName));
}

/** Say whether a key is a shortcut: not with a modifier, in a field, in a dialog, or where they are switched off. */
export function mayFire(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey || event.key.length > 1) return false;
  return !isTyping(event.target) && !document.querySelector('dialog[open]') && areOn();
}

/** Do what the keys pressed so far stand for; true where that was something. */
function act(keys: string): boolean {
  const bound = document.querySelector<HTMLElement>(`[data-keys="${CSS.escape(keys)}"]`);
  if (!bound) return false;
  if (bound.matches('input')) bound.focus();
  else bound.click();
  return true;
}

export function startShortcuts(): void {
  let first = '';
  let pressedAt = 0;
  document.addEventListener('keydown', (event) => {
    if (!mayFire(event)) return;
    const both = event.timeStamp - pressedAt < SECOND_KEY_MS ? `${first} ${event.key}` : '';
    first = event.key;
    pressedAt = event.timeStamp;
    if ((both && act(both)) || act(event.key)) {
      event.preventDefault();
      first = '';
    }
  });
  const choice = document.querySelector<HTMLInputElement>('input[data-shortcuts-on]');
  if (!choice) return;
  choice.checked = areOn();
  choice.addEventListener('change', () => remember(choice.checked));
}
