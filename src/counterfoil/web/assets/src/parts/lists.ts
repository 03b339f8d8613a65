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

const ACTS: Record<string, () => boolean> = { j: () => move(1), k: () => move(-1), x: tick };

export function startLists(): void {
  document.addEventListener('keydown', (event) => {
    const act = ACTS[event.key];
    if (act && mayFire(event) && act()) event.preventDefault();
  });
}
