// The timeline of one case: the moments of every row of the books that concerns it.
import { jsonBlock } from './blocks';
import type { Findings } from './findings';

export interface Moment {
  table: string;
  id: string;
  /** Milliseconds since 1970; null: the row has no time of its own. */
  at: number | null;
  offset: number | null;
  /** Which time column of the row this is. */
  moment: string | null;
  row: Record<string, unknown>;
  file: string | null;
  line: number | null;
}

export interface Timeline {
  moments: Moment[];
  /** Moments that the page does not carry. */
  leftOut: number;
}

interface Words {
  words: string[];
  codes: (number | null)[];
}

interface Chunk {
  left_out: Record<string, number>;
  case: number[];
  at: (number | null)[];
  offset: (number | null)[];
  id: string[];
  row: string[];
  line: (number | null)[];
  table: Words;
  moment: Words;
  file: Words;
}

/** Chunks are kept while the reader goes from case to case; a few are enough. */
const KEPT_MAX = 4;
const kept = new Map<number, Promise<Chunk>>();

/** The timeline of a finding; null where the page carries none. */
export async function timelineOf(findings: Findings, row: number): Promise<Timeline | null> {
  const number = findings.timeline[row]!;
  if (number < 0) return null;
  const chunk = await chunkOf(number);
  const moments: Moment[] = [];
  for (let place = chunk.case.indexOf(row); place >= 0 && chunk.case[place] === row; place++) {
    moments.push({
      table: word(chunk.table, place) ?? '',
      id: chunk.id[place]!,
      at: chunk.at[place]!,
      offset: chunk.offset[place]!,
      moment: word(chunk.moment, place),
      row: parseRow(chunk.row[place]!),
      file: word(chunk.file, place),
      line: chunk.line[place]!,
    });
  }
  return { moments, leftOut: chunk.left_out[String(row)] ?? 0 };
}

function chunkOf(number: number): Promise<Chunk> {
  let chunk = kept.get(number);
  if (!chunk) {
    chunk = jsonBlock<Chunk>(`timelines-${number}`);
    kept.set(number, chunk);
    for (const oldest of kept.keys()) {
      if (kept.size <= KEPT_MAX) break;
      kept.delete(oldest);
    }
  }
  return chunk;
}

function word(words: Words, place: number): string | null {
  const code = words.codes[place];
  return code === null || code === undefined ? null : words.words[code]!;
}

/** Read a row; amounts become text first, so that no browser rounds them. */
export function parseRow(text: string): Record<string, unknown> {
  const exact = text.replace(/"([a-z_]+_minor)"\s*:\s*(-?\d+)(?=\s*[,}])/g, '"$1":"$2"');
  try {
    const row: unknown = JSON.parse(exact);
    return row !== null && typeof row === 'object' ? (row as Record<string, unknown>) : { value: row };
  } catch {
    return { value: text };
  }
}
