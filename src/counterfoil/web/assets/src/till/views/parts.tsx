// Small parts that several views share: a message, a refusal, a field.
import type { ComponentChildren } from 'preact';
import { useEffect, useId, useLayoutEffect, useRef } from 'preact/hooks';
import { Icon, useTill } from '../context';
import type { No } from '../server';

type Kind = 'info' | 'good' | 'warn' | 'bad';

const SIGNS: Readonly<Record<Kind, string>> = { info: 'info', good: 'done', warn: 'warning', bad: 'stop' };

interface Said {
  readonly kind: Kind;
  readonly title: string;
  readonly children?: ComponentChildren;
  readonly role?: 'alert' | 'status';
}

export function Message({ kind, title, children, role }: Said) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // Below the edge of a dialog nobody would see why nothing happens, nor above that of a phone, whose first field has
    // just been given the focus.
    if (role === 'alert') requestAnimationFrame(() => place.current?.scrollIntoView({ block: 'nearest' }));
  }, [title, role]);
  return (
    <div class={`message message-${kind}`} ref={place} {...(role ? { role } : {})}>
      <Icon name={SIGNS[kind]} />
      <div class="message-body">
        <p class="message-title">{title}</p>
        {children}
      </div>
    </div>
  );
}

/** What happened, what it means, what to do. */
export function Refusal({ no }: { no: No }) {
  return (
    <Message kind="bad" title={no.happened} role="alert">
      <p>{no.means}</p>
      {no.todo === undefined ? null : <p>{no.todo}</p>}
    </Message>
  );
}

/** The last "no", and what the till itself has to say. */
export function Said() {
  const { state, say } = useTill();
  return (
    <>
      {state.no === null ? null : <Refusal no={state.no} />}
      {state.note === null ? null : <Message kind="info" title={say(state.note)} role="status" />}
    </>
  );
}

interface Asked {
  readonly label: string;
  readonly name: string;
  readonly value: string;
  readonly change: (value: string) => void;
  readonly help?: string | undefined;
  readonly error?: string | null | undefined;
  /** Neither shown nor remembered. */
  readonly isSecret?: boolean;
  readonly numeric?: boolean;
  readonly longest?: number;
  readonly isFirst?: boolean;
}

export function Field({ label, name, value, change, help, error, isSecret = false, numeric = false, longest = 100, isFirst = false }: Asked) {
  const id = useId();
  const place = useRef<HTMLInputElement>(null);
  // With its view and not a moment later: what is typed in between would be nobody's.
  useLayoutEffect(() => {
    if (isFirst) place.current?.focus();
  }, []);
  const told = [help ? `${id}-help` : '', error ? `${id}-error` : ''].filter(Boolean).join(' ');
  const given = {
    // No password field: a browser would offer to keep what was typed into one.
    class: isSecret ? 'input till-secret' : 'input', id, name, value, ref: place, maxLength: longest, autocomplete: 'off', spellcheck: false,
    'data-first': isFirst ? '' : undefined,
    'aria-invalid': error ? true : undefined,
    'aria-describedby': told || undefined,
    onInput: (event: { readonly currentTarget: HTMLInputElement }) => change(event.currentTarget.value),
  } as const;
  const keys = numeric ? 'decimal' : 'text';
  return (
    <div class={error ? 'field field-bad' : 'field'}>
      <label class="field-label" for={id}>{label}</label>
      <input type="text" inputMode={keys} {...given} />
      {help ? <p class="field-help" id={`${id}-help`}>{help}</p> : null}
      {error ? <p class="field-error" id={`${id}-error`}><Icon name="warning" />{error}</p> : null}
    </div>
  );
}

/** The second press of a double one falls on whatever appeared after the first: so long, it is not meant. */
const NOT_MEANT_MS = 600;

/** What a press does, unless it comes too soon after its view appeared. */
export function useMeant(press: () => void): () => void {
  const appeared = useRef(performance.now());
  return () => {
    if (performance.now() - appeared.current > NOT_MEANT_MS) press();
  };
}

interface Pressed {
  readonly text: string;
  readonly press: () => void;
  readonly keyName?: string;
  readonly icon?: string;
  /** Pressed too soon, it does no harm. */
  readonly isSafe?: boolean;
}

/** A button that has the focus when its view appears: Enter goes on. */
export function Main({ text, press, keyName, icon, isSafe = false }: Pressed) {
  const place = useRef<HTMLButtonElement>(null);
  const meant = useMeant(press);
  useLayoutEffect(() => place.current?.focus(), []);
  return (
    <button class="btn btn-primary btn-lg till-wide" type="button" ref={place} onClick={isSafe ? press : meant}>
      {icon ? <Icon name={icon} /> : null}{text} {keyName ? <Key name={keyName} /> : null}
    </button>
  );
}

/** A key of the keyboard, beside what it does. */
export function Key({ name }: { name: string }) {
  return <kbd class="key">{name}</kbd>;
}
