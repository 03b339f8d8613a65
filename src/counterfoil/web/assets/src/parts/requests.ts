// Sends the page's token with everything that changes something, and keeps a verb from being pressed twice.
// Whoever lost the connection may press again: the action's id is the same, so nothing happens twice.
const TOKEN = 'meta[name="csrf-token"]';
const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

interface Sending {
  ctx: { request: { method: string; headers: Record<string, string> }; sourceElement: Element };
}

function verbOf(element: Element): HTMLFormElement | null {
  return element.closest('form[data-verb]');
}

function begin(form: HTMLFormElement, submitter: HTMLElement | null): void {
  form.dataset.pending = '';
  form.setAttribute('aria-busy', 'true');
  for (const button of form.querySelectorAll<HTMLButtonElement>('button')) {
    if (button === submitter || button.type === 'submit') button.setAttribute('aria-disabled', 'true');
  }
}

/** What an earlier press was answered must not stand beside the answer to this one. */
function clearToasts(): void {
  for (const toast of document.querySelectorAll('#toasts .toast-item')) toast.remove();
}

function end(form: HTMLFormElement): void {
  // A PIN is typed anew: what was wrong must not be sent again.
  for (const secret of form.querySelectorAll<HTMLInputElement>('input[type="password"]')) secret.value = '';
  delete form.dataset.pending;
  form.removeAttribute('aria-busy');
  for (const button of form.querySelectorAll('button[aria-disabled]')) button.removeAttribute('aria-disabled');
}

/** Show a message that the page brought along for the case that no answer comes. */
function sayUnreachable(): void {
  const brought = document.querySelector<HTMLTemplateElement>('template#unreachable');
  const place = document.getElementById('toasts');
  if (brought && place && !place.querySelector('[data-unreachable]')) place.append(brought.content.cloneNode(true));
}

export function startRequests(): void {
  document.addEventListener('htmx:config:request', (event) => {
    const { request } = (event as CustomEvent<Sending>).detail.ctx;
    const token = document.querySelector<HTMLMetaElement>(TOKEN)?.content;
    if (token && !SAFE.has(request.method)) request.headers['X-CSRF-Token'] = token;
  });
  document.addEventListener('htmx:before:request', (event) => {
    const form = verbOf((event as CustomEvent<Sending>).detail.ctx.sourceElement);
    if (!form) return;
    clearToasts();
    begin(form, null);
  });
  document.addEventListener('htmx:finally:request', (event) => {
    const form = verbOf((event as CustomEvent<Sending>).detail.ctx.sourceElement);
    if (form) end(form);
  });
  document.addEventListener('htmx:error', sayUnreachable);

  // Listens before htmx does, so that a second press reaches nobody.
  document.addEventListener(
    'submit',
    (event) => {
      const form = event.target as HTMLFormElement;
      if (!form.matches('form[data-verb]')) return;
      if (form.dataset.pending !== undefined) {
        event.preventDefault();
        event.stopImmediatePropagation();
        return;
      }
      // Once the form is on its way: a button that is disabled earlier would not be sent along.
      setTimeout(() => begin(form, event.submitter), 0);
    },
    true,
  );
  // A page that comes back from the browser's memory must not be stuck.
  window.addEventListener('pageshow', () => {
    for (const form of document.querySelectorAll<HTMLFormElement>('form[data-pending]')) end(form);
  });
}
