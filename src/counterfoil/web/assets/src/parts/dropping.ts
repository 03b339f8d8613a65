// Files that are dropped on a form, or chosen in it, are sent one by one, each with its share beside its name. Without
// this the form sends them all at once.
const TOKEN = 'meta[name="csrf-token"]';
/** What the server says of a file that it does not take. */
const SAID_MAX = 1000;

interface Sent {
  status: number;
  text: string;
}

/** Send one file. `fetch` does not tell how much of a body has gone out, so this is the older way. */
function send(address: string, file: File, tell: (share: number) => void): Promise<Sent> {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open('PUT', `${address}/files?name=${encodeURIComponent(file.name)}`);
    request.setRequestHeader('Content-Type', 'application/octet-stream');
    request.setRequestHeader('X-CSRF-Token', document.querySelector<HTMLMetaElement>(TOKEN)?.content ?? '');
    request.upload.addEventListener('progress', (event) => {
      if (event.lengthComputable) tell(event.loaded / event.total);
    });
    request.addEventListener('load', () => resolve({ status: request.status, text: request.responseText }));
    request.addEventListener('error', () => resolve({ status: 0, text: '' }));
    request.addEventListener('abort', () => resolve({ status: 0, text: '' }));
    request.send(file);
  });
}

function mark(form: HTMLFormElement, name: 'done' | 'lost' | 'bad'): Node {
  return form.querySelector<HTMLTemplateElement>(`template[data-drop-${name}]`)?.content.cloneNode(true) ?? document.createTextNode('');
}

/** What is said of a file, in a line of its own; its name stands above it already. */
function why(said: string, name: string): HTMLElement {
  const line = document.createElement('p');
  line.className = 'field-help';
  line.textContent = said.startsWith(name) ? said.slice(name.length).replace(/^[:：]\s*/, '') : said;
  return line;
}

async function sendOne(form: HTMLFormElement, file: File): Promise<boolean> {
  const row = document.createElement('li');
  const name = document.createElement('bdi');
  const share = document.createElement('progress');
  name.textContent = file.name;
  share.className = 'progress progress-primary';
  share.max = 1;
  share.value = 0;
  row.append(name, ' ', share);
  form.querySelector('[data-drop-list]')?.append(row);
  const sent = await send(form.dataset.drop ?? '', file, (done) => {
    share.value = done;
  });
  share.remove();
  row.append(mark(form, sent.status === 200 ? 'done' : sent.status === 0 ? 'lost' : 'bad'));
  if (sent.status === 409) row.append(why(sent.text.slice(0, SAID_MAX), file.name));
  return sent.status === 200;
}

async function sendAll(form: HTMLFormElement, files: File[]): Promise<void> {
  if (form.dataset.sending !== undefined || files.length === 0) return;
  form.dataset.sending = '';
  form.setAttribute('aria-busy', 'true');
  let all = true;
  for (const file of files) all = (await sendOne(form, file)) && all;
  delete form.dataset.sending;
  form.removeAttribute('aria-busy');
  form.reset();
  // What was not taken has to be read first.
  if (all) location.reload();
  else await showNow(form);
}

/** Show which files are there, and leave what is said of the others where it is. */
async function showNow(form: HTMLFormElement): Promise<void> {
  const answer = await fetch(`${form.dataset.drop}/now`);
  const place = document.getElementById('audit');
  if (!answer.ok || !place) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html').getElementById('audit');
  if (fresh) place.replaceWith(fresh);
}

export function startDropping(): void {
  const form = document.querySelector<HTMLFormElement>('form[data-drop]');
  if (!form) return;
  form.addEventListener('submit', (event) => {
    const chosen = form.querySelector<HTMLInputElement>('input[type="file"]')?.files;
    event.preventDefault();
    void sendAll(form, [...(chosen ?? [])]);
  });
  // The whole page takes what is dropped: a file that misses the form would open in place of the page.
  document.addEventListener('dragover', (event) => {
    event.preventDefault();
    form.dataset.over = '';
  });
  document.addEventListener('dragleave', (event) => {
    if (!event.relatedTarget) delete form.dataset.over;
  });
  document.addEventListener('drop', (event) => {
    event.preventDefault();
    delete form.dataset.over;
    void sendAll(form, [...(event.dataTransfer?.files ?? [])]);
  });
}
