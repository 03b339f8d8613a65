// The case before and the case after, in the list that the reader came from.
import type { Shared } from '../app';

export interface Neighbours {
  previous: string | null;
  next: string | null;
  /** From one on; 0: the case is not in the list. */
  place: number;
  all: number;
}

export function neighbours({ table, findings, route }: Shared): Neighbours {
  const { rows } = table.run(route.filter);
  const row = findings.place(route.id);
  const place = row === undefined ? -1 : rows.indexOf(row);
  const idAt = (at: number): string | null => (at >= 0 && at < rows.length ? findings.ids[rows[at]!]! : null);
  return {
    previous: place < 0 ? null : idAt(place - 1),
    next: place < 0 ? null : idAt(place + 1),
    place: place + 1,
    all: rows.length,
  };
}
