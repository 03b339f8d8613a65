// Times as the shop's clock shows them; the clock's distance from UTC comes with every instant.

const MINUTE = 60_000;

/** `2026-03-14 09:26:53`, `2026-03-14 09:26`, `09:26:53`, `2026-03-14`, or ISO 8601 with offset. */
export function localTime(at: number, offset: number, form: 'second' | 'minute' | 'clock' | 'day' | 'iso'): string {
  const text = new Date(at + offset * MINUTE).toISOString();
  switch (form) {
    case 'second':
      return `${text.slice(0, 10)} ${text.slice(11, 19)}`;
    case 'minute':
      return `${text.slice(0, 10)} ${text.slice(11, 16)}`;
    case 'clock':
      return text.slice(11, 19);
    case 'day':
      return text.slice(0, 10);
    case 'iso':
      return `${text.slice(0, 23)}${offsetText(offset)}`;
  }
}

/** `+08:00`. */
export function offsetText(minutes: number): string {
  const size = Math.abs(minutes);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

/** The calendar day of a day number. */
export function dayText(day: number): string {
  return new Date(day * 86_400_000).toISOString().slice(0, 10);
}

/** How long a gap is, in its two largest units: `[[3, 'd'], [4, 'h']]`. */
export function span(ms: number): [number, 'd' | 'h' | 'min' | 's'][] {
  const seconds = Math.round(ms / 1000);
  const units: [number, 'd' | 'h' | 'min' | 's'][] = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor((seconds % 86_400) / 3600), 'h'],
    [Math.floor((seconds % 3600) / 60), 'min'],
    [seconds % 60, 's'],
  ];
  const first = units.findIndex(([size]) => size > 0);
  if (first < 0) return [[0, 's']];
  return units.slice(first, first + 2).filter(([size]) => size > 0);
}

/** ISO text such as `2026-03-14T01:26:53+00:00` or `2026-03-14 01:26:53` (UTC) as an instant; null where it is none. */
export function instantOf(value: unknown): number | null {
  if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}/.test(value)) return null;
  const text = value.replace(' ', 'T');
  const at = Date.parse(/(Z|[+-]\d{2}(:?\d{2})?)$/.test(text) ? text.replace(/([+-]\d{2})$/, '$1:00') : `${text}Z`);
  return Number.isNaN(at) ? null : at;
}
