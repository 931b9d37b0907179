// The phone's own key for one consent: P-256, made and kept by this browser, and never readable by any script.

const DATABASE = 'wayleave';
const STORE = 'keys';

/**
 * @typedef {{kty: 'EC', crv: 'P-256', x: string, y: string}} PublicKey
 */

/**
 * Signs the exact bytes of the terms with this consent's key; the key is made at the first call and kept.
 *
 * @param {string} terms the canonical terms, base64url
 * @returns {Promise<{key: PublicKey, signature: string}>} the public key and the signature (r and s, base64url)
 */
export async function signTerms(terms) {
  const bytes = bytesOf(terms);
  const pair = await keyPair(terms);
  const signature = await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, pair.privateKey, bytes);
  const { x, y } = await crypto.subtle.exportKey('jwk', pair.publicKey);
  if (!x || !y) {
    throw new Error('expected a public key with two coordinates, found none');
  }
  return { key: { kty: 'EC', crv: 'P-256', x, y }, signature: textOf(new Uint8Array(signature)) };
}

/** Whether this browser can make and use such a key; it cannot on a page without a secure address. */
export function canSign() {
  return globalThis.isSecureContext && typeof globalThis.crypto?.subtle?.generateKey === 'function';
}

/**
 * The kept key, or a new one. A browser that keeps nothing (some private windows) still signs, with a key that is gone
 * when the page closes.
 *
 * @param {string} terms
 * @returns {Promise<CryptoKeyPair>}
 */
async function keyPair(terms) {
  // The kept key is found by a digest of the terms, so that the link's secret is never stored.
  const name = textOf(new Uint8Array(await crypto.subtle.digest('SHA-256', bytesOf(terms))));
  const kept = await keptAs(name);
  if (kept) {
    return /** @type {CryptoKeyPair} */ (kept);
  }
  const pair = await newPair();
  await keep(name, pair);
  return pair;
}

/** A new key pair, whose private half no script can read. */
export function newPair() {
  return crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify']);
}

/**
 * What this browser keeps under a name; nothing when it keeps nothing.
 *
 * @param {string} name
 * @returns {Promise<unknown>}
 */
export async function keptAs(name) {
  const database = await opened();
  return database && request(database.transaction(STORE).objectStore(STORE).get(name));
}

/**
 * Keeps something under a name, if this browser keeps anything; whether it does.
 *
 * @param {string} name
 * @param {unknown} value
 */
export async function keep(name, value) {
  const database = await opened();
  if (!database) {
    return false;
  }
  const put = request(database.transaction(STORE, 'readwrite').objectStore(STORE).put(value, name));
  return put.then(() => true, () => false);
}

/** @returns {Promise<IDBDatabase | undefined>} */
async function opened() {
  try {
    const opening = indexedDB.open(DATABASE, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(STORE);
    return await request(opening);
  } catch {
    return undefined;
  }
}

/**
 * @template T
 * @param {IDBRequest<T>} pending
 * @returns {Promise<T>}
 */
function request(pending) {
  return new Promise((resolve, reject) => {
    pending.onsuccess = () => resolve(pending.result);
    pending.onerror = () => reject(pending.error);
  });
}

/**
 * @param {string} base64url
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function bytesOf(base64url) {
  const binary = atob(base64url.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

/**
 * @param {Uint8Array} bytes
 * @returns {string}
 */
export function textOf(bytes) {
  return btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}
