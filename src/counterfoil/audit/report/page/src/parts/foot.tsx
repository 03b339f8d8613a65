// The foot of the page: what made it, what it is drawn with, and what it does not carry.
import { useShared } from '../app';

export function Foot() {
  const { words, data } = useShared();
  const { version, engine } = data.run;
  return (
    <footer class="foot">
      <p>
        {words.t('footer.made', { version, engine })} {words.t('footer.privacy')}
      </p>
      <p>{words.t('footer.parts')}</p>
    </footer>
  );
}
