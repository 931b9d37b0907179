// A declared restore and a fork look alike but for one entry: on journals made here, only the true one is believed.

import assert from 'node:assert/strict';
import { createHash, createHmac } from 'node:crypto';
import { test } from 'node:test';
import { declaredRestore } from '../board-restored.js';

const NAME = 'gateway.example.com/journal';
const sha256 = (...parts) => createHash('sha256').update(Buffer.concat(parts)).digest();
const node = (left, right) => sha256(Buffer.from([1]), left, right);
const keyOf = (origin, seed = 9) => `${origin}+00000000+${Buffer.from([1, ...Array(32).fill(seed)]).toString('base64')}`;

/** RFC 6962 §2.1: the largest power of two below `size`. */
const split = (size) => 2 ** Math.ceil(Math.log2(size) - 1);

function rootOf(leaves) {
  const middle = split(leaves.length);
  return leaves.length === 1 ? leaves[0] : node(rootOf(leaves.slice(0, middle)), rootOf(leaves.slice(middle)));
}

/** RFC 6962 §2.1.1. */
function path(index, leaves) {
  if (leaves.length === 1) {
    return [];
  }
  const middle = split(leaves.length);
  const [left, right] = [leaves.slice(0, middle), leaves.slice(middle)];
  return index < middle ? [...path(index, left), rootOf(right)] : [...path(index - middle, right), rootOf(left)];
}

/** RFC 6962 §2.1.2. */
function consistency(old, leaves, whole = true) {
  if (old === leaves.length) {
    return whole ? [] : [rootOf(leaves)];
  }
  const middle = split(leaves.length);
  const [left, right] = [leaves.slice(0, middle), leaves.slice(middle)];
  return old <= middle
    ? [...consistency(old, left, whole), rootOf(right)]
    : [...consistency(old - middle, right, false), rootOf(left)];
}

const part = (text) => ({ text, salt: Buffer.alloc(16, 3).toString('base64url') });
const mac = ({ text, salt }) => createHmac('sha256', Buffer.from(salt, 'base64url')).update(text).digest();

/** An entry with these words for its party. */
function entry(said) {
  return { tag: Buffer.alloc(32, 5).toString('base64url'), party: part(JSON.stringify(said)), subject: part('{"n":null}') };
}

const hashOf = ({ tag, party, subject }) => sha256(Buffer.from([0]), Buffer.from(tag, 'base64url'), mac(party), mac(subject));
const ordinary = (salt, count) => Array.from({ length: count }, (_, index) => entry({ kind: 'asked', salt, index }));
const restore = (former, formerSize) => entry({ at: '2026-11-22T10:00:00.000Z', former, formerSize, kind: 'journal-restored' });

/** A journal of these entries: its head, and the opened entry at a place. */
function journal(origin, entries) {
  const leaves = entries.map(hashOf);
  const encoded = (leaf) => path(leaf, leaves).map((hash) => hash.toString('base64url'));
  return {
    leaves,
    head: { origin, size: leaves.length, root: new Uint8Array(rootOf(leaves)) },
    opened: (leaf) => ({ leaf, ...entries[leaf], proof: encoded(leaf) }),
  };
}

/** What a browser that saw `old` makes of `now`. */
function judged(old, now, entries, { key = keyOf(now.head.origin), from = old.head.size } = {}) {
  const known = from <= now.head.size;
  const proof = known ? consistency(from, now.leaves).map((hash) => new Uint8Array(hash)) : undefined;
  return declaredRestore({ head: old.head, key: keyOf(old.head.origin) }, { head: now.head, key, proof }, entries);
}

const seen = ordinary('both', 9);
const kept = seen.slice(0, 4);
const restored = journal(`${NAME}/2`, [...kept, restore(NAME, 4), ...ordinary('after', 3)]);
const declared = [restored.opened(4)];

test('a declared restore is told from the size of the backup and its day', async () => {
  const found = { size: 4, at: '2026-11-22' };
  assert.deepEqual(await judged(journal(NAME, seen), restored, declared), found, 'it saw more than the backup holds');
  assert.deepEqual(await judged(journal(NAME, seen.slice(0, 4)), restored, declared), found);
  assert.deepEqual(await judged(journal(NAME, seen.slice(0, 3)), restored, declared), found, 'it saw less');
  const third = journal(`${NAME}/3`, [...kept, restore(NAME, 4), ordinary('after', 1)[0], restore(`${NAME}/2`, 6), restore(NAME, 4)]);
  // Of several restores those count that began where this browser was, or before.
  assert.deepEqual(await judged(journal(NAME, seen), third, [6, 4].map(third.opened)), found);
  assert.equal(await judged(journal(NAME, seen), third, [third.opened(6)]), undefined);
  const again = await judged(journal(`${NAME}/2`, ordinary('lost', 9)), third, [third.opened(7)]);
  assert.deepEqual(again, found, 'of the name before that');
});

test('a fork is none, whatever is said beside the journal', async () => {
  const old = journal(NAME, seen);
  const silent = journal(`${NAME}/2`, [...kept, ...ordinary('after', 4)]);
  assert.equal(await judged(old, silent, []), undefined, 'nothing was declared');
  assert.equal(await judged(old, silent, undefined), undefined);
  assert.equal(await judged(old, silent, declared), undefined, 'an entry of another journal');
  assert.equal(await judged(old, restored, [{ ...declared[0], party: part(declared[0].party.text.replace('4', '3')) }]), undefined);
  assert.equal(await judged(old, restored, [restored.opened(3)]), undefined, 'an entry of another kind');
  assert.equal(await judged(old, restored, declared, { key: keyOf(`${NAME}/2`, 8) }), undefined, 'another key');
  for (const origin of [NAME, 'other.example.com/journal/2', `${NAME}/x`]) {
    const other = journal(origin, [...kept, restore(NAME, 4)]);
    assert.equal(await judged(old, other, [other.opened(4)]), undefined, origin);
  }
  const foreign = journal(`${NAME}/2`, [...kept, restore('other.example.com/journal', 4)]);
  assert.equal(await judged(old, foreign, [foreign.opened(4)]), undefined);
  const back = journal(`${NAME}/2`, ordinary('back', 5));
  assert.equal(await judged(journal(`${NAME}/3`, seen), back, declared), undefined, 'a name that was used before');
});

test('a restore changes no past that the backup holds', async () => {
  const altered = journal(`${NAME}/2`, [...ordinary('another past', 4), restore(NAME, 4)]);
  assert.equal(await judged(journal(NAME, seen.slice(0, 3)), altered, [altered.opened(4)]), undefined);
  const early = journal(`${NAME}/2`, [...kept, restore(NAME, 9)]);
  assert.equal(await judged(journal(NAME, seen), early, [early.opened(4)]), undefined, 'a size that it does not hold');
});
