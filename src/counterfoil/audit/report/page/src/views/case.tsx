// One case: what happened in plain words, the money, the five books on one timeline, the evidence, the steps.
import { useEffect, useMemo, useState } from 'preact/hooks';
import { useShared } from '../app';
import { ledgerOf } from '../case/ledger';
import { EntryCard, LedgerTable } from '../case/ledger-table';
import { Twins } from '../case/twins';
import { type Evidence, evidenceOf } from '../data/findings';
import { hashOf } from '../data/route';
import { type Timeline, timelineOf } from '../data/timelines';
import { CaseTicket } from '../parts/case-ticket';
import { Command } from '../parts/copy';
import { LeftIcon, RightIcon } from '../parts/icons';
import { neighbours } from '../parts/neighbours';
import { Playbook } from '../parts/playbook';
import { shortId, subjectOf } from '../show/key';
import { count } from '../show/money';

export function CaseView() {
  const { findings, route, words } = useShared();
  const row = findings.place(route.id);
  if (row === undefined) {
    return (
      <div class="page">
        <h1>{words.t('nav.case')}</h1>
        <p>{words.t('case.missing', { id: route.id })}</p>
        <p>
          <a class="more" href={hashOf('findings')}>
            {words.t('case.back')}
          </a>
        </p>
      </div>
    );
  }
  return <Case row={row} />;
}

function Case({ row }: { row: number }) {
  const { data, findings, words } = useShared();
  const exception = findings.word('exception', row)!;
  const [timeline, setTimeline] = useState<Timeline | null | undefined>(undefined);
  const [evidence, setEvidence] = useState<Evidence[] | undefined>(undefined);
  useEffect(() => {
    void timelineOf(findings, row).then(setTimeline);
    void evidenceOf(row, data.chunk_rows).then(setEvidence);
  }, [findings, row]);
  const other = findings.others[row];
  const currency = findings.word('currency', row);
  return (
    <div class="page case">
      <Trail />
      <CaseTicket row={row} />
      {other && timeline && (
        <Twins subject={findings.subjects[row]!} other={other} moments={timeline.moments} currency={currency} />
      )}
      {timeline && evidence && <LedgerPanel row={row} timeline={timeline} evidence={evidence} />}
      {timeline === null && <NoTimeline row={row} />}
      <div class="halves">
        <section class="panel" aria-labelledby="steps">
          <div class="panel-head">
            <h2 id="steps">{words.t('steps.title')}</h2>
            <a class="more" href={hashOf('playbooks', exception)}>
              {words.t('steps.all')}
            </a>
          </div>
          <Playbook exception={exception} only={[findings.word('diagnosis', row), findings.word('next_step', row)]} />
        </section>
        {evidence && <EvidencePanel evidence={evidence} />}
      </div>
    </div>
  );
}

/** The way back, and the cases before and behind this one. */
function Trail() {
  const shared = useShared();
  const { words, route } = shared;
  const { previous, next, place, all } = useMemo(() => neighbours(shared), [shared.table, route]);
  return (
    <div class="trail">
      <a class="more" href={hashOf('findings', '', route.filter)}>
        ← {words.t('case.back')}
      </a>
      {place > 0 && (
        <nav aria-label={words.t('case.place', { n: count(place), all: count(all) })}>
          <span>{words.t('case.place', { n: count(place), all: count(all) })}</span>
          <a
            class="icon-button"
            aria-label={words.t('keys.previous')}
            title={words.t('keys.previous')}
            {...(previous ? { href: hashOf('case', previous, route.filter) } : { 'aria-disabled': 'true', role: 'link' })}
          >
            <LeftIcon />
          </a>
          <a
            class="icon-button"
            aria-label={words.t('keys.next')}
            title={words.t('keys.next')}
            {...(next ? { href: hashOf('case', next, route.filter) } : { 'aria-disabled': 'true', role: 'link' })}
          >
            <RightIcon />
          </a>
        </nav>
      )}
    </div>
  );
}

function useCommand(row: number): string {
  const { data, findings } = useShared();
  return `counterfoil explain ${quoted(findings.ids[row]!)} --in ${quoted(data.run.explain_in)}`;
}

/** Quoted for a shell where it holds anything but plain signs. */
function quoted(text: string): string {
  return /^[\w./:@%+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

function LedgerPanel({ row, timeline, evidence }: { row: number; timeline: Timeline; evidence: Evidence[] }) {
  const { findings, words } = useShared();
  const command = useCommand(row);
  const currency = findings.word('currency', row);
  const ledger = useMemo(() => {
    const other = findings.others[row];
    const twins = other ? { thisId: subjectOf(findings.subjects[row]!).id, otherId: subjectOf(other).id } : null;
    return ledgerOf(timeline, findings.word('diagnosis', row)!, evidence, twins);
  }, [timeline, evidence, row]);
  return (
    <section class="panel" aria-labelledby="ledger">
      <h2 id="ledger">{words.t('ledger.title')}</h2>
      <p class="sub">{words.t('ledger.sub')}</p>
      <LedgerTable ledger={ledger} currency={currency} />
      {ledger.undated.length > 0 && (
        <div class="undated">
          <h3>{words.t('ledger.undated')}</h3>
          <div class="undated-list">
            {ledger.undated.map((entry, place) => (
              <EntryCard key={place} entry={entry} currency={currency} />
            ))}
          </div>
        </div>
      )}
      {ledger.silent.length > 0 && (
        <p class="note">
          {words.t('ledger.silent')}
          {words.t('colon')}
          {ledger.silent.map((lane) => words.t(`lane.${lane}`)).join(words.t('list.join'))}
        </p>
      )}
      {timeline.leftOut > 0 && <p class="note">{words.t('ledger.left_out', { n: count(timeline.leftOut) })}</p>}
      <p class="note">{words.t('ledger.command')}</p>
      <Command text={command} />
    </section>
  );
}

function NoTimeline({ row }: { row: number }) {
  const { data, words } = useShared();
  return (
    <section class="panel" aria-labelledby="ledger">
      <h2 id="ledger">{words.t('ledger.title')}</h2>
      <p>{words.t('ledger.none', { n: count(data.timelines_max) })}</p>
      <Command text={useCommand(row)} />
    </section>
  );
}

function EvidencePanel({ evidence }: { evidence: Evidence[] }) {
  const { words } = useShared();
  return (
    <section class="panel evidence" aria-labelledby="evidence">
      <h2 id="evidence">{words.t('evidence.title')}</h2>
      <p class="sub">{words.t('evidence.sub')}</p>
      <ul>
        {evidence.map(({ table, id, file, line }, place) => (
          <li key={place}>
            <span class="evidence-book">{words.book('table', table)}</span>
            <span class="id" title={id}>
              {shortId(id)}
            </span>
            <span class="evidence-file">
              {file ? (
                <>
                  {file}
                  {line != null && <b>{words.t('evidence.line', { n: line })}</b>}
                </>
              ) : (
                words.t('evidence.nofile')
              )}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
