// Dialogs open and close, toasts go. A dialog is the browser's own: it keeps the focus, and Escape closes it.

function open(id: string): void {
  const dialog = document.getElementById(id);
  if (dialog instanceof HTMLDialogElement && !dialog.open) dialog.showModal();
}

export function startOverlays(): void {
  document.addEventListener('click', (event) => {
    if (!(event.target instanceof Element)) return;
    const opener = event.target.closest<HTMLElement>('[data-opens]');
    if (opener?.dataset.opens) {
      open(opener.dataset.opens);
      return;
    }
    if (event.target.closest('[data-closes]')) event.target.closest('dialog')?.close();
    else if (event.target.matches('dialog')) (event.target as HTMLDialogElement).close();
    event.target.closest('[data-dismisses]')?.closest('.toast-item')?.remove();
  });
  // A dialog that an answer brings along opens by itself.
  const openNew = () => {
    for (const dialog of document.querySelectorAll<HTMLDialogElement>('dialog[data-open-now]')) {
      dialog.removeAttribute('data-open-now');
      if (!dialog.open) dialog.showModal();
    }
  };
  document.addEventListener('htmx:after:swap', openNew);
  openNew();
}
