// Lists that are walked with j and k: the focus goes from one row's link to the next, and Enter opens it. x ticks a row.
import { mayFire } from './shortcuts';

const LINK = '[data-row-link]';

function links(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>(LINK)];
}

function move(by: 1 | -1): boolean {
  const all = links();
  if (all.length === 0) return false;
  const row = document.activeElement?.closest('[data-row]');
  const here = row ? all.findIndex((link) => row.contains(link)) : -1;
  const next = here < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(Math.max(here + by, 0), all.length - 1);
  all[next]?.focus();
  all[next]?.closest('[data-row]')?.scrollIntoView({ block: 'nearest' });
  return true;
}

function tick(): boolean {
  const box = document.activeElement?.closest('[data-row]')?.querySelector<HTMLInputElement>('input[type="checkbox"]');
  if (!box) return false;
  box.click();
  return true;
}

function boxes(): HTMLInputElement[] {
  return [...document.querySelectorAll<HTMLInputElement>('[data-row] input[type="checkbox"]')];
}

function sayHowMany(): void {
  const ticked = boxes().filter((box) => box.checked).length;
  for (const place of document.querySelectorAll('[data-ticked]')) place.textContent = ticked ? String(ticked) : '';
}

/** Tick every row of the page, or none where all are ticked. */
function tickAll(): void {
  const all = boxes();
  const every = all.every((box) => box.checked);
  for (const box of all) box.checked = !every;
  sayHowMany();
}

const ACTS: Record<string, () => boolean> = { j: () => move(1), k: () => move(-1), x: tick };

export function startLists(): void {
  document.addEventListener('change', (event) => {
    if (event.target instanceof Element && event.target.closest('[data-row]')) sayHowMany();
  });
  document.addEventListener('click', (event) => {
    if (event.target instanceof Element && event.target.closest('[data-ticks-all]')) tickAll();
  });
  // A browser that comes back to a page ticks what was ticked.
  window.addEventListener('pageshow', sayHowMany);
  document.addEventListener('htmx:after:swap', sayHowMany);
  document.addEventListener('keydown', (event) => {
    const act = ACTS[event.key];
    if (act && mayFire(event) && act()) event.preventDefault();
  });
}
