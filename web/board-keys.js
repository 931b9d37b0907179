// Keys of the board: a passkey of the device, or a key that this browser makes and keeps. Each answers a challenge of the
// gateway; what it opens, and when, is for the gateway to say.

import { bytesOf, canSign, keep, keptAs, newPair, textOf } from './question-key.js';

const KEPT = 'board';
const BOARD = '/me/keys';

/**
 * @typedef {object} Challenge
 * @property {string} challenge
 * @property {string} ticket
 * @property {string | null} relyingParty
 * @property {string} name
 * @property {{id: string, name: string} | null} user
 *
 * @typedef {{pair: CryptoKeyPair, credential: string}} Kept
 */

/** Whether this browser can use passkeys here. */
export function canPasskey() {
  return globalThis.isSecureContext && typeof globalThis.PublicKeyCredential === 'function';
}

/** Whether this browser keeps a key of a board. */
export async function hasBrowserKey() {
  return canSign() && Boolean(await keptAs(KEPT).catch(() => undefined));
}

/**
 * Makes a passkey and enrols it, on the board or on another page that has keys.
 *
 * @param {string} [base]
 */
export async function addPasskey(base = BOARD) {
  const drawn = await challenge('enrol', base);
  const user = drawn.user ?? { id: '', name: '' };
  const made = await navigator.credentials.create({
    publicKey: {
      rp: { id: drawn.relyingParty ?? location.hostname, name: drawn.name },
      user: { id: bytesOf(user.id), name: user.name, displayName: user.name },
      challenge: bytesOf(drawn.challenge),
      pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      attestation: 'none',
    },
  });
  const response = /** @type {AuthenticatorAttestationResponse} */ (/** @type {PublicKeyCredential} */ (made).response);
  await post(`${base}/enrol`, {
    kind: 'new-passkey',
    ticket: drawn.ticket,
    authenticatorData: text(response.getAuthenticatorData()),
    clientData: text(response.clientDataJSON),
  });
}

/** Makes a key of this browser and enrols it. */
export async function addBrowserKey() {
  const drawn = await challenge('enrol', BOARD);
  const pair = await newPair();
  const { x, y } = await crypto.subtle.exportKey('jwk', pair.publicKey);
  if (!x || !y) {
    throw new Error('expected a public key with two coordinates, found none');
  }
  const key = { kty: 'EC', crv: 'P-256', x, y };
  await post('/me/keys/enrol', { kind: 'new-browser-key', ticket: drawn.ticket, key, signature: await signed(pair, drawn) });
  // RFC 7638: the key's name is the hash of these members, in this order.
  const canonical = new TextEncoder().encode(`{"crv":"P-256","kty":"EC","x":"${x}","y":"${y}"}`);
  const credential = textOf(new Uint8Array(await crypto.subtle.digest('SHA-256', canonical)));
  if (!(await keep(KEPT, { pair, credential }))) {
    throw new Error('expected a browser that keeps a key, found one that does not');
  }
}

/**
 * Signs in with a passkey.
 *
 * @param {string} [base]
 */
export async function signInWithPasskey(base = BOARD) {
  const drawn = await challenge('sign-in', base);
  const { credential, response } = await assertion(bytesOf(drawn.challenge), drawn.relyingParty);
  await post(`${base}/sign-in`, { kind: 'passkey', ticket: drawn.ticket, credential, ...response });
}

/** Signs in with the key that this browser keeps. */
export async function signInWithBrowserKey() {
  const kept = /** @type {Kept | undefined} */ (await keptAs(KEPT));
  if (!kept) {
    throw new Error('expected a kept key, found none');
  }
  const drawn = await challenge('sign-in', BOARD);
  const signature = await signed(kept.pair, drawn);
  await post('/me/keys/sign-in', { kind: 'browser-key', ticket: drawn.ticket, credential: kept.credential, signature });
}

/**
 * What a passkey of this gateway makes of a challenge.
 *
 * @param {Uint8Array<ArrayBuffer>} challenge
 * @param {string | null} relyingParty
 */
export async function assertion(challenge, relyingParty) {
  const used = await navigator.credentials.get({
    publicKey: { challenge, rpId: relyingParty ?? location.hostname, userVerification: 'required' },
  });
  const passkey = /** @type {PublicKeyCredential} */ (used);
  const response = /** @type {AuthenticatorAssertionResponse} */ (passkey.response);
  return {
    credential: text(passkey.rawId),
    response: {
      authenticatorData: text(response.authenticatorData),
      clientData: text(response.clientDataJSON),
      signature: text(response.signature),
    },
  };
}

/** @param {'enrol' | 'sign-in'} aim @param {string} base @returns {Promise<Challenge>} */
async function challenge(aim, base) {
  return (await post(`${base}/challenge`, { aim })).json();
}

/** @param {CryptoKeyPair} pair @param {Challenge} drawn */
async function signed(pair, drawn) {
  const bytes = bytesOf(drawn.challenge);
  return textOf(new Uint8Array(await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, pair.privateKey, bytes)));
}

/** @param {ArrayBuffer} bytes */
function text(bytes) {
  return textOf(new Uint8Array(bytes));
}

/** @param {string} path @param {unknown} body */
async function post(path, body) {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(path, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!response.ok) {
    throw new Error(`expected ${path} to take this, found ${response.status}`);
  }
  return response;
}
