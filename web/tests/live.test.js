// The live position: the page's own browser answers while it is open, and the network is never asked.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { metresBetween, picture, showsState, startWorld } from './world.js';

const NUMBER = '+12025550106';
const HERE = { latitude: 12.00412, longitude: -39.99733, accuracy: 15 };

let world;
before(async () => {
  world = await startWorld();
});
after(() => world?.stop());

test('a live consent is answered by the open page, as an area around the browser’s position', async () => {
  const asked = await world.askConsent('roadside', NUMBER, { source: 'HANDSET' });
  assert.equal(asked.status, 201);
  const { link } = await world.question(NUMBER);
  const page = await world.phonePage({ permissions: ['geolocation'], geolocation: HERE });
  await page.goto(link);
  assert.equal(await page.locator('#question').getAttribute('data-source'), 'handset');
  await page.locator('#agree').click();
  await showsState(page, 'given');
  await page.getByText('Waiting. Nothing was sent so far.').waitFor();

  const found = await world.ask('roadside', NUMBER);
  assert.equal(found.status, 200);
  const { center, radius } = found.body.area;
  assert.ok(radius >= 200, `expected a radius of at least 200 m, found ${radius}`);
  assert.ok(metresBetween(center, HERE) <= radius, 'the area holds the true position');
  assert.equal(await world.carrierQueries(NUMBER), 0, 'the network is not asked');
  await page.getByText('Your position went to the gateway').waitFor();
  await picture(page, 'live-1-sent');

  await page.locator('#stop').click();
  await showsState(page, 'withdrawn');
  assert.equal((await world.ask('roadside', NUMBER)).status, 403);
  assert.deepEqual(page.complaints, []);
});
