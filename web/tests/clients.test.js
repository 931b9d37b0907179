// Libraries and SDKs that know nothing of this gateway work against it as they are: a certified OpenID client, and a
// carrier's CAMARA SDK. They are configured by their public options only.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { SignJWT, importJWK } from 'jose';
import { NetworkAsCodeApiClient } from 'network-as-code';
import * as oidc from 'openid-client';
import { endDemo, startDemo } from './world.js';

const AGREED = '+12025550100';
const ANOTHER = '+12025550150';
const RETRIEVE = '/location-retrieval/v0.5/retrieve';
const VERIFY = '/location-verification/v3/verify';
const PATIENCE_MS = 60_000;

const run = promisify(execFile);

let demo;

before(async () => {
  demo = await startDemo();
});

after(async () => {
  await endDemo(demo);
});

/** A sandbox partner: what its file says, and the library's own configuration, got by discovery. */
async function partner(name) {
  const file = JSON.parse(await readFile(join(demo.data, 'clients', `${name}.json`), 'utf8'));
  const key = await importJWK(file.private_jwk, 'ES256');
  const execute = [oidc.allowInsecureRequests];
  const config = await oidc.discovery(new URL(file.issuer), file.client_id, {}, oidc.PrivateKeyJwt(key), { execute });
  return { file, key, config, scope: `dpv:${file.purpose} ${file.scopes}` };
}

/** What binds the tokens of a partner that is enrolled with DPoP. */
async function possession(config) {
  return { DPoP: oidc.getDPoPHandle(config, await oidc.randomDPoPKeyPair('ES256')) };
}

async function post({ file, config }, path, token, body, options) {
  const headers = new Headers({ 'content-type': 'application/json' });
  const url = new URL(path, file.issuer);
  const answer = await oidc.fetchProtectedResource(config, token, url, 'POST', JSON.stringify(body), headers, options);
  return { status: answer.status, body: await answer.json() };
}

function assertPlace({ status, body }) {
  assert.equal(status, 200, JSON.stringify(body));
  assert.equal(body.area.areaType, 'CIRCLE');
  assert.ok(Date.parse(body.lastLocationTime) > 0);
}

test('openid-client: client credentials with private_key_jwt and DPoP', async () => {
  const roadside = await partner('roadside');
  const options = await possession(roadside.config);
  const token = await oidc.clientCredentialsGrant(roadside.config, { scope: roadside.scope }, options);
  assert.equal(token.token_type, 'dpop');
  const device = { phoneNumber: AGREED };
  assertPlace(await post(roadside, RETRIEVE, token.access_token, { device }, options));
  const bare = await partner('roadside');
  const refused = oidc.clientCredentialsGrant(bare.config, { scope: bare.scope });
  await assert.rejects(refused, { error: 'invalid_dpop_proof' });
});

test('openid-client: a JWT bearer assertion', async () => {
  const roadside = await partner('roadside');
  const options = await possession(roadside.config);
  const assertion = (number) =>
    new SignJWT({ scope: roadside.scope })
      .setProtectedHeader({ alg: 'ES256' })
      .setIssuer(roadside.file.client_id)
      .setSubject(`tel:${number}`)
      .setAudience(roadside.file.token_endpoint)
      .setJti(crypto.randomUUID())
      .setIssuedAt()
      .setExpirationTime('2 minutes')
      .sign(roadside.key);
  const ask = async (number) => {
    const parameters = { assertion: await assertion(number) };
    const kind = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
    return oidc.genericGrantRequest(roadside.config, kind, parameters, options);
  };
  const token = await ask(AGREED);
  const located = await post(roadside, RETRIEVE, token.access_token, {}, options);
  assertPlace(located);
  assert.equal(located.body.device, undefined);
  await assert.rejects(ask(ANOTHER), { error: 'invalid_grant' });
});

test('openid-client: CIBA, until the person agrees', { timeout: PATIENCE_MS }, async () => {
  const plain = await partner('plain');
  const parameters = { scope: `openid ${plain.scope}`, login_hint: `tel:${ANOTHER}` };
  const started = await oidc.initiateBackchannelAuthentication(plain.config, parameters);
  assert.equal(started.interval, 5);
  const given = oidc.pollBackchannelAuthenticationGrant(plain.config, started);
  await agree(ANOTHER);
  const token = await given;
  assert.equal(token.claims().aud, plain.file.client_id);
  assertPlace(await post(plain, RETRIEVE, token.access_token, {}));
  await assert.rejects(
    oidc.initiateBackchannelAuthentication(plain.config, { ...parameters, login_hint: 'ipport:192.0.2.1:80' }),
    { error: 'unknown_user_id' },
  );
});

/** The person opens the text's link and agrees. */
async function agree(number) {
  const phone = `${demo.world.phonesUrl}/api/phones/${number}`;
  for (;;) {
    const texts = await (await fetch(`${phone}/inbox`)).json();
    const link = texts.map(({ text }) => /\S+\/c\/\S+/.exec(text)?.[0]).find(Boolean);
    if (link) {
      const headers = { 'content-type': 'application/json' };
      const answer = await fetch(`${phone}/agree`, { method: 'POST', headers, body: JSON.stringify({ link }) });
      assert.equal(answer.status, 200);
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

test('the programs of the partners’ page run as they stand there', async () => {
  const page = await readFile(join(import.meta.dirname, '..', '..', 'docs', 'partners', 'libraries.md'), 'utf8');
  const programs = [...page.matchAll(/```js\n(.*?)```/gs)].map(([, program]) => program);
  assert.equal(programs.length, 2);
  for (const program of programs) {
    assert.ok(program.includes('../data/demo/'));
    const code = program.replace('../data/demo/', `${demo.data}/`);
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', code], { cwd: join(import.meta.dirname, '..') });
    assert.match(stdout, /^200 /);
    assert.match(stdout, /areaType: 'CIRCLE'/);
  }
});

/** The SDK's own versions of CAMARA's paths, and those that this gateway serves: its release is a later one. */
const PATHS = new Map([
  ['/location-retrieval/v0/retrieve', RETRIEVE],
  ['/location-verification/v1/verify', VERIFY],
]);

test('network-as-code: a carrier’s CAMARA SDK retrieves and verifies', async () => {
  const plain = await partner('plain');
  const token = await oidc.clientCredentialsGrant(plain.config, { scope: plain.scope });
  const sdk = new NetworkAsCodeApiClient({
    baseUrl: plain.file.issuer,
    apiKey: 'of no meaning here',
    headers: { Authorization: `Bearer ${token.access_token}` },
    maxRetries: 0,
    fetch: (address, init) => {
      const url = new URL(String(address));
      url.pathname = PATHS.get(url.pathname) ?? url.pathname;
      return fetch(url, init);
    },
  });
  const device = { phoneNumber: AGREED };
  const place = await sdk.location.retrieve({ device, maxAge: 3600 });
  assert.equal(place.area.areaType, 'CIRCLE');
  const area = { areaType: 'CIRCLE', center: place.area.center, radius: 50_000 };
  const verified = await sdk.location.verifyV1({ device, area });
  assert.equal(verified.verificationResult, 'TRUE');
  const refused = sdk.location.retrieve({ device: { phoneNumber: '+12025550151' } });
  await assert.rejects(refused, (error) => error.statusCode === 403 && error.body.code === 'PERMISSION_DENIED');
});
