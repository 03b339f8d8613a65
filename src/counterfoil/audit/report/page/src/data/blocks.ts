// Blocks of data inside the page: base64 of gzip, inflated when somebody needs them. Nothing is ever fetched.

const inflated = new Map<string, Promise<Uint8Array>>();

/** Inflate a block once; later calls share the result. Use it for what the page keeps. */
export function block(name: string): Promise<Uint8Array> {
  let known = inflated.get(name);
  if (!known) {
    known = inflate(name);
    inflated.set(name, known);
  }
  return known;
}

/** Read a block of JSON; the bytes are not kept. */
export async function jsonBlock<T>(name: string): Promise<T> {
  return JSON.parse(new TextDecoder().decode(await inflate(name))) as T;
}

async function inflate(name: string): Promise<Uint8Array> {
  const packed = decode((await element(name)).textContent ?? '');
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** Find the block's element; blocks behind the script may not have been parsed yet. */
async function element(name: string): Promise<HTMLElement> {
  const there = document.getElementById(name);
  if (there) return there;
  if (document.readyState === 'loading') {
    await new Promise((done) => document.addEventListener('DOMContentLoaded', done, { once: true }));
  }
  const later = document.getElementById(name);
  if (!later) throw new Error(`the report has no block ${name}`);
  return later;
}

function decode(text: string): Uint8Array<ArrayBuffer> {
  const modern = (Uint8Array as unknown as { fromBase64?: (text: string) => Uint8Array<ArrayBuffer> }).fromBase64;
  if (modern) return modern.call(Uint8Array, text);
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let place = 0; place < binary.length; place++) bytes[place] = binary.charCodeAt(place);
  return bytes;
}
