// The last sales of this till and the parked ones of its store: seen, taken up again, and money given back for them.
import { useEffect, useState } from 'preact/hooks';
import type { Text } from '../beginning';
import type { OrderSeen, SlipSeen, Standing } from '../books';
import { nameOf, undecided } from '../books';
import { Icon, Money, useTill } from '../context';
import { adopt, recall } from '../ending';
import { isBlank } from '../kept';
import type { Answer } from '../server';
import { server } from '../server';
import { ORDER_STATES, WORDS } from '../words';
import { Dialog } from './dialog';
import { MoneyBack } from './money_back';
import { Field, Message } from './parts';
import { areOut, Printing } from './printing';
import { Slip } from './slip';

/** How a sale stands, in one word: what is not known goes first, then what the customer was told and did not happen. */
function wordOf(order: OrderSeen): string {
  if (undecided(order)) return 'unknown';
  const back = order.payments.findLast((paid) => paid.kind === 'void' || paid.kind === 'refund');
  if (order.state === 'paid' && (back?.state === 'cancelled' || back?.state === 'declined')) return 'not_back';
  return order.parked_at === null ? order.state : 'parked';
}

const KINDS: Readonly<Record<string, string>> = { paid: 'good', unknown: 'warn', not_back: 'bad', open: 'warn', parked: 'info' };
const SIGNS: Readonly<Record<string, string>> = { paid: 'done', unknown: 'hourglass', not_back: 'warning', open: 'clock', parked: 'clock' };

export function StateOf({ order }: { order: OrderSeen }) {
  const { say } = useTill();
  const word = wordOf(order);
  const text = ORDER_STATES[word];
  return <span class={`state state-${KINDS[word] ?? 'quiet'}`}><Icon name={SIGNS[word] ?? 'info'} />{text ? say(text) : word}</span>;
}

export function SalesList({ close }: { close: () => void }) {
  const { till, state, say } = useTill();
  const [latest, setLatest] = useState<readonly Standing[] | null>(null);
  const [parked, setParked] = useState<readonly Standing[] | null>(null);
  const [isLoading, setLoading] = useState(true);
  const [isMissing, setMissing] = useState(false);
  const [seen, see] = useState<Standing | null>(null);
  const [backFor, giveBackFor] = useState<Standing | null>(null);
  const [slips, setSlips] = useState<readonly SlipSeen[]>([]);
  useEffect(() => {
    setSlips([]);
    if (seen) void server.slips(seen.order.order_id).then((answer) => setSlips(answer.is === 'ok' ? answer.value : []));
  }, [seen]);
  const load = async () => {
    setLoading(true);
    // Neither waits for the other.
    const [last, waiting] = await Promise.all([shown(server.latest(), setLatest), shown(server.parked(), setParked)]);
    setMissing(last.is !== 'ok' || waiting.is !== 'ok');
    setLoading(false);
    till.set({ isAway: last.is === 'gone' || waiting.is === 'gone', isSignedOut: last.is === 'out' || waiting.is === 'out' });
  };
  useEffect(() => void load(), []);
  const isFree = isBlank(state.kept) && state.stage.at === 'ringing';
  const takeUp = (standing: Standing) => {
    close();
    if (standing.order.parked_at === null) adopt(till, standing);
    else void recall(till, standing.order.order_id);
  };
  if (backFor) return <MoneyBack standing={backFor} close={() => { giveBackFor(null); see(null); void load(); }} />;
  if (seen) {
    return (
      // A dialog of its own: the one that was closed would stay so, with the list in it.
      <Dialog key="slip" title={say(WORDS.slip)} close={() => see(null)}>
        <div class="flow">
          <StateOf order={seen.order} />
          <Slip standing={seen} isBare isCopy={areOut(slips)} isUnpaid={seen.order.state === 'open'} />
          <Printing orderId={seen.order.order_id} slips={slips} told={setSlips} />
          <div class="dialog-foot">
            {canGiveBack(seen) ? <button class="btn" type="button" onClick={() => giveBackFor(seen)}><Icon name="undo" />{say(WORDS.giveBack)}</button> : null}
            {isOpen(seen) ? <button class="btn btn-primary" type="button" aria-disabled={!isFree} onClick={() => { if (isFree) takeUp(seen); }}>{say(WORDS.takeUp)}</button> : null}
          </div>
          {isOpen(seen) && !isFree ? <p class="note">{say(WORDS.firstFinish)}</p> : null}
        </div>
      </Dialog>
    );
  }
  /** What is not there yet is no "none". */
  const listed = (list: readonly Standing[] | null, none: Text) => {
    if (list === null) return isLoading ? <Loading /> : null;
    return list.length === 0 ? <p class="sub">{say(none)}</p> : <Rows list={list} see={see} />;
  };
  return (
    <Dialog key="list" title={say(WORDS.sales)} close={close}>
      <div class="flow">
        {isMissing ? <Message kind="warn" title={say(WORDS.away)} role="alert" /> : null}
        <Find found={see} />
        <h3>{say(WORDS.parkedSales)}</h3>
        {listed(parked, WORDS.noneParked)}
        <h3>{say(WORDS.lastSales)}</h3>
        {listed(latest, WORDS.noneYet)}
      </div>
    </Dialog>
  );
}

