// The files: what each one was, what was read, whether its own totals agree, and what was set aside.
import { useShared } from '../app';
import type { FileRead } from '../data/model';
import { CheckIcon, CrossIcon } from '../parts/icons';
import { count } from '../show/money';
import type { Words } from '../words/words';

/** Files of which there is more to say than what they were. */
function notable(file: FileRead): boolean {
  return file.totals.length > 0 || file.set_aside.length > 0;
}

export function FilesView() {
  const { data, words } = useShared();
  const cards = data.run.files.filter(notable);
  const plain = data.run.files.filter((file) => !notable(file));
  return (
    <div class="page files">
      <h1>{words.t('files.title')}</h1>
      <p class="sub">{words.t('files.sub')}</p>
      {data.run.files.length === 0 && <p class="nothing-found hero-words">{words.t('files.none')}</p>}
      {cards.map((file) => (
        <File key={file.name} file={file} />
      ))}
      {plain.length > 0 && <PlainFiles files={plain} />}
    </div>
  );
}

function PlainFiles({ files }: { files: FileRead[] }) {
  const { words } = useShared();
  return (
    <section class="panel" aria-labelledby="plain">
      <div class="panel-head">
        <div>
          <h2 id="plain">{words.t('files.plain')}</h2>
          <p class="sub">{words.t('files.whole')}</p>
        </div>
      </div>
      <div class="scroll tall" tabIndex={0} role="region" aria-label={words.t('table.of', { title: words.t('files.plain') })}>
        <table class="plain files-table">
          <thead>
            <tr>
              <th scope="col">{words.t('files.name')}</th>
              <th scope="col">{words.t('files.format')}</th>
              <th scope="col">{words.t('files.encoding')}</th>
              <th scope="col" class="number">
                {words.t('files.kept')}
              </th>
              <th scope="col">{words.t('files.gave')}</th>
              <th scope="col">{words.t('files.remarks')}</th>
            </tr>
          </thead>
          <tbody>
            {files.map((file) => (
              <tr key={file.name}>
                <th scope="row">{file.name}</th>
                <td>{words.pair(file.title)}</td>
                <td>{file.encoding}</td>
                <td class="number">{count(file.rows_kept)}</td>
                <td>{gaveOf(file, words)}</td>
                <td class="quiet">{file.remarks.map((remark) => words.pair(remark)).join(' ')}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

/** Which books a file gave rows to. */
function gaveOf(file: FileRead, words: Words): string {
  return Object.entries(file.gave)
    .map(([table, rows]) => `${words.book('tables', table)} ${count(rows)}`)
    .join(words.t('list.join'));
}

function File({ file }: { file: FileRead }) {
  const { words } = useShared();
  const gave = gaveOf(file, words);
  return (
    <section class="panel file" aria-label={file.name}>
      <h2 class="file-name">{file.name}</h2>
      <p class="sub">{words.pair(file.title)}</p>
      <dl class="tiles">
        <Tile name={words.t('files.read')} value={count(file.rows_read)} />
        <Tile name={words.t('files.kept')} value={count(file.rows_kept)} />
        <Tile name={words.t('files.encoding')} value={file.encoding} small />
        {gave && <Tile name={words.t('files.gave')} value={gave} small />}
      </dl>
      {file.totals.length > 0 && <ControlTotals file={file} />}
      <SetAside file={file} />
      {file.remarks.length > 0 && (
        <>
          <h3>{words.t('files.remarks')}</h3>
          <ul class="prose">
            {file.remarks.map((remark) => (
              <li key={remark[0]}>{words.pair(remark)}</li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

function Tile({ name, value, small = false }: { name: string; value: string; small?: boolean }) {
  return (
    <div class="tile">
      <dt>{name}</dt>
      <dd class={small ? 'tile-small' : ''}>{value}</dd>
    </div>
  );
}

function ControlTotals({ file }: { file: FileRead }) {
  const { words } = useShared();
  return (
    <>
      <h3>{words.t('files.totals')}</h3>
      <div class="scroll" tabIndex={0} role="region" aria-label={`${file.name}${words.t('colon')}${words.t('files.totals')}`}>
        <table class="plain totals-table">
          <thead>
            <tr>
              <th scope="col">{words.t('files.total')}</th>
              <th scope="col">{words.t('files.stated')}</th>
              <th scope="col">{words.t('files.found')}</th>
              <td />
            </tr>
          </thead>
          <tbody>
            {file.totals.map(([name, label, stated, found]) => (
              <tr key={name} class={stated === found ? '' : 'bad'}>
                <th scope="row">{label}</th>
                <td>{stated}</td>
                <td>{found}</td>
                <td class={stated === found ? 'verdict good' : 'verdict bad'}>
                  {stated === found ? <CheckIcon /> : <CrossIcon />}
                  {words.t(stated === found ? 'files.agrees' : 'files.differs')}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

function SetAside({ file }: { file: FileRead }) {
  const { words } = useShared();
  if (file.set_aside.length === 0) {
    return <p class="note">{words.t('files.whole')}</p>;
  }
  return (
    <>
      <h3>{words.t('files.aside')}</h3>
      <ul class="aside">
        {file.set_aside.map(([reason, why, rows, en, zh]) => (
          <li key={reason}>
            <b>{words.n('row', rows)}</b>
            <span class={`why why-${why}`}>{words.t(why === 'quarantined' ? 'files.quarantined' : 'files.by_rule')}</span>
            <span>{words.pair([en, zh])}</span>
            <code>{reason}</code>
          </li>
        ))}
      </ul>
    </>
  );
}
