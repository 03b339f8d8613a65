// Where the reader is: the part of the address behind `#`, so that every view and filter can be bookmarked.
import { FACETS, type Filter, NO_FILTER, SORTS, type Sort } from './filter';

export const VIEWS = ['overview', 'findings', 'charts', 'match', 'playbooks', 'checks', 'files'] as const;
export type View = (typeof VIEWS)[number] | 'case';

export interface Route {
  view: View;
  /** The finding of a case, or the exception of a playbook. */
  id: string;
  filter: Filter;
}

const PLAIN = ['q', 'min', 'max', 'from', 'to', 'hour', 'weekday'] as const;

export function readRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?', 2);
  const [head = '', ...rest] = path.split('/');
  const known = head === 'case' || (VIEWS as readonly string[]).includes(head);
  return {
    view: known ? (head as View) : 'overview',
    id: known ? decode(rest.join('/')) : '',
    filter: readFilter(new URLSearchParams(query)),
  };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function readFilter(query: URLSearchParams): Filter {
  const filter: Filter = { ...NO_FILTER, chosen: {} };
  for (const name of PLAIN) filter[name] = query.get(name) ?? '';
  for (const facet of FACETS) {
    const words = query.getAll(facet);
    if (words.length) filter.chosen[facet] = words;
  }
  const sort = query.get('sort') ?? '';
  const key = sort.replace(/^-/, '');
  if ((SORTS as readonly string[]).includes(key)) {
    filter.sort = key as Sort;
    filter.descending = sort.startsWith('-');
  }
  return filter;
}

export function hashOf(view: View, id = '', filter: Filter = NO_FILTER): string {
  const query = new URLSearchParams();
  for (const name of PLAIN) if (filter[name]) query.set(name, filter[name]);
  for (const facet of FACETS) for (const word of filter.chosen[facet] ?? []) query.append(facet, word);
  if (filter.sort !== 'urgency') query.set('sort', (filter.descending ? '-' : '') + filter.sort);
  const text = query.toString();
  return `#/${view}${id ? `/${encodeURIComponent(id)}` : ''}${text ? `?${text}` : ''}`;
}

/** The hash of the findings with one choice made. */
export function hashWith(changes: Partial<Filter>): string {
  return hashOf('findings', '', { ...NO_FILTER, ...changes });
}

export function go(hash: string, replace = false): void {
  if (replace) {
    history.replaceState(null, '', hash);
    window.dispatchEvent(new HashChangeEvent('hashchange'));
  } else {
    location.hash = hash;
  }
}
