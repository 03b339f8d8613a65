// The till in a browser, on the page that `/till` serves.
import './till.css';
import { render } from 'preact';
import { beginningOf } from './beginning';
import { clockFrom } from './clock';
import { TillContext } from './context';
import { heldAlone, memoryOf } from './kept';
import { resume } from './sending';
import { Till } from './till';
import { App, OtherTab } from './views/app';

/** What the page said when it came lies over the till, and is read by then. */
const MESSAGE_MS = 8000;

function dismissMessages(): void {
  for (const message of document.querySelectorAll('#toasts .message-good')) message.remove();
}

async function open(place: HTMLElement): Promise<void> {
  const beginning = beginningOf(place);
  const isAlone = await heldAlone(beginning.merchant.id, beginning.terminal.id);
  const till = new Till(beginning, clockFrom(beginning.now), memoryOf(beginning.merchant.id, beginning.terminal.id));
  place.replaceChildren();
  render(<TillContext.Provider value={till}>{isAlone ? <App /> : <OtherTab />}</TillContext.Provider>, place);
  setTimeout(dismissMessages, MESSAGE_MS);
  if (isAlone) await resume(till);
}

const place = document.getElementById('till');
if (place) void open(place);
