// The first screen of the try page: makes a key, shows the picture to point a phone at, and opens what comes back. The
// gateway hands out a sealed area; only this page can open it, and it keeps nothing.

import { leaveQuietly } from './page.js';
import { bytesOf, textOf } from './question-key.js';

const LOOK_MS = 1_500;
const SVG = 'http://www.w3.org/2000/svg';

/** @typedef {{visit: string, link: string, picture: string, apv: string}} Visit */
/** @typedef {{area: {center: {latitude: number, longitude: number}, radius: number}}} Place */

leaveQuietly();

const main = document.getElementById('main');
const begin = document.getElementById('begin');
if (main && begin instanceof HTMLButtonElement) {
  const able = globalThis.isSecureContext && Boolean(globalThis.crypto?.subtle);
  begin.hidden = !able;
  show('insecure', !able);
  begin.addEventListener('click', () => void visit(begin));
}

/** @param {HTMLButtonElement} button */
async function visit(button) {
  button.disabled = true;
  const pair = await crypto.subtle.generateKey({ name: 'ECDH', namedCurve: 'P-256' }, false, ['deriveBits']);
  const { x = '', y = '' } = await crypto.subtle.exportKey('jwk', pair.publicKey);
  const begun = await post('/try/begin', { key: { kty: 'EC', crv: 'P-256', x, y } });
  if (!begun.ok) {
    say(begun.status === 429 ? 'busy' : 'none');
    button.disabled = false;
    return;
  }
  const found = /** @type {Visit} */ (await begun.json());
  button.hidden = true;
  const picture = new DOMParser().parseFromString(found.picture, 'image/svg+xml').documentElement;
  document.getElementById('qr')?.replaceChildren(document.importNode(picture, true));
  document.getElementById('link')?.setAttribute('href', found.link);
  show('point', true);
  say('waiting');
  await follow(found, pair.privateKey);
}

/** @param {Visit} visit @param {CryptoKey} key */
async function follow(visit, key) {
  let asked = false;
  document.getElementById('again')?.addEventListener('click', () => void ask(visit, key));
  for (;;) {
    const response = await post('/try/state', { visit: visit.visit }).catch(() => undefined);
    const { state } = response?.ok ? await response.json() : { state: response?.status === 410 ? 'over' : '' };
    if (state === 'given' && !asked) {
      asked = true;
      show('point', false);
      await ask(visit, key);
    } else if (state === 'refused') {
      return say('refused');
    } else if (state && state !== 'asked' && state !== 'given') {
      document.getElementById('map')?.replaceChildren();
      show('place', false);
      return say('over');
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

/** @param {Visit} visit @param {CryptoKey} key */
async function ask(visit, key) {
  say('asking');
  const response = await post('/try/ask', { visit: visit.visit });
  if (!response.ok) {
    return say('none');
  }
  try {
    const place = /** @type {Place} */ (JSON.parse(await opened(await response.text(), key, visit.apv)));
    draw(place);
    show('place', true);
    say('given');
  } catch {
    say('none');
  }
}

/**
 * Opens a compact JWE by ECDH-ES and A256GCM (RFC 7516 §5.2).
 *
 * @param {string} jwe
 * @param {CryptoKey} key
 * @param {string} apv for what it must have been sealed
 */
export async function opened(jwe, key, apv) {
  const [header = '', empty, nonce = '', sealed = '', tag = ''] = jwe.split('.');
  const said = JSON.parse(new TextDecoder().decode(bytesOf(header)));
  const wanted = new TextEncoder().encode(apv);
  if (empty !== '' || said.alg !== 'ECDH-ES' || said.enc !== 'A256GCM' || said.apv !== textOf(wanted)) {
    throw new Error('expected an answer sealed for this visit, found another');
  }
  const { kty, crv, x, y } = said.epk;
  const theirs = await crypto.subtle.importKey('jwk', { kty, crv, x, y }, { name: 'ECDH', namedCurve: 'P-256' }, false, []);
  const shared = new Uint8Array(await crypto.subtle.deriveBits({ name: 'ECDH', public: theirs }, key, 256));
  // The Concat KDF of RFC 7518 §4.6.2: one round, since the key has as many bits as the hash.
  const parts = [word(1), shared, ...lengthened(new TextEncoder().encode('A256GCM')), word(0), ...lengthened(wanted), word(256)];
  const derived = await crypto.subtle.digest('SHA-256', Uint8Array.from(parts.flatMap((part) => [...part])));
  const content = await crypto.subtle.importKey('raw', derived, 'AES-GCM', false, ['decrypt']);
  const both = Uint8Array.from([...bytesOf(sealed), ...bytesOf(tag)]);
  const algorithm = { name: 'AES-GCM', iv: bytesOf(nonce), additionalData: new TextEncoder().encode(header) };
  return new TextDecoder().decode(await crypto.subtle.decrypt(algorithm, content, both));
}

/** @param {number} number */
function word(number) {
  return Uint8Array.of(number >>> 24, (number >>> 16) & 255, (number >>> 8) & 255, number & 255);
}

/** @param {Uint8Array} bytes */
function lengthened(bytes) {
  return [word(bytes.length), bytes];
}

/** Draws the area alone, to its own scale: no map of the real world is loaded from anywhere. @param {Place} place */
function draw({ area: { center, radius } }) {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('class', 'map');
  svg.setAttribute('viewBox', '-150 -100 300 200');
  svg.setAttribute('role', 'img');
  const words = (main?.dataset['area'] ?? '')
    .replace('{radius}', String(Math.round(radius)))
    .replace('{latitude}', center.latitude.toFixed(4))
    .replace('{longitude}', center.longitude.toFixed(4));
  svg.setAttribute('aria-label', words);
  for (let step = -150; step <= 150; step += 25) {
    svg.append(line(step, -100, step, 100), line(-150, step, 150, step));
  }
  const circle = document.createElementNS(SVG, 'circle');
  circle.setAttribute('class', 'map-circle');
  circle.setAttribute('r', '75');
  svg.append(circle);
  document.getElementById('map')?.replaceChildren(svg);
  const said = document.getElementById('area');
  if (said) {
    said.textContent = words;
  }
}

/** @param {number} x1 @param {number} y1 @param {number} x2 @param {number} y2 */
function line(x1, y1, x2, y2) {
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('class', 'map-street');
  path.setAttribute('d', `M${x1} ${y1}L${x2} ${y2}`);
  return path;
}

/** @param {string} path @param {unknown} body */
function post(path, body) {
  return fetch(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
}

/** @param {string} name */
function say(name) {
  const status = document.getElementById('status');
  if (status) {
    status.textContent = main?.dataset[name] ?? '';
  }
}

/** @param {string} id @param {boolean} visible */
function show(id, visible) {
  const part = document.getElementById(id);
  if (part) {
    part.hidden = !visible;
  }
}
