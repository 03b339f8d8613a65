// Opens the browser's print dialog where a button says so; without a script the browser's own menu prints the same page.
export function startPrinting(): void {
  document.addEventListener('click', (event) => {
    if (event.target instanceof Element && event.target.closest('button[data-print]')) window.print();
  });
}
