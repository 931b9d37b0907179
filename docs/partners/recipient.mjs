// A recipient's side of signed asks, with npm's jose. See signed-asks.md, which says what each check is for.
import { CompactEncrypt, CompactSign, compactDecrypt, importJWK } from 'jose';

const bytes = (text) => new TextEncoder().encode(text);
const text = (data) => new TextDecoder('utf-8', { fatal: true }).decode(data);

/** The signed ask and its name. `gateway` is the issuer URL, `gatewayKey` its published key with use `enc`. */
export async function ask(signingKey, { recipient, gateway, gatewayKey, number, purpose, question, relays = [], event }) {
  const subject = await new CompactEncrypt(bytes(`tel:${number}`))
    .setProtectedHeader({ alg: 'ECDH-ES', enc: 'A256GCM', kid: gatewayKey.kid })
    .setKeyManagementParameters({ apu: bytes(recipient) })
    .encrypt(await importJWK(gatewayKey, 'ECDH-ES'));
  const [iat, jti] = [Math.floor(Date.now() / 1000), crypto.randomUUID()];
  const claims = { iss: recipient, aud: gateway, iat, exp: iat + 60, jti, relays, subject, purpose, event, question };
  const alg = signingKey.kty === 'EC' ? 'ES256' : 'EdDSA';
  const signed = await new CompactSign(bytes(JSON.stringify(claims)))
    .setProtectedHeader({ alg, typ: 'wayleave-ask+jwt', kid: signingKey.kid })
    .sign(await importJWK(signingKey, alg));
  return { ask: signed, jti };
}

/** What became of the ask named `jti`. `trusted` has the journal key of each gateway that is believed. */
export async function openOutcome(outcome, sealingKey, { recipient, jti, trusted }) {
  const own = await importJWK(sealingKey, 'ECDH-ES');
  const allowed = { keyManagementAlgorithms: ['ECDH-ES'], contentEncryptionAlgorithms: ['A256GCM'] };
  const { plaintext, protectedHeader: header } = await compactDecrypt(outcome, own, allowed);
  const members = Object.keys(header).sort().join();
  require(members === 'alg,apv,enc,epk', 'another kind of sealed text');
  const told = JSON.parse(text(plaintext));
  const apv = `${told.iss} ${told.aud} ${told.leaf}`;
  require(told.v === 1 && text(decode(header.apv)) === apv, 'a header that says something else');
  require(told.aud === recipient && Object.hasOwn(trusted, told.iss), 'another recipient’s, or another gateway’s');
  require(told.jti === jti, 'another ask’s');
  if (told.outcome === 'answered') {
    await checkReceipt(told, trusted[told.iss]);
  }
  return told;
}

/** The journal holds this answer to this ask of this recipient. */
async function checkReceipt(told, journalKey) {
  const { receipt } = told;
  const party = JSON.parse(receipt.party);
  const digest = await mac(decode(receipt.answerKey), bytes(canonical(told.answer)));
  require(hex(digest) === party.answer, 'a receipt for another answer');
  require(party.asked === told.leaf && party.recipient === told.aud, 'a receipt for another ask');
  const { size, root } = await checkpoint(receipt.checkpoint, journalKey);
  const commitment = await mac(decode(receipt.salt), bytes(receipt.party));
  let node = await sha256([0], decode(receipt.tag), commitment, decode(receipt.subject));
  let [index, last] = [receipt.leaf, size - 1];
  require(Number.isSafeInteger(index) && 0 <= index && index <= last, 'an entry beyond the journal');
  for (const sibling of receipt.proof.map(decode)) { // RFC 9162 §2.1.3.2
    require(last > 0, 'a proof that is too long');
    if (index % 2 === 1 || index === last) {
      node = await sha256([1], sibling, node);
      while (index % 2 === 0 && index > 0) {
        [index, last] = [Math.floor(index / 2), Math.floor(last / 2)];
      }
    } else {
      node = await sha256([1], node, sibling);
    }
    [index, last] = [Math.floor(index / 2), Math.floor(last / 2)];
  }
  require(last === 0 && hex(node) === hex(root), 'an entry that is not in the journal');
}

/** Size and root of the journal, signed by its key: a C2SP signed note. */
async function checkpoint(note, journalKey) {
  const [name, id, ...rest] = journalKey.split('+'); // a key in base64 may hold a plus sign
  const key = decode(rest.join('+'));
  require(key[0] === 1 && hex((await sha256(bytes(`${name}\n`), key)).slice(0, 4)) === id, 'a key of another kind');
  const end = note.indexOf('\n\n');
  const [origin, size, root] = note.slice(0, end).split('\n');
  const lines = note.slice(end + 2).split('\n').filter((line) => line.startsWith(`— ${name} `));
  const own = lines.map((line) => decode(line.split(' ').at(-1))).find((one) => hex(one.slice(0, 4)) === id);
  require(origin === name && own, 'a journal that this key does not sign');
  const imported = await crypto.subtle.importKey('raw', key.slice(1), 'Ed25519', false, ['verify']);
  const good = await crypto.subtle.verify('Ed25519', imported, own.slice(4), bytes(note.slice(0, end + 1)));
  require(good, 'a journal that this key did not sign');
  return { size: Number(size), root: decode(root) };
}

/** The answer as the journal keeps a digest of it: whole numbers, members in order, no spaces. */
function canonical(answer) {
  const at = answer.lastLocationTime;
  if (!answer.area) {
    return JSON.stringify({ at, matchRate: answer.matchRate ?? null, verdict: answer.verificationResult });
  }
  const whole = (number) => Math.sign(number) * Math.floor(Math.abs(number) + 0.5) + 0;
  const { center, radius } = answer.area;
  const [latitudeMicro, longitudeMicro] = [whole(center.latitude * 1e6), whole(center.longitude * 1e6)];
  return JSON.stringify({ at, latitudeMicro, longitudeMicro, radius: whole(radius) });
}

function require(holds, what) {
  if (!holds) {
    throw new Error(`expected an outcome to believe, found ${what}`);
  }
}

async function sha256(...parts) {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', Uint8Array.from(parts.flatMap((part) => [...part]))));
}

async function mac(key, data) {
  const imported = await crypto.subtle.importKey('raw', key, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  return new Uint8Array(await crypto.subtle.sign('HMAC', imported, data));
}

const hex = (data) => [...data].map((byte) => byte.toString(16).padStart(2, '0')).join('');

/** Base64, or base64url without padding. */
const decode = (encoded) =>
  Uint8Array.from(atob(encoded.replaceAll('-', '+').replaceAll('_', '/')), (character) => character.charCodeAt(0));
