// Small marks that repeat all over the page: severity, exception, money, subject.
import { useShared } from '../app';
import { subjectOf } from '../show/key';
import { digits } from '../show/money';
import type { Key } from '../words/words';

const LEVELS: Record<string, number> = { info: 1, low: 2, high: 3, critical: 4 };

/** Severity as a word and as four steps, so that colour is never alone. */
export function Severity({ name }: { name: string }) {
  const { words } = useShared();
  const level = LEVELS[name] ?? 1;
  return (
    <span class={`severity severity-${name}`}>
      <svg viewBox="0 0 16 12" width="16" height="12" aria-hidden="true">
        {[1, 2, 3, 4].map((step) => (
          <rect
            key={step}
            x={(step - 1) * 4.2}
            y={12 - step * 3}
            width="3"
            height={step * 3}
            rx="0.8"
            class={step <= level ? 'step-on' : 'step-off'}
          />
        ))}
      </svg>
      {words.t(`severity.${name}` as Key)}
    </span>
  );
}

/** The colour of an exception, as a class; exceptions are numbered as in the catalogue. */
export function useTone(): (exception: string) => string {
  const { data } = useShared();
  return (exception) => `tone-${data.catalogue.findIndex((one) => one.name === exception) + 1}`;
}

export function ExceptionName({ name }: { name: string }) {
  const { words, exceptions } = useShared();
  const tone = useTone();
  const known = exceptions.get(name);
  return (
    <span class={`exception ${tone(name)}`}>
      <i class="dot" aria-hidden="true" />
      {known ? words.pair(known.title) : name}
    </span>
  );
}

/** An amount with its currency set small. */
export function Money({ minor, currency }: { minor: bigint; currency: string | null }) {
  const { data } = useShared();
  if (currency === null) return <span class="money">{minor.toString()}</span>;
  return (
    <span class="money">
      <span class="currency">{currency}</span> {digits(minor, data.scales[currency] ?? 2)}
    </span>
  );
}

/** What a finding is about: `Order O-1`. */
export function Subject({ subject }: { subject: string }) {
  const { words } = useShared();
  const { kind, shown } = subjectOf(subject);
  return (
    <span class="subject" title={subject}>
      {kind && `${words.book('subject', kind)} `}
      <span class="id">{shown}</span>
    </span>
  );
}
