// The findings as columns: typed arrays over one buffer, words as codes (0 is null), texts as lists.
import { block, jsonBlock } from './blocks';

export type WordColumn =
  | 'exception'
  | 'diagnosis'
  | 'severity'
  | 'merchant_id'
  | 'store_id'
  | 'terminal_id'
  | 'operator_id'
  | 'currency'
  | 'next_step';

export type Codes = Uint8Array | Uint16Array | Uint32Array;

interface Header {
  rows: number;
  arrays: Record<string, [type: string, offset: number, length: number]>;
  words: Record<WordColumn, string[]>;
  texts: { finding_id: string[]; subject: string[]; other_subject: (string | null)[] };
}

const MINUTE = 60_000;
const DAY = 86_400_000;

export class Findings {
  readonly rows: number;
  readonly words: Record<WordColumn, string[]>;
  readonly codes: Record<WordColumn, Codes>;
  /** Instants in milliseconds since 1970. */
  readonly at: Float64Array;
  /** Minutes by which the shop's clock is ahead of UTC. */
  readonly offset: Int16Array;
  /** Money at risk in minor units. */
  readonly amount: BigInt64Array;
  readonly score: Float32Array;
  /** The chunk in which the case's timeline lies; -1: none. */
  readonly timeline: Int32Array;
  readonly ids: string[];
  readonly subjects: string[];
  readonly others: (string | null)[];
  /** The shop's calendar day, counted from 1970. */
  readonly day: Int32Array;
  private places: Map<string, number> | undefined;

  constructor(bytes: Uint8Array) {
    const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
    const header = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length))) as Header;
    const base = bytes.byteOffset + 4 + length;
    const arrays: Record<string, unknown> = {};
    for (const [name, [type, offset, count]] of Object.entries(header.arrays)) {
      arrays[name] = view(type, bytes.buffer, base + offset, count);
    }
    this.rows = header.rows;
    this.words = header.words;
    this.codes = arrays as Record<WordColumn, Codes>;
    this.at = arrays['at'] as Float64Array;
    this.offset = arrays['offset'] as Int16Array;
    this.amount = arrays['amount'] as BigInt64Array;
    this.score = arrays['score'] as Float32Array;
    this.timeline = arrays['timeline'] as Int32Array;
    this.ids = header.texts.finding_id;
    this.subjects = header.texts.subject;
    this.others = header.texts.other_subject;
    this.day = Int32Array.from(this.at, (at, row) => Math.floor((at + this.offset[row]! * MINUTE) / DAY));
  }

  /** The word of a row, or null. */
  word(column: WordColumn, row: number): string | null {
    const code = this.codes[column][row]!;
    return code === 0 ? null : this.words[column][code - 1]!;
  }

  /** The shop's hour of the day, 0 to 23. */
  hour(row: number): number {
    const local = this.at[row]! + this.offset[row]! * MINUTE;
    return Math.floor((local - this.day[row]! * DAY) / 3_600_000);
  }

  /** The row of a finding, or undefined. */
  place(id: string): number | undefined {
    this.places ??= new Map(this.ids.map((one, row) => [one, row]));
    return this.places.get(id);
  }
}

export async function readFindings(): Promise<Findings> {
  return new Findings(await block('columns'));
}

function view(type: string, buffer: ArrayBufferLike, offset: number, count: number): unknown {
  switch (type) {
    case 'u1':
      return new Uint8Array(buffer, offset, count);
    case 'u2':
      return new Uint16Array(buffer, offset, count);
    case 'u4':
      return new Uint32Array(buffer, offset, count);
    case 'i2':
      return new Int16Array(buffer, offset, count);
    case 'i4':
      return new Int32Array(buffer, offset, count);
    case 'i8':
      return new BigInt64Array(buffer, offset, count);
    case 'f4':
      return new Float32Array(buffer, offset, count);
    case 'f8':
      return new Float64Array(buffer, offset, count);
    default:
      throw new Error(`the report has an array of type ${type}`);
  }
}

/** The sentences of the findings, chunk by chunk; `loaded` grows as chunks arrive. */
export class Sentences {
  readonly en: string[] = [];
  readonly zh: string[] = [];
  /** Both sentences in small letters, for the search. */
  readonly hay: string[] = [];
  private readonly chunks = new Map<number, Promise<void>>();

  constructor(
    private readonly rows: number,
    private readonly chunkRows: number,
  ) {}

  /** Whether the sentence of a row is here. */
  has(row: number): boolean {
    return this.en[row] !== undefined;
  }

  /** Bring the sentence of a row. */
  load(row: number): Promise<void> {
    const number = Math.floor(row / this.chunkRows);
    let chunk = this.chunks.get(number);
    if (!chunk) {
      chunk = this.bring(number);
      this.chunks.set(number, chunk);
    }
    return chunk;
  }

  /** Bring all of them, one chunk at a time, so that the page stays quick. */
  async loadAll(): Promise<void> {
    for (let row = 0; row < this.rows; row += this.chunkRows) await this.load(row);
  }

  private async bring(number: number): Promise<void> {
    const part = await jsonBlock<{ en: string[]; zh: string[] }>(`sentences-${number}`);
    const first = number * this.chunkRows;
    for (let place = 0; place < part.en.length; place++) {
      this.en[first + place] = part.en[place]!;
      this.zh[first + place] = part.zh[place]!;
      this.hay[first + place] = `${part.en[place]!} ${part.zh[place]!}`.toLowerCase();
    }
  }
}

export interface Evidence {
  table: string;
  id: string;
  file?: string | null;
  line?: number | null;
}

/** The evidence of one finding. */
export async function evidenceOf(row: number, chunkRows: number): Promise<Evidence[]> {
  const chunk = await jsonBlock<string[]>(`evidence-${Math.floor(row / chunkRows)}`);
  return JSON.parse(chunk[row % chunkRows]!) as Evidence[];
}

/** The evidence of all findings, for an export. */
export async function allEvidence(rows: number, chunkRows: number): Promise<string[]> {
  const all: string[] = [];
  for (let number = 0; number * chunkRows < rows; number++) {
    all.push(...(await jsonBlock<string[]>(`evidence-${number}`)));
  }
  return all;
}
