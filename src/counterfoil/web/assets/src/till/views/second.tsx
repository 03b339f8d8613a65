// A second person allows what the operator may not: they choose their name and type their PIN, on the spot.
// The PIN goes to the server, is checked there, and is kept nowhere.
import { useState } from 'preact/hooks';
import { allowedBy, unallowed } from '../basket';
import type { Second, Verb } from '../beginning';
import { useTill } from '../context';
import { allow } from '../ringing';
import type { No } from '../server';
import { WORDS } from '../words';
import { Dialog } from './dialog';
import { Field, Message, Refusal } from './parts';

const PIN_LENGTH_MAX = 12;

export interface Consent {
  readonly who: string;
  readonly pin: string;
  readonly set: (more: { readonly who?: string; readonly pin?: string }) => void;
}

/** `who`: the one person that there is to ask. */
export function useConsent(who = ''): Consent {
  const [typed, setTyped] = useState({ who, pin: '' });
  return { ...typed, set: (more) => setTyped((now) => ({ ...now, ...more })) };
}

/** Who may be asked for one of these. */
export function secondsFor(seconds: readonly Second[], verbs: readonly Verb[]): readonly Second[] {
  return seconds.filter((one) => verbs.some((verb) => one.may.includes(verb)));
}

/** The one who can be asked, where there is only one. */
export function onlyOf(seconds: readonly Second[]): string {
  return seconds.length === 1 ? (seconds[0]?.id ?? '') : '';
}

export function ConsentFields({ consent, seconds, isFirst = false }: { consent: Consent; seconds: readonly Second[]; isFirst?: boolean }) {
  const { say } = useTill();
  if (seconds.length === 0) return <Message kind="warn" title={say(WORDS.nobodyMay)} />;
  return (
    <>
      <fieldset class="field">
        <legend class="field-label">{say(WORDS.who)}</legend>
        <div class="options till-people">
          {seconds.map((one) => (
            <label class="option" key={one.id}>
              <input class="radio radio-sm radio-primary" type="radio" name="who" value={one.id} required
                checked={consent.who === one.id} onChange={() => consent.set({ who: one.id })} />
              <span class="font-semibold"><bdi>{one.name}</bdi></span>
            </label>
          ))}
        </div>
      </fieldset>
      <Field label="PIN" name="pin" isSecret numeric longest={PIN_LENGTH_MAX} value={consent.pin} isFirst={isFirst && consent.who !== ''} change={(pin) => consent.set({ pin })} />
    </>
  );
}

/** Ask for the consent that the basket needs. */
export function AskSecond({ close }: { close: () => void }) {
  const { till, state, say } = useTill();
  // One PIN allows all of it: who may allow only a part of it is not asked.
  const given = unallowed(state.kept.basket);
  const seconds = secondsFor(till.beginning.seconds, ['discount_line', 'discount_cart', 'override_price'])
    .filter((one) => given.every((verb) => one.may.includes(verb)));
  const consent = useConsent(onlyOf(seconds));
  const [no, setNo] = useState<No | 'nobody' | null>(null);
  const [isBusy, setBusy] = useState(false);
  const send = async (event: Event) => {
    event.preventDefault();
    if (isBusy || consent.who === '' || consent.pin === '') return;
    setBusy(true);
    const refused = await allow(till, consent.who, consent.pin, allowedBy(state.kept.basket, consent.who));
    consent.set({ pin: '' });
    setBusy(false);
    setNo(refused);
    if (refused === null) close();
  };
  return (
    <Dialog title={say(WORDS.secondNeeded)} close={close}>
      <form class="flow" onSubmit={send}>
        {state.priced?.why_not ? <p>{state.priced.why_not.said}</p> : null}
        <ConsentFields consent={consent} seconds={seconds} isFirst />
        {no === 'nobody' ? <Message kind="warn" title={say(WORDS.noAnswer)} role="alert" /> : no === null ? null : <Refusal no={no} />}
        <div class="dialog-foot">
          <button class="btn btn-primary" type="submit" aria-disabled={isBusy}>{say(WORDS.allowIt)}</button>
        </div>
      </form>
    </Dialog>
  );
}
