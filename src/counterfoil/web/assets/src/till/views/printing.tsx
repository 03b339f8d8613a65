// Prints a slip, and then asks what no browser knows: whether it came out. The answer goes into the books.
import { useState } from 'preact/hooks';
import { Icon, useTill } from '../context';
import type { SlipEvent } from '../server';
import { server } from '../server';
import type { Text } from '../beginning';
import { WORDS } from '../words';

/** `asking`: the paper is on its way; `failed`: it may be printed again; `unsaid`: the answer did not reach the books. */
type Fate = 'unprinted' | 'asking' | 'telling' | 'printed' | 'failed' | 'unsaid';

const SAID: Partial<Record<Fate, Text>> = {
  asking: WORDS.didItComeOut,
  printed: WORDS.cameOut,
  failed: WORDS.didNotComeOut,
  unsaid: WORDS.slipNotTold,
};

export function Printing({ orderId }: { orderId: string }) {
  const { say } = useTill();
  const [fate, become] = useState<Fate>('unprinted');
  const tell = async (event: SlipEvent) => {
    become('telling');
    const answer = await server.tellSlips(orderId, event, event === 'failed' ? 'not_printed' : null);
    become(answer.is === 'ok' ? event : 'unsaid');
  };
  const print = () => {
    window.print();
    become('asking');
  };
  const said = SAID[fate];
  return (
    <div class="flow till-printing">
      <p role="status">{said === undefined ? '' : say(said)}</p>
      {fate === 'asking' ? (
        <div class="row">
          <button class="btn" type="button" onClick={() => void tell('printed')}><Icon name="done" />{say(WORDS.yesItCameOut)}</button>
          <button class="btn" type="button" onClick={() => void tell('failed')}><Icon name="warning" />{say(WORDS.noItDidNot)}</button>
        </div>
      ) : (
        <button class="btn" type="button" aria-disabled={fate === 'telling'} onClick={() => { if (fate !== 'telling') print(); }}>
          <Icon name="print" />{say(fate === 'printed' ? WORDS.printAgain : WORDS.print)}
        </button>
      )}
    </div>
  );
}
