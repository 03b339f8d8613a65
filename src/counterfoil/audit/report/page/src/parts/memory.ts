// What the reader chose, kept in the browser where it allows that; the page works without.
import { useState } from 'preact/hooks';

export function remembered<T extends string>(name: string, first: T, known: readonly T[]): [T, (value: T) => void] {
  const [value, setValue] = useState<T>(() => {
    const kept = read(name) as T;
    return known.includes(kept) ? kept : first;
  });
  return [
    value,
    (next) => {
      setValue(next);
      write(name, next);
    },
  ];
}

export function read(name: string): string | null {
  try {
    return localStorage.getItem(`counterfoil.report.${name}`);
  } catch {
    return null;
  }
}

export function write(name: string, value: string): void {
  try {
    localStorage.setItem(`counterfoil.report.${name}`, value);
  } catch {
    // A browser that keeps nothing is no reason to stop.
  }
}
