// The server's clock, as far as this browser can tell: a till whose own is wrong still dates its sales right.

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** As the books take it. */
  moment(): string;
}

export function clockFrom(serverNow: string): Clock {
  const ahead = Date.now() - Date.parse(serverNow);
  const now = () => Date.now() - ahead;
  return { now, moment: () => new Date(now()).toISOString() };
}

/** Seconds from a moment until now, or from now until it, never below zero. */
export function secondsBetween(from: number, to: number): number {
  return Math.max(0, Math.round((to - from) / 1000));
}

export function waiting(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms));
}
