// What this browser remembers of the journal: its head, and the hashes of the person's own entries that were opened and
// checked here. Nothing of what an entry says is kept.

const HEAD = 'wayleave-head';
const OWN = 'wayleave-own';

/** @typedef {{checkpoint: string, key: string, at?: string}} Head */
/** @typedef {{from: number, hashes: Uint8Array[]}} Own */

/** @returns {Head | undefined} */
export function rememberedHead() {
  try {
    const kept = JSON.parse(localStorage.getItem(HEAD) ?? 'null');
    return typeof kept?.checkpoint === 'string' && typeof kept?.key === 'string' ? kept : undefined;
  } catch {
    return undefined;
  }
}

/** @param {string} checkpoint @param {string} key */
export function rememberHead(checkpoint, key) {
  write(HEAD, JSON.stringify({ checkpoint, key, at: new Date().toISOString() }));
}

/**
 * The entries of a person that were checked here before; each person has a list of their own.
 *
 * @param {string} id the person's name in their head
 * @returns {Own | undefined}
 */
export function rememberedOwn(id) {
  try {
    const kept = JSON.parse(localStorage.getItem(OWN) ?? 'null');
    if (kept?.id !== id || !Number.isSafeInteger(kept.from) || typeof kept.hashes !== 'string') {
      return undefined;
    }
    const bytes = Uint8Array.from(atob(kept.hashes), (character) => character.charCodeAt(0));
    const hashes = Array.from({ length: Math.floor(bytes.length / 32) }, (_, index) =>
      bytes.slice(index * 32, index * 32 + 32),
    );
    return { from: kept.from, hashes };
  } catch {
    return undefined;
  }
}

/** @param {string} id @param {Own} own */
export function rememberOwn(id, own) {
  const text = own.hashes.map((hash) => String.fromCharCode(...hash)).join('');
  write(OWN, JSON.stringify({ id, from: own.from, hashes: btoa(text) }));
}

/** @param {string} name @param {string} text */
function write(name, text) {
  try {
    localStorage.setItem(name, text);
  } catch {
    // A browser that keeps nothing compares nothing; the gateway's own cookie still does.
  }
}
