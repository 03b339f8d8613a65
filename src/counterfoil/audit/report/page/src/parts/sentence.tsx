// The sentence of a finding, brought when it is needed.
import { useEffect, useState } from 'preact/hooks';
import { useShared } from '../app';

export function useSentence(row: number): string | null {
  const { sentences, words } = useShared();
  const [, arrived] = useState(0);
  const here = sentences.has(row);
  useEffect(() => {
    if (here) return;
    let wanted = true;
    void sentences.load(row).then(() => {
      if (wanted) arrived((n) => n + 1);
    });
    return () => {
      wanted = false;
    };
  }, [sentences, row, here]);
  return here ? sentences[words.language][row]! : null;
}

export function Sentence({ row, class: name = 'sentence' }: { row: number; class?: string }) {
  const text = useSentence(row);
  return <p class={text === null ? `${name} waiting` : name}>{text ?? ' '}</p>;
}
