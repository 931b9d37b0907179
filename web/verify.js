// Checks without asking anyone: receipts, a person's own entries with both parts, the proofs of RFC 6962 and RFC 9162
// §2.1.3.2 and §2.1.4.2, and the signatures of heads, which are C2SP signed notes. It needs WebCrypto and nothing of the
// gateway. Each function here is a pure check: it throws, or says no, and remembers nothing.

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
 * An entry of one person, as `/me/entries` and the download have it.
 *
 * @typedef {{text: string, salt: string}} Part
 * @typedef {object} Opened
 * @property {number} leaf
 * @property {string} tag
 * @property {Part} party
 * @property {Part} subject
 * @property {string[]} proof
 */

/** Why an entry does not hold. */
export class Broken extends Error {
  /** @param {'altered' | 'elsewhere'} why @param {number} leaf */
  constructor(why, leaf) {
    super(`expected entry ${leaf} under the signed head, found it ${why}`);
    this.why = why;
    this.leaf = leaf;
  }
}

/**
 * Checks one entry with both its parts against a head whose signature was checked, and says what it holds.
 *
 * @param {Opened} entry
 * @param {{size: number, root: Uint8Array}} head
 * @throws {Broken} when a part is not what the leaf commits to, or the leaf is not under the head
 */
export async function verifyEntry(entry, head) {
  const bytes = (/** @type {string} */ text) => new TextEncoder().encode(text);
  const party = await mac(decode(entry.party.salt), bytes(entry.party.text));
  const subject = await mac(decode(entry.subject.salt), bytes(entry.subject.text));
  const hash = await sha256([LEAF], decode(entry.tag), party, subject);
  const root = await rootOf(hash, entry.leaf, head.size, entry.proof.map(decode)).catch(() => undefined);
  // A part that was altered and a leaf that never was there look the same from here: the way leads elsewhere.
  if (!root || !same(root, head.root)) {
    throw new Broken('altered', entry.leaf);
  }
  /** @type {Record<string, unknown>} */
  const said = JSON.parse(entry.party.text);
  /** @type {Record<string, unknown>} */
  const own = JSON.parse(entry.subject.text);
  const asked = typeof said['asked'] === 'number' ? said['asked'] : undefined;
  return { leaf: entry.leaf, hash, party: said, subject: own, number: Number(own['n']), asked };
}

/**
 * The head of one person's own entries: a signed note under a name of its own.
 *
 * @param {string} note
 * @param {string} verifierKey the journal's key
 * @returns {Promise<{id: string, size: number, from: number, root: Uint8Array}>}
 * @throws {Error} when it is not signed by that key, or is no such head
 */
export async function subjectHeadOf(note, verifierKey) {
  const [name = ''] = splitKey(verifierKey);
  await checkSignature(note, verifierKey, name);
  const [origin = '', ...rest] = note.slice(0, note.indexOf('\n\n')).split('\n');
  const prefix = `${name}/subject/`;
  const from = rest.length === 2 ? '1' : /^from ([1-9]\d*)$/.exec(rest[2] ?? '')?.[1];
  if (!origin.startsWith(prefix) || !/^(0|[1-9]\d*)$/.test(rest[0] ?? '') || rest.length > 3 || !from) {
    throw new Error('expected the head of a person’s own entries, found something else');
  }
  return { id: origin.slice(prefix.length), size: Number(rest[0]), from: Number(from), root: decode(rest[1] ?? '') };
}

/**
 * The root of a tree over leaves whose hashes are known (RFC 6962 §2.1).
 *
 * @param {Uint8Array[]} hashes
 */
export async function rootOver(hashes) {
  /** @type {{hash: Uint8Array, size: number}[]} */
  const trees = [];
  for (const hash of hashes) {
    let tree = { hash, size: 1 };
    for (let left = trees.at(-1); left && left.size === tree.size; left = trees.at(-1)) {
      trees.pop();
      tree = { hash: await sha256([NODE], left.hash, tree.hash), size: left.size * 2 };
    }
    trees.push(tree);
  }
  let root = trees.pop()?.hash;
  for (const { hash } of trees.reverse()) {
    root = root && (await sha256([NODE], hash, root));
  }
  return root ?? sha256();
}

/**
 * Whether the older tree is the beginning of the newer one (RFC 9162 §2.1.4.2).
 *
 * @param {{size: number, root: Uint8Array}} old
 * @param {{size: number, root: Uint8Array}} now
 * @param {Uint8Array[]} proof
 */
export async function consistent(old, now, proof) {
  if (old.size < 1 || old.size > now.size) {
    return false;
  }
  if (old.size === now.size) {
    return proof.length === 0 && same(old.root, now.root);
  }
  // A tree whose size is a power of two is itself the first node of the way.
  const whole = Number.isInteger(Math.log2(old.size));
  const [seed, ...steps] = whole ? [old.root, ...proof] : proof;
  if (!seed) {
    return false;
  }
  let [place, last] = [old.size - 1, now.size - 1];
  while (place % 2 === 1) {
    [place, last] = [Math.floor(place / 2), Math.floor(last / 2)];
  }
  let [older, newer] = [seed, seed];
  for (const sibling of steps) {
    if (last === 0) {
      return false;
    }
    if (place % 2 === 1 || place === last) {
      older = await sha256([NODE], sibling, older);
      newer = await sha256([NODE], sibling, newer);
      while (place % 2 === 0 && place > 0) {
        [place, last] = [Math.floor(place / 2), Math.floor(last / 2)];
      }
    } else {
      newer = await sha256([NODE], newer, sibling);
    }
    [place, last] = [Math.floor(place / 2), Math.floor(last / 2)];
  }
  return last === 0 && same(older, old.root) && same(newer, now.root);
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
