// The till in a browser, on the page that `/till` serves.
import './till.css';
import type { ComponentChild } from 'preact';
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
/** A page that has waited for longer is loaded anew. */
const FRESH_MS = 60_000;

function dismissMessages(): void {
  for (const message of document.querySelectorAll('#toasts .message-good')) message.remove();
}

async function open(place: HTMLElement): Promise<void> {
  const beginning = beginningOf(place);
  const { merchant, terminal } = beginning;
  const clock = clockFrom(beginning.now);
  const memory = memoryOf(merchant.id, terminal.id);
  let isWaiting = false;
  setTimeout(dismissMessages, MESSAGE_MS);
  await heldAlone(merchant.id, terminal.id, () => {
    isWaiting = true;
    place.replaceChildren();
    show(<OtherTab />, new Till(beginning, clock, memory), place);
  });
  if (clock.now() - Date.parse(beginning.now) > FRESH_MS) {
    // Somebody else may stand here by now.
    location.reload();
    return;
  }
  if (!isWaiting) place.replaceChildren();
  // What is kept is read now, and not before: the other tab may have written until this moment.
  const till = new Till(beginning, clock, memory);
  show(<App />, till, place);
  await resume(till);
}

function show(view: ComponentChild, till: Till, place: HTMLElement): void {
  render(<TillContext.Provider value={till}>{view}</TillContext.Provider>, place);
}

const place = document.getElementById('till');
if (place) void open(place);
