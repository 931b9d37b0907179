// Checks a receipt without asking anyone: the party's part, the inclusion proof of RFC 6962 and RFC 9162 §2.1.3.2, and
// the checkpoint's signature, a C2SP signed note. It needs WebCrypto and nothing of the gateway.

const LEAF = 0x00;
const NODE = 0x01;
const NOTE_ED25519 = 0x01;

/**
 * @typedef {object} Verified
 * @property {number} leaf the entry's place in the journal
 * @property {number} size how many entries the journal held
 * @property {string} origin the journal's name
 * @property {Record<string, unknown>} party what the entry says, as far as the recipient may read it
 * @property {boolean} signed whether the checkpoint's signature was checked; without a key only the proof was
 *
 * @typedef {object} Receipt
 * @property {number} v
 * @property {number} leaf
 * @property {string} party
 * @property {string} salt
 * @property {string} subject
 * @property {string} tag
 * @property {string[]} proof
 * @property {string} checkpoint
 */

/**
 * Checks a receipt against the journal's key, which has to come from elsewhere than the answer that is checked.
 *
 * @param {string} header the value of `Wayleave-Receipt`
 * @param {string | undefined} verifierKey the journal's key in the text form of a signed note, `name+id+key`
 * @returns {Promise<Verified>}
 * @throws {Error} when any step fails, saying which
 */
export async function verifyReceipt(header, verifierKey) {
  const receipt = /** @type {Receipt} */ (JSON.parse(new TextDecoder().decode(decode(header))));
  if (receipt.v !== 1) {
    throw new Error(`expected a receipt of version 1, found version ${receipt.v}`);
  }
  const checkpoint = opened(receipt.checkpoint);
  if (verifierKey) {
    await checkSignature(receipt.checkpoint, verifierKey, checkpoint.origin);
  }
  const party = await mac(decode(receipt.salt), new TextEncoder().encode(receipt.party));
  const leaf = await sha256([LEAF], decode(receipt.tag), party, decode(receipt.subject));
  const root = await rootOf(leaf, receipt.leaf, checkpoint.size, receipt.proof.map(decode));
  if (!same(root, checkpoint.root)) {
    throw new Error('expected an entry under the signed root, found that the proof leads elsewhere');
  }
  return {
    leaf: receipt.leaf,
    size: checkpoint.size,
    origin: checkpoint.origin,
    party: JSON.parse(receipt.party),
    signed: Boolean(verifierKey),
  };
}

/**
 * The root that an inclusion proof leads to.
 *
 * @param {Uint8Array} leaf the leaf's hash
 * @param {number} index the leaf's place
 * @param {number} size the size of the tree
 * @param {Uint8Array[]} proof
 */
async function rootOf(leaf, index, size, proof) {
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(size) || index < 0 || index >= size) {
    throw new Error(`expected an entry below ${size}, found ${index}`);
  }
  let [node, place, last] = [leaf, index, size - 1];
  for (const sibling of proof) {
    if (last === 0) {
      throw new Error('expected a proof as long as the tree is high, found a longer one');
    }
    if (place % 2 === 1 || place === last) {
      node = await sha256([NODE], sibling, node);
      while (place % 2 === 0 && place > 0) {
        [place, last] = [Math.floor(place / 2), Math.floor(last / 2)];
      }
    } else {
      node = await sha256([NODE], node, sibling);
    }
    [place, last] = [Math.floor(place / 2), Math.floor(last / 2)];
  }
  if (last !== 0) {
    throw new Error('expected a proof as long as the tree is high, found a shorter one');
  }
  return node;
}

/**
 * A signed head of the journal, checked against its key.
 *
 * @param {string} note the signed note
 * @param {string} verifierKey the journal's key, `name+id+key`
 * @returns {Promise<{origin: string, size: number, root: Uint8Array}>}
 * @throws {Error} when it is not signed by that key
 */
export async function checkpointOf(note, verifierKey) {
  const checkpoint = opened(note);
  await checkSignature(note, verifierKey, checkpoint.origin);
  return checkpoint;
}

/**
 * @param {string} note
 * @returns {{origin: string, size: number, root: Uint8Array}}
 */
function opened(note) {
  const [origin, size, root] = note.split('\n');
  if (!origin || !size || !root || !/^(0|[1-9]\d*)$/.test(size)) {
    throw new Error('expected a checkpoint with an origin, a size and a root');
  }
  return { origin, size: Number(size), root: decode(root) };
}

/**
 * @param {string} note
 * @param {string} verifierKey
 * @param {string} origin
 */
async function checkSignature(note, verifierKey, origin) {
  const [name = '', id = '', encoded = ''] = splitKey(verifierKey);
  const key = decode(encoded);
  const expectedId = (await sha256(new TextEncoder().encode(`${name}\n`), key)).slice(0, 4);
  if (key[0] !== NOTE_ED25519 || key.length !== 33 || hex(expectedId) !== id || name !== origin) {
    throw new Error(`expected the key of the journal ${origin}, found another`);
  }
  const end = note.indexOf('\n\n');
  const text = new TextEncoder().encode(note.slice(0, end + 1));
  const prefix = `— ${name} `;
  const signatures = note.slice(end + 2).split('\n').filter((line) => line.startsWith(prefix));
  const mine = signatures.map((line) => decode(line.slice(prefix.length))).find((bytes) => same(bytes.slice(0, 4), expectedId));
  const imported = await crypto.subtle.importKey('raw', key.slice(1), 'Ed25519', false, ['verify']);
  if (end < 0 || !mine || !(await crypto.subtle.verify('Ed25519', imported, mine.slice(4), text))) {
    throw new Error('expected a checkpoint signed by the journal, found none');
  }
}

/** A name may hold no plus sign, a key in base64 may. @param {string} text */
function splitKey(text) {
  const [name, id, ...rest] = text.trim().split('+');
  return [name, id, rest.join('+')];
}

/** @param {(Uint8Array | number[])[]} parts */
export async function sha256(...parts) {
  const bytes = Uint8Array.from(parts.flatMap((part) => [...part]));
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
}

/**
 * @param {Uint8Array<ArrayBuffer>} key
 * @param {Uint8Array<ArrayBuffer>} bytes
 */
async function mac(key, bytes) {
  const imported = await crypto.subtle.importKey('raw', key, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  return new Uint8Array(await crypto.subtle.sign('HMAC', imported, bytes));
}

/** Base64, or base64url without padding. @param {string} text @returns {Uint8Array<ArrayBuffer>} */
export function decode(text) {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

/** @param {Uint8Array} bytes */
function hex(bytes) {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** @param {Uint8Array} one @param {Uint8Array} other */
export function same(one, other) {
  return one.length === other.length && one.every((byte, index) => byte === other[index]);
}
