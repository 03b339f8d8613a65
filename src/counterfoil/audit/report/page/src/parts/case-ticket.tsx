// The ticket of a case: on its body what happened, on its counterfoil what is at stake and where it happened.
import { useShared } from '../app';
import { localTime, offsetText } from '../show/time';
import { CopyButton } from './copy';
import { LinkIcon } from './icons';
import { ExceptionName, Money, Severity, Subject, useTone } from './marks';
import { Sentence } from './sentence';

export function CaseTicket({ row }: { row: number }) {
  const { findings, words, diagnoses, stepName } = useShared();
  const tone = useTone();
  const name = findings.word('diagnosis', row)!;
  const diagnosis = diagnoses.get(name);
  const step = findings.word('next_step', row);
  return (
    <section class={`ticket case-ticket ${tone(findings.word('exception', row)!)}`} aria-labelledby="case">
      <div class="ticket-body">
        <p class="case-kind">
          <ExceptionName name={findings.word('exception', row)!} />
          <Severity name={findings.word('severity', row)!} />
        </p>
        <h1 id="case">{diagnosis ? words.pair(diagnosis.title) : name}</h1>
        <Sentence row={row} class="lead" />
        {diagnosis && (
          <p class="question">
            <span>{words.t('case.question')}</span> {words.pair(diagnosis.question)}
          </p>
        )}
        {step && (
          <p class="next">
            <span>{words.t('case.next')}</span> <b>{stepName(step)}</b>
          </p>
        )}
      </div>
      <Stub row={row} />
    </section>
  );
}

function Stub({ row }: { row: number }) {
  const { findings, words } = useShared();
  const score = findings.score[row]!;
  const other = findings.others[row];
  return (
    <dl class="ticket-stub">
      <div class="stub-money">
        <dt>{words.t('case.at_risk')}</dt>
        <dd>
          <Money minor={findings.amount[row]!} currency={findings.word('currency', row)} />
        </dd>
      </div>
      <div>
        <dt>{words.t('table.when')}</dt>
        <dd>
          {localTime(findings.at[row]!, findings.offset[row]!, 'second')}{' '}
          <small class="inline">{`UTC${offsetText(findings.offset[row]!)}`}</small>
        </dd>
      </div>
      <div>
        <dt>{words.t('case.subject')}</dt>
        <dd>
          <Subject subject={findings.subjects[row]!} />
        </dd>
      </div>
      {other && (
        <div>
          <dt>{words.t('case.twin')}</dt>
          <dd>
            <Subject subject={other} />
          </dd>
        </div>
      )}
      {(['store_id', 'terminal_id', 'operator_id'] as const).map((column) => {
        const word = findings.word(column, row);
        return (
          word && (
            <div key={column} class="stub-short">
              <dt>{words.t(`facet.${column}`)}</dt>
              <dd>{word}</dd>
            </div>
          )
        );
      })}
      {!Number.isNaN(score) && (
        <div class="stub-short">
          <dt>{words.t('case.score')}</dt>
          <dd>{score.toFixed(2)}</dd>
        </div>
      )}
      <div class="stub-id">
        <dt>{words.t('case.id')}</dt>
        <dd>
          <span class="id">{findings.ids[row]}</span>
          <span class="stub-tools">
            <CopyButton text={() => findings.ids[row]!} label={words.t('copy.id')} />
            <CopyButton text={() => location.href} label={words.t('copy.link')} icon={<LinkIcon />} />
          </span>
        </dd>
      </div>
    </dl>
  );
}
