// The foot of the page: what made it, what it does not carry, and the licences of what it is drawn with.
import { useState } from 'preact/hooks';
import { useShared } from '../app';
import { jsonBlock } from '../data/blocks';

export function Foot() {
  const { words, data } = useShared();
  const { version, engine } = data.run;
  return (
    <footer class="foot">
      <p>{words.sentences(words.t('footer.made', { version, engine }), words.t('footer.privacy'))}</p>
      <Licences />
    </footer>
  );
}

function Licences() {
  const { words } = useShared();
  const [text, setText] = useState('');
  const bring = () => {
    if (!text) void jsonBlock<string>('licences').then(setText);
  };
  return (
    <details class="licences" onToggle={bring}>
      <summary>{words.t('footer.parts')}</summary>
      <pre lang="en" tabIndex={0}>
        {text}
      </pre>
    </details>
  );
}
