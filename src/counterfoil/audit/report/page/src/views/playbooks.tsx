// The five playbooks, with what each diagnosis asks and what the detector is known not to see.
import { useShared } from '../app';
import { hashOf, hashWith } from '../data/route';
import { Severity, useTone } from '../parts/marks';
import { Playbook } from '../parts/playbook';

export function PlaybooksView() {
  const { data, words, route } = useShared();
  const tone = useTone();
  const here = data.catalogue.find((exception) => exception.name === route.id) ?? data.catalogue[0];
  if (!here) return <p class="page">{words.t('playbooks.none')}</p>;
  const other = words.language === 'en' ? 'zh-CN' : 'en';
  return (
    <div class="page playbooks">
      <h1>{words.t('playbooks.title')}</h1>
      <p class="sub">{words.t('playbooks.sub')}</p>
      <nav class="tabs" aria-label={words.t('playbooks.title')}>
        {data.catalogue.map((exception) => (
          <a
            key={exception.name}
            class={tone(exception.name)}
            href={hashOf('playbooks', exception.name)}
            aria-current={exception === here ? 'page' : undefined}
          >
            <i class="dot" aria-hidden="true" />
            {words.pair(exception.title)}
          </a>
        ))}
      </nav>
      <div class="halves">
      <section class="panel" aria-labelledby="book">
        <h2 id="book">
          {words.pair(here.title)} <small lang={other}>{words.otherPair(here.title)}</small>
        </h2>
        <p class="lead">{words.pair(here.question)}</p>
        <Playbook exception={here.name} />
      </section>
      <div class="stack">
      <section class="panel" aria-labelledby="asks">
        <h2 id="asks">{words.t('playbooks.diagnoses')}</h2>
        <ul class="diagnoses">
          {here.diagnoses.map((diagnosis) => (
            <li key={diagnosis.name}>
              <h3>
                <a href={hashWith({ chosen: { exception: [here.name], diagnosis: [diagnosis.name] } })}>
                  {words.pair(diagnosis.title)}
                </a>
              </h3>
              <Severity name={diagnosis.severity} />
              <p>{words.pair(diagnosis.question)}</p>
            </li>
          ))}
        </ul>
      </section>
      {here.gaps.length > 0 && (
        <section class="panel" aria-labelledby="gaps">
          <h2 id="gaps">{words.t('playbooks.gaps')}</h2>
          <ul class="prose">
            {here.gaps.map((gap) => (
              <li key={gap[0]}>{words.pair(gap)}</li>
            ))}
          </ul>
        </section>
      )}
      </div>
      </div>
    </div>
  );
}
