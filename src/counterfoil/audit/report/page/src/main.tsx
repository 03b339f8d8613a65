// The page's beginning: inflate what the first view needs, draw it, and bring the sentences while nobody waits.
import { render } from 'preact';
import { App } from './app';
import { jsonBlock } from './data/blocks';
import { readFindings } from './data/findings';
import type { Overview } from './data/model';
import { Words } from './words/words';
import './styles/base.css';
import './styles/frame.css';
import './styles/overview.css';
import './styles/findings.css';
import './styles/case.css';
import './styles/sections.css';
import './styles/print.css';

async function start(root: HTMLElement): Promise<void> {
  const [data, findings] = await Promise.all([jsonBlock<Overview>('overview'), readFindings()]);
  render(<App data={data} findings={findings} />, root);
  performance.mark('first-view');
}

/** Say in both languages why nothing is shown. */
function apologise(root: HTMLElement, error: unknown): void {
  const old = typeof DecompressionStream === 'undefined';
  for (const words of [new Words('en'), new Words('zh')]) {
    const line = document.createElement('p');
    line.className = 'noscript';
    line.lang = words.language;
    line.textContent = old ? words.t('failed.old') : words.t('failed') + String(error);
    root.append(line);
  }
}

const root = document.getElementById('page');
if (root) start(root).catch((error: unknown) => apologise(root, error));
