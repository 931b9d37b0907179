// The try page: two browsers, one for the first screen and one for the phone. What comes back is sealed on its way, and a
// stop holds for the next ask.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';
import { compactDecrypt, exportJWK, generateKeyPair } from 'jose';
import { eventually, fitsScreen, metresBetween, picture, showsState, startWorld } from './world.js';

const LEVELS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const HERE = { latitude: 47.3769, longitude: 8.5417, accuracy: 20 };

let world;
let axe;
before(async () => {
  axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  world = await startWorld();
});
after(() => world?.stop());

async function nothingSerious(page, what) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate((values) => globalThis.axe.run({ runOnly: { type: 'tag', values } }), LEVELS);
  const bad = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  assert.deepEqual(bad.map(({ id, help }) => `${id}: ${help}`), [], what);
}

function phone() {
  return world.phonePage({ geolocation: HERE, permissions: ['geolocation'] });
}

async function agreed(link) {
  const page = await phone();
  await page.goto(link);
  await page.locator('#agree').click();
  await showsState(page, 'given');
  // The screen asks by itself: what the page says may already be that it was asked.
  await page.locator('#live-status', { hasText: /Waiting|went to the gateway/ }).waitFor();
  return page;
}

test('a visitor sees their own phone as an area, sealed in between, and stops it', async () => {
  const screen = await world.page({ viewport: { width: 1000, height: 900 } });
  const bodies = [];
  screen.on('response', async (response) => {
    if (response.url().endsWith('/try/ask') && response.ok()) {
      bodies.push(await response.text());
    }
  });
  await screen.goto(`${world.gateway}/try`);
  await nothingSerious(screen, 'the first screen');
  await screen.locator('#begin').click();
  await screen.locator('#qr svg').waitFor();
  await nothingSerious(screen, 'the picture');
  await picture(screen, 'try-1-picture');
  const mobile = await agreed(await screen.locator('#link').getAttribute('href'));
  await screen.locator('#area', { hasText: 'An area of' }).waitFor();
  await picture(screen, 'try-2-area');
  await nothingSerious(screen, 'the area');
  const said = /of (\d+) m around (-?[\d.]+), (-?[\d.]+)/.exec(await screen.locator('#area').innerText());
  assert.ok(Number(said?.[1]) >= 200, 'never finer than was agreed');
  const away = metresBetween(HERE, { latitude: Number(said?.[2]), longitude: Number(said?.[3]) });
  assert.ok(away <= Number(said?.[1]), `the phone is inside the area, found it ${away} m away`);
  const [sealed] = await eventually('a sealed answer', () => bodies.length && bodies);
  assert.match(sealed, /^[\w-]+\.\.[\w-]+\.[\w-]+\.[\w-]+$/, 'a compact JWE and nothing else');
  assert.ok(sealed.length > 5000, 'padded');
  await mobile.locator('#stop').click();
  await showsState(mobile, 'withdrawn');
  await screen.getByText('It has ended').waitFor();
  assert.equal(await screen.locator('#place').isVisible(), false, 'what was seen is forgotten');
  assert.deepEqual(screen.complaints, []);
  await fitsScreen(mobile);
});

test('another language’s library opens the sealed answer, and nobody else’s key does', async () => {
  const { publicKey, privateKey } = await generateKeyPair('ECDH-ES', { crv: 'P-256', extractable: true });
  const { kty, crv, x, y } = await exportJWK(publicKey);
  const visit = await world.post(`${world.gateway}/try/begin`, { key: { kty, crv, x, y } });
  const ask = () =>
    fetch(`${world.gateway}/try/ask`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ visit: visit.visit }),
    });
  assert.equal((await ask()).status, 403, 'nobody has agreed');
  await agreed(visit.link);
  const response = await ask();
  assert.equal(response.status, 200);
  assert.equal(response.headers.get('content-type'), 'application/jose');
  assert.ok(response.headers.get('wayleave-receipt'), 'written down like every answer');
  const jwe = await response.text();
  const { plaintext, protectedHeader } = await compactDecrypt(jwe, privateKey);
  assert.equal(protectedHeader.enc, 'A256GCM');
  assert.equal(Buffer.from(protectedHeader.apv, 'base64url').toString(), visit.apv);
  assert.ok(JSON.parse(new TextDecoder().decode(plaintext)).area.radius >= 200);
  const other = await generateKeyPair('ECDH-ES', { crv: 'P-256' });
  await assert.rejects(compactDecrypt(jwe, other.privateKey));
});

test('a visitor reaches nothing but the phone in their own hand', async () => {
  const { publicKey } = await generateKeyPair('ECDH-ES', { crv: 'P-256', extractable: true });
  const { kty, crv, x, y } = await exportJWK(publicKey);
  const send = (path, body, headers = {}) =>
    fetch(`${world.gateway}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
  const key = { kty, crv, x, y };
  const number = '+12025550101';
  for (const more of [{ number }, { phoneNumber: number }, { device: { phoneNumber: number } }, { consent: 'con_' }]) {
    assert.equal((await send('/try/begin', { key, ...more })).status, 400, JSON.stringify(more));
    assert.equal((await send('/try/ask', { visit: 'AAAA', ...more })).status, 400, JSON.stringify(more));
  }
  assert.equal((await send('/try/ask', { visit: 'AAAA' })).status, 403);
  assert.equal((await send('/try/begin', { key }, { origin: 'https://evil.example.com' })).status, 403);
  const before = await world.carrierQueries(number);
  const { visit } = await (await send('/try/begin', { key })).json();
  assert.equal((await send('/try/ask', { visit })).status, 403);
  assert.equal(await world.carrierQueries(number), before, 'no carrier is asked');
});
