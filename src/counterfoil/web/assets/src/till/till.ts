// The till of this tab: what it knows, what it shows, and how it writes down before anything is sent. No law of its own.
import type { Beginning, Text } from './beginning';
import type { Priced } from './books';
import type { Clock } from './clock';
import { newId } from './ids';
import type { Kept, Memory } from './kept';
import { begun } from './kept';
import type { Answer, No } from './server';
import type { Stage } from './stage';

export interface State {
  readonly kept: Kept;
  readonly stage: Stage;
  /** What the basket costs; null until the server has said so. */
  readonly priced: Priced | null;
  /** The last "no", until something else is done. */
  readonly no: No | null;
  /** What the till itself has to say, until something else is done. */
  readonly note: Text | null;
  /** The server does not answer just now. */
  readonly isAway: boolean;
  readonly isSignedOut: boolean;
}

export class Till {
  state: State;
  /** One press of one button at a time: a second one reaches nobody. */
  isBusy = false;
  /** Pay was pressed before the last item was priced: it happens as soon as it is. */
  isPayWanted = false;
  /** Codes that were scanned and are not in the basket yet. */
  scansInLine = 0;
  private line: Promise<void> = Promise.resolve();
  /** Counted up, so that an answer to something older is told from the latest. */
  pricings = 0;
  pollings = 0;
  private readonly listeners = new Set<() => void>();

  constructor(
    readonly beginning: Beginning,
    readonly clock: Clock,
    private readonly memory: Memory,
  ) {
    const kept = memory.load() ?? begun(newId(clock.now()));
    this.state = {
      kept, stage: { at: 'ringing' }, priced: null, no: null, note: null, isAway: false, isSignedOut: false,
    };
  }

  newId(): string {
    return newId(this.clock.now());
  }

  listen(told: () => void): () => void {
    this.listeners.add(told);
    return () => this.listeners.delete(told);
  }

  set(more: Partial<State>): void {
    this.state = { ...this.state, ...more };
    for (const told of this.listeners) told();
  }

  /** Write something down; false where this browser keeps nothing, and then nothing may be sent. */
  keep(more: Partial<Kept>): boolean {
    const kept = { ...this.state.kept, ...more };
    const isKept = this.memory.save(kept);
    this.set(isKept ? { kept } : { kept, note: KEEPS_NOTHING });
    return isKept;
  }

  /** Do one thing at a time. */
  async alone(act: () => Promise<void>): Promise<void> {
    if (this.isBusy) return;
    this.isBusy = true;
    try {
      await act();
    } finally {
      this.isBusy = false;
      this.set({});
    }
  }

  /** Do one scan after the other, in their order, however long each takes. */
  inLine(scan: () => Promise<void>): void {
    this.scansInLine += 1;
    const next = () => {
      this.scansInLine -= 1;
      this.set({});
    };
    // One that fails holds up nobody behind it.
    this.line = this.line.then(scan).then(next, next);
  }

  /** Take note of an answer that is no answer to what was asked. */
  heard(answer: Exclude<Answer<unknown>, { is: 'ok' }>): void {
    this.set({
      isAway: answer.is === 'gone',
      isSignedOut: this.state.isSignedOut || answer.is === 'out',
      no: answer.no ?? this.state.no,
    });
  }
}

const KEEPS_NOTHING: Text = {
  en: 'This browser keeps nothing, so no sale may be sent from it. Allow it to keep data for this address, or use another one.',
  zh: '此浏览器无法保存数据，因此不能发送销售。请允许此地址保存数据，或改用其他浏览器。',
};