function Rows({ list, see }: { list: readonly Standing[]; see: (standing: Standing) => void }) {
  const { moment, say } = useTill();
  return (
    <ul class="till-sales">
      {list.map((standing) => (
        <li key={standing.order.order_id}>
          <button class="till-sale" type="button" onClick={() => see(standing)}>
            <span class="note">{moment(standing.order.placed_at)}</span>
            <StateOf order={standing.order} />
            <span class="till-sale-goods"><bdi>{standing.order.lines.filter((line) => line.line_kind !== 'discount').map((line) => nameOf(standing, line).name).join(say(WORDS.comma))}</bdi></span>
            <Money minor={standing.order.total_minor} />
          </button>
        </li>
      ))}
    </ul>
  );
}

/** Show a list as soon as it is there. */
async function shown<T>(asked: Promise<Answer<T>>, show: (value: T) => void): Promise<Answer<T>> {
  const answer = await asked;
  if (answer.is === 'ok') show(answer.value);
  return answer;
}

function Loading() {
  const { say } = useTill();
  return <div class="bones" role="status"><span class="sr-only">{say(WORDS.loading)}</span><div class="bone" /><div class="bone" /></div>;
}

/** Any sale of this store, by the number on its slip; of several, which one is asked. */
function Find({ found }: { found: (standing: Standing) => void }) {
  const { till, say } = useTill();
  const [number, setNumber] = useState('');
  const [there, setThere] = useState<readonly Standing[] | null>(null);
  const look = async (event: Event) => {
    event.preventDefault();
    const text = number.trim();
    if (text === '') return;
    const answer = await server.numbered(text);
    if (answer.is !== 'ok') till.heard(answer);
    else if (answer.value.length === 1) found(answer.value[0] as Standing);
    else setThere(answer.value);
  };
  return (
    <div class="flow">
      <form class="till-find" onSubmit={look}>
        <Field label={say(WORDS.findOrder)} name="order" value={number} change={(text) => { setNumber(text); setThere(null); }} longest={64}
          error={there?.length === 0 ? say(WORDS.noSuchOrder) : null} />
        <button class="btn" type="submit">{say(WORDS.find)}</button>
      </form>
      {there === null || there.length === 0 ? null : (
        <>
          <p role="status">{say(WORDS.severalOrders)}</p>
          <Rows list={there} see={found} />
        </>
      )}
    </div>
  );
}

function isOpen(standing: Standing): boolean {
  return standing.order.state === 'open';
}

/** Whether any payment of it was taken and is not given back in full. */
function canGiveBack(standing: Standing): boolean {
  return standing.order.payments.some(
    (paid) => paid.kind === 'sale' && paid.state === 'approved' && paid.standing === 'held'
      && paid.amount_minor - paid.refunded_minor - paid.refund_reserved_minor > 0,
  );
}
