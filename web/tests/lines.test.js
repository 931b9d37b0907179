// The page of an account that holds machine lines, on a small phone: the invitation makes a passkey, one yes goes over the
// whole list, each line says what became of it, and all of it stops by a plain form.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { SignJWT, exportJWK, generateKeyPair } from 'jose';
import { fitsScreen, picture, startWorld } from './world.js';

const LEVELS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const PROGRAMS = process.env['WAYLEAVE_BIN_DIR'] ?? join(import.meta.dirname, '..', '..', 'target', 'debug');
const run = promisify(execFile);

let world;
before(async () => {
  world = await startWorld(['--name', 'localhost']);
});
after(() => world?.stop());

/** What one of the operator's commands prints. */
async function operate(...words) {
  const { stdout } = await run(join(PROGRAMS, 'wayleave'), [...words, '--config', join(world.data, 'wayleave.toml')]);
  return stdout.trim().split('\n');
}

/** A fleet's token. */
async function fleet() {
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
  const file = join(world.data, 'fleet.pub.jwk');
  const { kty, crv, x, y } = await exportJWK(publicKey);
  await writeFile(file, JSON.stringify({ kty, crv, x, y }));
  const [id] = await operate(
    ...['party', 'add', '--client', 'fleet', '--name', 'Copper Freight', '--jwk', file],
    ...['--purpose', 'DeliveryOfGoods', '--scope', 'wayleave:consents'],
  );
  const assertion = await new SignJWT({ jti: crypto.randomUUID() })
    .setProtectedHeader({ alg: 'ES256' })
    .setIssuer(id)
    .setSubject(id)
    .setAudience(world.gateway)
    .setIssuedAt()
    .setExpirationTime('60s')
    .sign(privateKey);
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    scope: 'dpv:DeliveryOfGoods wayleave:consents',
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: assertion,
  });
  const answer = await fetch(`${world.gateway}/oauth2/token`, { method: 'POST', body });
  const token = await answer.json();
  assert.equal(answer.status, 200, JSON.stringify(token));
  return token.access_token;
}

test('one passkey agrees over a list, line by line, and stops it', async () => {
  const [account, link] = await operate('account', 'add', 'Aster Parcels');
  const [machine, person] = ['+12025550111', '+12025550112'];
  const ports = world.peers.find(({ kind }) => kind === 'port-authority');
  await world.post(`${ports.control}/attest`, { number: machine, line: 'machine', account });
  const lines = { account, lines: [machine, person], precision: { type: 'AREA', metres: 500 }, durationSeconds: 86_400, caseReference: 'ROUTE-7' };
  const asked = await fetch(`${world.gateway}/wayleave/v1/consents/lines`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${await fleet()}` },
    body: JSON.stringify(lines),
  });
  assert.equal(asked.status, 201, await asked.text());

  const page = await world.phonePage();
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('WebAuthn.enable');
  await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  await page.goto(link);
  await page.locator('#enrol').click();
  await page.locator('.agree').waitFor();
  assert.match(await page.locator('article').innerText(), /Copper Freight asks to see where these devices are.*ROUTE-7.*500 m/s);
  await fitsScreen(page);
  await picture(page, 'lines-1-asked');
  // Without its cookie the page is a door, and the same passkey opens it.
  await page.context().clearCookies();
  await page.reload();
  assert.equal(await page.locator('article').count(), 0);
  await page.locator('#sign-in').click();
  await page.locator('.agree').click();
  await page.getByText('can be located').waitFor();
  const rows = await page.locator('.rows > li').allInnerTexts();
  assert.match(rows[0], /\+12025550111\s+can be located/);
  assert.match(rows[1], /\+12025550112\s+not given/);
  await page.evaluate(await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'));
  const { violations } = await page.evaluate((values) => globalThis.axe.run({ runOnly: { type: 'tag', values } }), LEVELS);
  const bad = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  assert.deepEqual(bad.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`), []);
  await fitsScreen(page);
  await picture(page, 'lines-2-given');
  await page.getByText('Stop all of these').click();
  await page.getByText('ended', { exact: true }).waitFor();
  assert.equal(await page.getByText('can be located').count(), 0);
  assert.deepEqual(page.complaints, []);
});
