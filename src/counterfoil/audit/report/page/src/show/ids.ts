// Ids within a sentence: too long to be read there, and told apart by their ends.

/** Ids as we make them (ULID), digests and long numbers of others, with what was put before or behind one to make another of it. */
const LONG_ID =
  /(?<![0-9A-Za-z])(?:[a-z]{1,12}[:-])?(?:[0-9A-HJKMNP-TV-Z]{26}|[A-Z]?[0-9a-f]{16,64})(?:\.[a-z][0-9]{1,3})?(?![0-9A-Za-z])/g;
const END = 8;

export interface Piece {
  readonly text: string;
  /** All of the id whose end the text is. */
  readonly id?: string;
}

/** Part a sentence at its long ids, each of which is shown by its end. */
export function pieces(sentence: string): Piece[] {
  const found: Piece[] = [];
  let at = 0;
  for (const match of sentence.matchAll(LONG_ID)) {
    found.push({ text: sentence.slice(at, match.index) });
    found.push({ text: `…${match[0].slice(-END)}`, id: match[0] });
    at = match.index + match[0].length;
  }
  found.push({ text: sentence.slice(at) });
  return found.filter(({ text }) => text !== '');
}
