// The rows of the ledger: moments in order of time, gaps between them, and what is missing at its place.
import lawText from '../data/law.json';
import type { Evidence } from '../data/findings';
import type { Moment, Timeline } from '../data/timelines';
import { type Lane, LANES, laneOf, speaksOf } from './events';

/** What a diagnosis says is missing; patterns are those of `speaksOf`. */
interface Expectation {
  lane: string;
  what: string;
  /** After which moments: the first pattern that speaks of any. None: before everything. */
  after: string[];
  /** The key of the policy that says how soon. */
  within?: string;
  /** What takes its place where it is there. */
  unless?: string;
}

interface Law {
  clash: string[];
  missing: Expectation[];
}

const LAWS: Record<string, Law> = lawText;

export interface Entry {
  moment: Moment;
  clash: boolean;
  evidence: boolean;
  /** Which of two twins the row belongs to. */
  twin: 'this' | 'other' | null;
}

export interface Missing {
  lane: Lane;
  what: string;
  window: string;
}

export interface Line {
  at: number | null;
  offset: number;
  /** Milliseconds since the line before; 0: close behind it. */
  gap: number;
  cells: Partial<Record<Lane, Entry[]>>;
  missing: Missing[];
}

export interface Ledger {
  lines: Line[];
  lanes: Lane[];
  silent: Lane[];
  undated: Entry[];
}

/** A pause of this length is worth a line of its own. */
const GAP_MS = 60_000;

/** Lanes that are always shown; the others when they have something to say. */
const ALWAYS: readonly Lane[] = ['order', 'payment', 'acquirer', 'slip'];

export function ledgerOf(timeline: Timeline, diagnosis: string, evidence: Evidence[], twins: Twins | null): Ledger {
  const law = LAWS[diagnosis] ?? { clash: [], missing: [] };
  const proof = new Set(evidence.map(({ table, id }) => `${table}/${id}`));
  const twin = twins ? twinsOf(timeline.moments, twins) : () => null;
  const entries = timeline.moments.map((moment) => ({
    moment,
    clash: law.clash.some((pattern) => speaksOf(pattern, moment)),
    evidence: proof.has(`${moment.table}/${moment.id}`),
    twin: twin(moment),
  }));
  const lines = linesOf(entries.filter(({ moment }) => moment.at !== null));
  for (const { lane, what, after, within, unless } of law.missing) {
    if (unless && timeline.moments.some((moment) => speaksOf(unless, moment))) continue;
    place(lines, { lane: lane as Lane, what, window: within ?? '' }, after);
  }
  const speaking = new Set<Lane>(entries.map(({ moment }) => laneOf(moment.table)));
  for (const line of lines) for (const { lane } of line.missing) speaking.add(lane);
  const lanes = LANES.filter((lane) => speaking.has(lane) || ALWAYS.includes(lane));
  return {
    lines,
    lanes,
    silent: LANES.filter((lane) => !speaking.has(lane)),
    undated: entries.filter(({ moment }) => moment.at === null),
  };
}

function linesOf(entries: Entry[]): Line[] {
  const lines: Line[] = [];
  for (const entry of entries) {
    const { at, offset, table } = entry.moment;
    const before = lines.at(-1);
    const lane = laneOf(table);
    if (before && before.at !== null && Math.floor(before.at / 1000) === Math.floor(at! / 1000)) {
      (before.cells[lane] ??= []).push(entry);
    } else {
      const gap = before?.at == null ? 0 : at! - before.at;
      lines.push({ at, offset: offset ?? 0, gap: gap >= GAP_MS ? gap : 0, cells: { [lane]: [entry] }, missing: [] });
    }
  }
  return lines;
}

/** Put what is missing right behind the moment after which it was due; before everything where it precedes all. */
function place(lines: Line[], missing: Missing, after: string[]): void {
  const ghost: Line = { at: null, offset: 0, gap: 0, cells: {}, missing: [missing] };
  if (after.length === 0) {
    lines.unshift(ghost);
    return;
  }
  for (const pattern of after) {
    const found = lines.findLastIndex((line) =>
      Object.values(line.cells).some((cell) => cell.some(({ moment }) => speaksOf(pattern, moment))),
    );
    if (found < 0) continue;
    const next = lines[found + 1];
    if (next && next.at === null) next.missing.push(missing);
    else lines.splice(found + 1, 0, ghost);
    return;
  }
  lines.push(ghost);
}

export interface Twins {
  thisId: string;
  otherId: string;
}

/** Under which name each table's rows know themselves, and by which names rows point at others. */
const OWN: Record<string, string> = {
  orders: 'order_id',
  payments: 'payment_id',
  acquirer_records: 'record_id',
  slips: 'slip_id',
  notices: 'notice_id',
  parcels: 'parcel_id',
  returns: 'return_id',
};
const LINKS = [
  ...['order_id', 'payment_id', 'return_id', 'parcel_id'],
  ...['original_payment_id', 'our_reference', 'original_reference'],
];

/** Two steps lead from an order over its payment to the acquirer's record. */
const STEPS_MAX = 4;

/** The ids of everything that hangs on one of the two, and not on the other. */
function family(id: string, moments: Moment[]): Set<unknown> {
  const known = new Set<unknown>([id]);
  for (let step = 0; step < STEPS_MAX; step++) {
    const before = known.size;
    for (const { table, row } of moments) {
      const own = row[OWN[table] ?? ''];
      if (own !== undefined && LINKS.some((link) => known.has(row[link]))) known.add(own);
    }
    if (known.size === before) break;
  }
  return known;
}

function twinsOf(moments: Moment[], { thisId, otherId }: Twins): (moment: Moment) => Entry['twin'] {
  const [one, two] = [family(thisId, moments), family(otherId, moments)];
  const belongs = (set: Set<unknown>, { table, row }: Moment): boolean =>
    set.has(row[OWN[table] ?? 'order_id'] ?? row['order_id'] ?? row['return_id']);
  return (moment) => {
    const [here, there] = [belongs(one, moment), belongs(two, moment)];
    return here === there ? null : here ? 'this' : 'other';
  };
}
