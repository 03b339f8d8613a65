// A button that copies a text and says so.
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { useShared } from '../app';
import { CheckIcon, CopyIcon } from './icons';

const SAID_FOR_MS = 1800;

interface Props {
  text: () => string;
  label: string;
  icon?: ComponentChildren;
  children?: ComponentChildren;
}

export function CopyButton({ text, label, icon, children }: Props) {
  const { words } = useShared();
  const [done, setDone] = useState(false);
  const copy = async () => {
    await toClipboard(text());
    setDone(true);
    setTimeout(() => setDone(false), SAID_FOR_MS);
  };
  return (
    <button type="button" class={children ? 'button' : 'icon-button'} title={label} aria-label={label} onClick={copy}>
      {done ? <CheckIcon /> : (icon ?? <CopyIcon />)}
      {children && <span>{done ? words.t('copied') : children}</span>}
      <span class="said" role="status">
        {done ? words.t('copied') : ''}
      </span>
    </button>
  );
}

async function toClipboard(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Some browsers refuse the modern way on files; the old one still works there.
    const area = document.createElement('textarea');
    area.value = text;
    area.className = 'said';
    document.body.append(area);
    area.select();
    document.execCommand('copy');
    area.remove();
  }
}

/** A command to copy, in full. */
export function Command({ text }: { text: string }) {
  const { words } = useShared();
  return (
    <div class="command">
      <code>{text}</code>
      <CopyButton text={() => text} label={words.t('copy.command')} />
    </div>
  );
}
