// The receipt's verifier, on a journal made here: every receipt of it holds, and an altered one never does.

import assert from 'node:assert/strict';
import { createHash, createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { test } from 'node:test';
import { verifyReceipt } from '../verify.js';

const ORIGIN = 'journal.example.com';
const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const rawKey = Buffer.concat([Buffer.from([1]), publicKey.export({ format: 'der', type: 'spki' }).subarray(-32)]);
const keyId = sha256(Buffer.from(`${ORIGIN}\n`), rawKey).subarray(0, 4);
const VERIFIER_KEY = `${ORIGIN}+${keyId.toString('hex')}+${rawKey.toString('base64')}`;

function sha256(...parts) {
  return createHash('sha256').update(Buffer.concat(parts)).digest();
}

/** RFC 6962 §2.1: the largest power of two below `size`. */
function split(size) {
  let power = 1;
  while (power * 2 < size) {
    power *= 2;
  }
  return power;
}

function rootOf(leaves) {
  if (leaves.length === 1) {
    return leaves[0];
  }
  const middle = split(leaves.length);
  return sha256(Buffer.from([1]), rootOf(leaves.slice(0, middle)), rootOf(leaves.slice(middle)));
}

/** RFC 6962 §2.1.1. */
function path(index, leaves) {
  if (leaves.length === 1) {
    return [];
  }
  const middle = split(leaves.length);
  return index < middle
    ? [...path(index, leaves.slice(0, middle)), rootOf(leaves.slice(middle))]
    : [...path(index - middle, leaves.slice(middle)), rootOf(leaves.slice(0, middle))];
}

function receipts(count) {
  const entries = Array.from({ length: count }, (_, index) => ({
    party: JSON.stringify({ kind: 'answered', index }),
    salt: sha256(Buffer.from(`salt ${index}`)).subarray(0, 16),
    subject: sha256(Buffer.from(`subject ${index}`)),
    tag: sha256(Buffer.from(`tag ${index}`)),
  }));
  const leaves = entries.map(({ party, salt, subject, tag }) =>
    sha256(Buffer.from([0]), tag, createHmac('sha256', salt).update(party).digest(), subject),
  );
  const text = `${ORIGIN}\n${count}\n${rootOf(leaves).toString('base64')}\n`;
  const signature = Buffer.concat([keyId, sign(null, Buffer.from(text), privateKey)]).toString('base64');
  return entries.map(({ party, salt, subject, tag }, leaf) => ({
    answerKey: null,
    checkpoint: `${text}\n— ${ORIGIN} ${signature}\n`,
    leaf,
    party,
    proof: path(leaf, leaves).map((hash) => hash.toString('base64url')),
    salt: salt.toString('base64url'),
    subject: subject.toString('base64url'),
    tag: tag.toString('base64url'),
    v: 1,
  }));
}

const header = (receipt) => Buffer.from(JSON.stringify(receipt)).toString('base64url');

test('every receipt of journals of 1 to 20 entries holds', async () => {
  for (let size = 1; size <= 20; size += 1) {
    for (const receipt of receipts(size)) {
      const verified = await verifyReceipt(header(receipt), VERIFIER_KEY);
      assert.equal(verified.leaf, receipt.leaf);
      assert.equal(verified.size, size);
      assert.equal(verified.signed, true);
      assert.equal(verified.party.index, receipt.leaf);
    }
  }
});

test('an altered receipt never holds', async () => {
  const [receipt] = receipts(11).slice(6);
  const other = receipts(12)[6];
  const zeros = Buffer.alloc(32).toString('base64url');
  const altered = [
    { party: receipt.party.replace('answered', 'refused') },
    { salt: Buffer.alloc(16).toString('base64url') },
    { subject: zeros },
    { tag: zeros },
    { leaf: receipt.leaf + 1 },
    { leaf: -1 },
    { leaf: 11 },
    { proof: receipt.proof.slice(1) },
    { proof: receipt.proof.slice(0, -1) },
    { proof: [...receipt.proof, zeros] },
    { proof: receipt.proof.with(0, zeros) },
    { checkpoint: other.checkpoint },
    { checkpoint: receipt.checkpoint.replace('\n11\n', '\n12\n') },
    { checkpoint: receipt.checkpoint.replace(ORIGIN, 'other.example.com') },
    { checkpoint: receipt.checkpoint.slice(0, receipt.checkpoint.indexOf('\n\n')) },
    { v: 2 },
  ];
  for (const change of altered) {
    await assert.rejects(verifyReceipt(header({ ...receipt, ...change }), VERIFIER_KEY), Error, JSON.stringify(change));
  }
});

test('another journal’s key opens nothing', async () => {
  const [receipt] = receipts(3);
  const stranger = generateKeyPairSync('ed25519').publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
  const raw = Buffer.concat([Buffer.from([1]), stranger]);
  const id = sha256(Buffer.from(`${ORIGIN}\n`), raw).subarray(0, 4).toString('hex');
  await assert.rejects(verifyReceipt(header(receipt), `${ORIGIN}+${id}+${raw.toString('base64')}`), /signed by the journal/);
  await assert.rejects(verifyReceipt(header(receipt), VERIFIER_KEY.replace('journal', 'diary')), /the key of the journal/);
});
