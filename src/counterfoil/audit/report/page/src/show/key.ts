// Ids and keyed hashes, short enough to read. The whole value stays in the title and in what is copied.

const ID_SHOWN_MAX = 30;
const KEY_SHOWN = 8;

/** `order:O2603…0012`: an id with its middle left out where it is long. */
export function shortId(id: string): string {
  if (id.length <= ID_SHOWN_MAX) return id;
  return `${id.slice(0, 14)}…${id.slice(-10)}`;
}

/** The beginning of a keyed hash. */
export function shortKey(key: string): string {
  return key.length <= KEY_SHOWN + 1 ? key : `${key.slice(0, KEY_SHOWN)}…`;
}

/** A subject such as `order:O-1`, in its two parts; a customer's key is shortened as a key. */
export function subjectOf(subject: string): { kind: string; id: string; shown: string } {
  const colon = subject.indexOf(':');
  const kind = colon < 0 ? '' : subject.slice(0, colon);
  const id = subject.slice(colon + 1);
  return { kind, id, shown: kind === 'customer' ? shortKey(id) : shortId(id) };
}
