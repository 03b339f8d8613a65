// The slip on paper: it is printed, the cashier says whether it came out, and the books hear that. A browser cannot see
// a printer; what nobody has told is owed, and stands among the findings after a while.
import { useState } from 'preact/hooks';
import type { SlipSeen } from '../books';
import { Icon, useTill } from '../context';
import { server } from '../server';
import { WORDS } from '../words';
import { Main, Message } from './parts';

/** The printer's own codes, as the slips book keeps them. */
const FAULTS = [
  { fault: 'paper_out', text: WORDS.noPaper },
  { fault: 'offline', text: WORDS.noPrinter },
  { fault: 'jam', text: WORDS.jammed },
] as const;

/** Say whether every slip of a sale came out: then another one is a copy. */
export function areOut(slips: readonly SlipSeen[]): boolean {
  return slips.length > 0 && slips.every((slip) => slip.state === 'printed' || slip.state === 'sent');
}

/** Say whether any of these has not come out yet. */
export function isOwed(slips: readonly SlipSeen[]): boolean {
  return slips.some((slip) => slip.state !== 'printed' && slip.state !== 'sent');
}

interface Given {
  readonly orderId: string;
  /** What is known of its slips; they are asked for where nothing is. */
  readonly slips: readonly SlipSeen[];
  readonly told: (slips: readonly SlipSeen[]) => void;
  /** It is what is done next: Enter does it. */
  readonly isMain?: boolean;
}

export function Printing({ orderId, slips, told, isMain = false }: Given) {
  const { till, say } = useTill();
  const [isAsked, setAsked] = useState(false);
  const [isMissing, setMissing] = useState(false);
  const isCopy = areOut(slips);
  const print = () => {
    window.print();
    // A copy settles nothing: the slip itself came out before.
    setAsked(!isCopy);
  };
  const tell = async (event: 'printed' | 'failed', fault: string | null) => {
    const answer = await server.tellSlip(orderId, event, fault);
    setMissing(answer.is !== 'ok');
    if (answer.is !== 'ok') {
      till.heard(answer);
      return;
    }
    setAsked(false);
    told(answer.value);
  };
  const failed = slips.find((slip) => slip.state === 'failed');
  return (
    <div class="flow flow-2 no-print till-printing">
      {isAsked ? (
        <fieldset class="flow flow-2">
          <legend class="field-label">{say(WORDS.cameOut)}</legend>
          <div class="till-choice">
            {isMain
              ? <Main text={say(WORDS.cameOutYes)} icon="done" press={() => void tell('printed', null)} keyName="Enter" />
              : <button class="btn btn-primary" type="button" onClick={() => void tell('printed', null)}><Icon name="done" />{say(WORDS.cameOutYes)}</button>}
            {FAULTS.map(({ fault, text }) => (
              <button class="btn" type="button" key={fault} onClick={() => void tell('failed', fault)}>{say(text)}</button>
            ))}
          </div>
        </fieldset>
      ) : isMain ? <Main text={say(WORDS.printSlip)} icon="print" press={print} keyName="Enter" /> : (
        <button class="btn" type="button" onClick={print}><Icon name="print" />{say(isCopy ? WORDS.printAgain : WORDS.printSlip)}</button>
      )}
      {isMissing ? <Message kind="warn" title={say(WORDS.noAnswer)} role="alert" /> : null}
      {isCopy ? <p class="note" role="status">{say(WORDS.isPrinted)}</p> : failed ? <Message kind="warn" title={say(WORDS.isFailed)} role="status" /> : null}
    </div>
  );
}
