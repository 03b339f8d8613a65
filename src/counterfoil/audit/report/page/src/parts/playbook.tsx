// The written steps of one exception. Their HTML was made from our own Markdown when the report was written.
import { useShared } from '../app';
import type { Part, Section } from '../data/model';

interface Props {
  exception: string;
  /** Only what concerns these diagnoses and next steps, and what is for all. */
  only?: readonly (string | null)[];
}

export function Playbook({ exception, only }: Props) {
  const { exceptions, words } = useShared();
  const sections = exceptions.get(exception)?.playbook[words.place] ?? [];
  if (sections.length === 0) return <p class="note">{words.t('playbooks.none')}</p>;
  return (
    <ol class="playbook">
      {sections.map((section, place) => (
        <Step key={place} section={section} only={only} />
      ))}
    </ol>
  );
}

function Step({ section, only }: { section: Section; only: Props['only'] }) {
  const parts = only
    ? section.parts.filter((part) => part.keys.length === 0 || part.keys.some((key) => only.includes(key)))
    : section.parts;
  if (parts.length === 0) return null;
  return (
    <li class={section.heading ? 'step' : 'preface'}>
      {section.heading && <h3>{section.heading}</h3>}
      {parts.map((part, place) => (
        <PartOf key={place} part={part} whole={!only} />
      ))}
    </li>
  );
}

/** A part stands under its title; list items of their own need none. */
function PartOf({ part, whole }: { part: Part; whole: boolean }) {
  const { words, diagnoses, stepName } = useShared();
  const item = part.html.startsWith('<ul>');
  const names = part.keys.map((key) => {
    const diagnosis = diagnoses.get(key);
    return diagnosis ? words.pair(diagnosis.title) : stepName(key);
  });
  const title = part.title || names.join(words.t('list.join'));
  const ownDiagnosis = part.keys.some((key) => diagnoses.has(key));
  const titled = title && !item && (whole || !ownDiagnosis);
  return (
    <div class={part.keys.length ? 'part own' : 'part'}>
      {titled && <h4>{title}</h4>}
      <div class="prose" dangerouslySetInnerHTML={{ __html: part.html }} />
    </div>
  );
}
