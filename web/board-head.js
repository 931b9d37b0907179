// The journal's head as this browser saw it last, and the proof that the new one only added to it (RFC 9162 §2.1.4.2).

import { checkpointOf, decode, same, sha256 } from './verify.js';

const REMEMBERED = 'wayleave-head';
const NODE = 0x01;

/** @typedef {{checkpoint: string, key: string}} Head */

/** @returns {Head | undefined} */
export function remembered() {
  try {
    const kept = JSON.parse(localStorage.getItem(REMEMBERED) ?? 'null');
    return typeof kept?.checkpoint === 'string' && typeof kept?.key === 'string' ? kept : undefined;
  } catch {
    return undefined;
  }
}

/** @param {string} checkpoint @param {string} key */
export function remember(checkpoint, key) {
  try {
    localStorage.setItem(REMEMBERED, JSON.stringify({ checkpoint, key }));
  } catch {
    // A browser that keeps nothing compares nothing; the gateway's own cookie still does.
  }
}

/**
 * Whether the journal went on from the head that was seen before.
 *
 * @param {Head | undefined} before
 * @param {string} checkpoint the signed head now
 * @param {string} key the journal's key
 * @returns {Promise<'good' | 'older' | 'forked'>}
 */
export async function wentOn(before, checkpoint, key) {
  const now = await checkpointOf(checkpoint, before?.key ?? key).catch(() => undefined);
  if (!now) {
    return 'forked';
  }
  if (!before) {
    return 'good';
  }
  const old = await checkpointOf(before.checkpoint, before.key);
  if (now.size < old.size) {
    return 'older';
  }
  if (now.size === old.size) {
    return same(now.root, old.root) ? 'good' : 'forked';
  }
  const response = await fetch(`/me/head?from=${old.size}`, { cache: 'no-store' });
  if (!response.ok) {
    throw new Error(`expected a proof, found ${response.status}`);
  }
  const proven = await response.json();
  const head = await checkpointOf(proven.checkpoint, before.key).catch(() => undefined);
  if (!head || !Array.isArray(proven.proof)) {
    return 'forked';
  }
  const proof = proven.proof.map((/** @type {string} */ hash) => decode(hash));
  return (await consistent(old, head, proof)) ? 'good' : 'forked';
}

/**
 * Whether the older tree is the beginning of the newer one.
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
