// What assemble.py writes into the block `overview`; the shapes mirror overview.py, line by line.

/** English and Chinese, in this order. */
export type Pair = readonly [en: string, zh: string];

/** A piece of a playbook; `keys` are the diagnoses or next steps that it is for, none: for all. */
export interface Part {
  keys: string[];
  title: string;
  html: string;
}

export interface Section {
  heading: string;
  parts: Part[];
}

export interface Diagnosis {
  name: string;
  title: Pair;
  question: Pair;
  severity: string;
}

export interface Exception {
  name: string;
  title: Pair;
  question: Pair;
  gaps: Pair[];
  playbook: readonly [en: Section[], zh: Section[]];
  diagnoses: Diagnosis[];
}

export interface FileRead {
  name: string;
  reader: string;
  title: Pair;
  encoding: string;
  rows_read: number;
  rows_kept: number;
  gave: Record<string, number>;
  set_aside: [reason: string, why: 'quarantined' | 'by_rule', rows: number, en: string, zh: string][];
  totals: [name: string, label: string, stated: string, found: string][];
  remarks: Pair[];
}

export interface Run {
  as_of: string;
  as_of_offset: number;
  as_of_chosen: 'given' | 'newest_event';
  version: string;
  time_zone: string;
  language: 'en' | 'zh';
  explain_in: string;
  engine: string;
  books: Record<string, number | null>;
  policy: [key: string, value: string][];
  files: FileRead[];
}

export interface Total {
  merchant: string;
  currency: string;
  sales_n: number;
  sales: string;
  voided_n: number | null;
  voided: string | null;
  refunded_n: number | null;
  refunded: string | null;
}

export type Sum = [
  exception: string,
  diagnosis: string,
  severity: string,
  currency: string | null,
  count: number,
  minor: string,
];

export type Coverage = [exception: string, diagnosis: string, examined: boolean, en: string, zh: string];

export type BillDay = [
  acquirer: string,
  currency: string,
  day: string,
  ours_n: number,
  ours: string,
  theirs_n: number,
  theirs: string,
  matched_n: number,
  matched: string,
  left_ours_n: number,
  left_theirs_n: number,
  covered: boolean,
];

export interface Overview {
  run: Run;
  findings: number;
  shown_max: number;
  timelines_max: number;
  chunk_rows: number;
  severities: string[];
  scales: Record<string, number>;
  sums: Sum[];
  catalogue: Exception[];
  coverage: Coverage[];
  uncovered: [acquirer: string, days: string[]][];
  totals: Total[];
  flow: {
    nodes: [key: string, en: string, zh: string][];
    edges: [source: string, target: string, count: number][];
  };
  days: BillDay[];
  checks: [name: string, en: string, zh: string, value: string, file: string | null][];
  /** What an acquirer's answers mean, by code. */
  answers: Record<string, Pair>;
  next_steps: Record<string, Pair>;
}
