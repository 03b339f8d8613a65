// Hand the filtered findings out as a CSV file that no spreadsheet mistakes for formulas.
import type { Findings, Sentences } from './findings';
import { allEvidence } from './findings';
import { localTime } from '../show/time';

const COLUMNS = [
  'finding_id',
  'exception',
  'diagnosis',
  'severity',
  'merchant_id',
  'store_id',
  'terminal_id',
  'operator_id',
  'subject',
  'other_subject',
  'occurred_at',
  'amount_at_risk_minor',
  'currency',
  'score',
  'explanation_en',
  'explanation_zh',
  'next_step',
  'evidence',
];

/** A spreadsheet runs a cell that starts with one of these; an apostrophe in front keeps it text. */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;

export function cell(value: string | null): string {
  if (value === null) return '';
  const safe = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export async function csvOf(
  rows: Uint32Array,
  findings: Findings,
  sentences: Sentences,
  chunkRows: number,
): Promise<string> {
  await sentences.loadAll();
  const evidence = await allEvidence(findings.rows, chunkRows);
  const lines = [COLUMNS.join(',')];
  for (const row of rows) {
    const score = findings.score[row]!;
    const values: (string | null)[] = [
      findings.ids[row]!,
      findings.word('exception', row),
      findings.word('diagnosis', row),
      findings.word('severity', row),
      findings.word('merchant_id', row),
      findings.word('store_id', row),
      findings.word('terminal_id', row),
      findings.word('operator_id', row),
      findings.subjects[row]!,
      findings.others[row] ?? null,
      localTime(findings.at[row]!, findings.offset[row]!, 'iso'),
      String(findings.amount[row]!),
      findings.word('currency', row),
      Number.isNaN(score) ? null : String(Number(score.toFixed(6))),
      sentences.en[row]!,
      sentences.zh[row]!,
      findings.word('next_step', row),
      evidence[row]!,
    ];
    lines.push(values.map(cell).join(','));
  }
  return `\ufeff${lines.join('\r\n')}\r\n`;
}

/** Offer a text as a file. */
export function save(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/csv;charset=utf-8' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
