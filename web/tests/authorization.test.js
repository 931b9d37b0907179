// A certified OpenID client sends a real browser here for an authorization code: the person shows by the texted digits that
// they hold the phone, agrees on the ordinary page, and comes back. Then the client refreshes, until the person stops it.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { importJWK } from 'jose';
import * as oidc from 'openid-client';
import { eventually, fitsScreen, picture, showsState, startWorld } from './world.js';

const NUMBER = '+12025550130';
const PATIENCE_MS = 120_000;
const RETRIEVE = '/location-retrieval/v0.5/retrieve';

let world;

before(async () => {
  world = await startWorld();
});

after(async () => {
  await world?.stop();
});

/** What axe-core finds on a page: nothing serious. */
async function nothingSerious(page, what) {
  await page.evaluate(await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'));
  const { violations } = await page.evaluate(() => globalThis.axe.run());
  const bad = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  assert.deepEqual(bad.map(({ id, help }) => `${id}: ${help}`), [], what);
}

/** The client's own web server: the address that it registered, and what the browser brings there. */
async function clientsServer() {
  const server = createServer((request, response) => {
    response.end('Thank you.');
    if (request.url.startsWith('/back')) {
      server.emit('back', new URL(request.url, `http://127.0.0.1:${server.address().port}`));
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

async function client(name) {
  const file = JSON.parse(await readFile(join(world.data, 'clients', `${name}.json`), 'utf8'));
  const key = await importJWK(file.private_jwk, 'ES256');
  const execute = [oidc.allowInsecureRequests];
  const config = await oidc.discovery(new URL(file.issuer), file.client_id, {}, oidc.PrivateKeyJwt(key), { execute });
  const options = { DPoP: oidc.getDPoPHandle(config, await oidc.randomDPoPKeyPair('ES256')) };
  return { file, config, options, scope: `openid offline_access dpv:${file.purpose} ${file.scopes}` };
}

/** The six digits of the newest text that has some. */
async function digits(number) {
  const { inbox } = world.phones.find((phone) => phone.number === number);
  return eventually(`a text with six digits on ${number}`, async () => {
    const texts = await (await fetch(inbox)).json();
    return texts.map(({ text }) => /\b\d{6}\b/.exec(text)?.[0]).findLast(Boolean);
  });
}

/** What the client sends the browser to, and what it must see again. */
async function begin(config, scope, redirect, more) {
  const checks = {
    pkceCodeVerifier: oidc.randomPKCECodeVerifier(),
    expectedState: oidc.randomState(),
    expectedNonce: oidc.randomNonce(),
  };
  const url = oidc.buildAuthorizationUrl(config, {
    redirect_uri: redirect,
    scope,
    state: checks.expectedState,
    nonce: checks.expectedNonce,
    code_challenge: await oidc.calculatePKCECodeChallenge(checks.pkceCodeVerifier),
    code_challenge_method: 'S256',
    ...more,
  });
  return { url, checks };
}

test('openid-client: an authorization code by a real browser, and refreshes until STOP', { timeout: PATIENCE_MS }, async () => {
  const { file, config, options, scope } = await client('roadside');
  const server = await clientsServer();
  try {
    const redirect = `http://127.0.0.1:${server.address().port}/back`;
    const { url, checks } = await begin(config, scope, redirect, {});
    const page = await world.phonePage();
    await page.goto(url.href);
    await fitsScreen(page);
    await picture(page, 'errand-number');
    await nothingSerious(page, 'the first page');
    await page.fill('#number', '+1 202 555 0130');
    await page.click('#send');
    await page.waitForSelector('#code');
    await fitsScreen(page);
    await picture(page, 'errand-code');
    await nothingSerious(page, 'the page for the code');
    await page.fill('#code', await digits(NUMBER));
    await page.click('#enter');
    await showsState(page, 'asked');
    await page.click('#agree');
    await showsState(page, 'given');
    const came = once(server, 'back');
    await page.click('#back');
    const [back] = await came;
    assert.deepEqual(page.complaints, []);
    const tokens = await oidc.authorizationCodeGrant(config, back, checks, undefined, options);
    assert.equal(tokens.claims().aud, file.client_id);
    await locates(config, file, tokens, options);
    const fresh = await oidc.refreshTokenGrant(config, tokens.refresh_token, undefined, options);
    await locates(config, file, fresh, options);
    // The code was used: again it is worth nothing, and ends what came of it.
    await assert.rejects(oidc.authorizationCodeGrant(config, back, checks, undefined, options), { error: 'invalid_grant' });
    await assert.rejects(oidc.refreshTokenGrant(config, fresh.refresh_token, undefined, options), { error: 'invalid_grant' });
    await again(config, scope, options, server, redirect);
  } finally {
    server.close();
  }
});

async function locates(config, file, tokens, options) {
  const headers = new Headers({ 'content-type': 'application/json' });
  const url = new URL(RETRIEVE, file.issuer);
  const answer = await oidc.fetchProtectedResource(config, tokens.access_token, url, 'POST', '{}', headers, options);
  const body = await answer.json();
  assert.equal(answer.status, 200, JSON.stringify(body));
  assert.equal(body.area.areaType, 'CIRCLE');
}

/** Who agreed before enters the digits and is on the way back without a question; STOP ends the refreshing. */
async function again(config, scope, options, server, redirect) {
  const { url, checks } = await begin(config, scope, redirect, { login_hint: `tel:${NUMBER}` });
  const page = await world.phonePage();
  const before = await digits(NUMBER);
  await page.goto(url.href);
  await page.click('#send');
  await page.waitForSelector('#code');
  const code = await eventually('other digits', async () => {
    const found = await digits(NUMBER);
    return found !== before && found;
  });
  const came = once(server, 'back');
  await page.fill('#code', code);
  await page.click('#enter');
  const [back] = await came;
  assert.deepEqual(page.complaints, []);
  let tokens = await oidc.authorizationCodeGrant(config, back, checks, undefined, options);
  const { reply } = world.phones.find((phone) => phone.number === NUMBER);
  await fetch(reply, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"text":"STOP"}' });
  await eventually('the refresh to fail', async () => {
    try {
      tokens = await oidc.refreshTokenGrant(config, tokens.refresh_token, undefined, options);
      return false;
    } catch (error) {
      assert.equal(error.error, 'invalid_grant');
      return true;
    }
  });
}

test('without JavaScript the pages work too, and a silent request is sent back', { timeout: PATIENCE_MS }, async () => {
  const { config, scope } = await client('plain');
  const server = await clientsServer();
  try {
    const redirect = `http://127.0.0.1:${server.address().port}/back`;
    const silent = await begin(config, scope, redirect, { prompt: 'none' });
    const page = await world.phonePage({ javaScriptEnabled: false });
    let came = once(server, 'back');
    await page.goto(silent.url.href);
    const [told] = await came;
    await assert.rejects(oidc.authorizationCodeGrant(config, told, silent.checks), { error: 'consent_required' });
    const { url, checks } = await begin(config, scope, redirect, { login_hint: 'tel:+12025550131' });
    await page.goto(url.href);
    await page.click('#send');
    await page.fill('#code', await digits('+12025550131'));
    await page.click('#enter');
    await page.click('#refuse');
    await showsState(page, 'refused');
    came = once(server, 'back');
    await page.click('#back');
    const [back] = await came;
    await assert.rejects(oidc.authorizationCodeGrant(config, back, checks), { error: 'access_denied' });
  } finally {
    server.close();
  }
});
