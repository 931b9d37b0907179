// Whether another journal than the one that was seen before is its declared continuation: after a restore from a backup the
// operator has to go on under another name, and to say so in an entry. Whoever says nothing has forked it.

import { consistent, decode, same, verifyEntry } from './verify.js';

/**
 * @typedef {import('./verify.js').Opened} Opened
 * @typedef {{origin: string, size: number, root: Uint8Array}} Head
 * @typedef {{size: number, at: string}} Restored what was restored: so many entries, on this day
 */

/**
 * The restore that was declared between two heads, each checked under its key; nothing if there was none.
 *
 * @param {{head: Head, key: string}} before
 * @param {{head: Head, key: string, proof: Uint8Array[] | undefined}} now `proof` shows that the old head is the new one's beginning, if it is
 * @param {unknown} entries the entries `journal-restored` of the new journal, opened
 * @returns {Promise<Restored | undefined>}
 */
export async function declaredRestore(before, now, entries) {
  const [old, name] = [nameOf(before.head.origin), nameOf(now.head.origin)];
  // The same key under the next number of the same name: nobody but the operator signs so.
  if (old.base !== name.base || old.number >= name.number || !same(publicKey(before.key), publicKey(now.key))) {
    return undefined;
  }
  /** @type {Restored | undefined} */
  let found;
  let latest = -1;
  for (const entry of Array.isArray(entries) ? entries : []) {
    const checked = await verifyEntry(/** @type {Opened} */ (entry), now.head).catch(() => undefined);
    const said = checked?.party ?? {};
    const [former, size, at] = [said['former'], said['formerSize'], said['at']];
    if (!checked || said['kind'] !== 'journal-restored' || typeof former !== 'string' || typeof size !== 'number' || typeof at !== 'string') {
      continue;
    }
    const from = nameOf(former);
    // It may have gone back to a name before the one that was seen.
    if (from.base !== old.base || from.number > old.number || checked.leaf < size || checked.leaf <= latest) {
      continue;
    }
    latest = checked.leaf;
    const kept = from.number === old.number && before.head.size <= size && before.head.size > 0;
    // What the backup holds of what was seen must be there as it was: a restore changes no past.
    const holds = !kept || (now.proof !== undefined && (await consistent(before.head, now.head, now.proof)));
    found = holds ? { size, at: at.slice(0, 10) } : undefined;
  }
  return found;
}

/** The name without its number, and the number: the first of a journal has none. @param {string} origin */
function nameOf(origin) {
  const [, base = origin, number = '1'] = /^(.*\/journal)(?:\/([1-9]\d*))?$/.exec(origin) ?? [];
  return { base, number: Number(number) };
}

/** The bytes of a verifier key `name+id+base64`; a key in base64 may hold plus signs. @param {string} key */
function publicKey(key) {
  return decode(key.trim().split('+').slice(2).join('+'));
}
