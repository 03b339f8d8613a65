// Copies what a button names, and says so beside it for a moment.
const SAID_MS = 2000;

async function copy(text: string): Promise<void> {
  // Browsers give the clipboard to pages of this machine and to https only; elsewhere the old way still works.
  if (navigator.clipboard) {
    await navigator.clipboard.writeText(text);
    return;
  }
  const field = document.createElement('textarea');
  field.value = text;
  document.body.append(field);
  field.select();
  document.execCommand('copy');
  field.remove();
}

export function startCopying(): void {
  document.addEventListener('click', (event) => {
    if (!(event.target instanceof Element)) return;
    const button = event.target.closest<HTMLButtonElement>('button[data-copy]');
    if (!button?.dataset.copy) return;
    copy(button.dataset.copy).then(
      () => {
        button.dataset.copied = '';
        setTimeout(() => delete button.dataset.copied, SAID_MS);
      },
      () => undefined,
    );
  });
}
