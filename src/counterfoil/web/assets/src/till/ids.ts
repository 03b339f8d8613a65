// Ids are made here, before anything is sent: ULIDs, 48 bits of milliseconds and 80 of chance, as the server makes them.
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const TIME_LETTERS = 10;
const CHANCE_LETTERS = 16;

export function newId(nowMs: number): string {
  let time = '';
  for (let rest = nowMs, n = 0; n < TIME_LETTERS; n += 1) {
    time = ALPHABET.charAt(rest % ALPHABET.length) + time;
    rest = Math.floor(rest / ALPHABET.length);
  }
  // One letter is five bits of a byte; the other three are left lying.
  const chance = [...crypto.getRandomValues(new Uint8Array(CHANCE_LETTERS))];
  return time + chance.map((byte) => ALPHABET.charAt(byte & 31)).join('');
}
