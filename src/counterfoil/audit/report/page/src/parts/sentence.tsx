// The sentence of a finding, brought when it is needed. Its long ids stand there by their ends; whoever points at one
// sees all of it, and the case below has them in full.
import { useEffect, useState } from 'preact/hooks';
import { useShared } from '../app';
import { pieces } from '../show/ids';

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
  if (text === null) return <p class={`${name} waiting`}>{'\u00a0'}</p>;
  return (
    <p class={name}>
      {pieces(text).map((piece, place) =>
        piece.id ? (
          <span key={place} class="id-end" title={piece.id}>
            {piece.text}
          </span>
        ) : (
          piece.text
        ),
      )}
    </p>
  );
}
