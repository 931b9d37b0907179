// What axe-core finds on every page that people see: nothing serious, nothing critical, light and dark.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { nothingSerious } from './axe.js';
import { picture, showsState, startWorld } from './world.js';

const NUMBER = '+12025550107';

let world;
before(async () => {
  world = await startWorld();
});
after(() => world?.stop());

test('the question is accessible in each of its states', async () => {
  await world.askConsent('roadside', NUMBER);
  const { link } = await world.question(NUMBER);
  const page = await world.phonePage();
  await page.goto(link);
  await nothingSerious(page, 'asked');
  await picture(page, 'accessible-1-asked-dark');
  await page.locator('#agree').click();
  await showsState(page, 'given');
  await nothingSerious(page, 'given');
  await page.locator('#stop').click();
  await showsState(page, 'withdrawn');
  await nothingSerious(page, 'withdrawn');
});

test('an unknown link is accessible, and says what to do', async () => {
  const page = await world.phonePage();
  const response = await page.goto(`${world.gateway}/c/AAAAAAAAAAAAAAAAAAAAAA`);
  assert.equal(response.status(), 404);
  assert.match(await page.locator('h1').innerText(), /We do not know this link/);
  await nothingSerious(page, 'unknown link');
});

test('the stage is accessible, wide and narrow', async () => {
  for (const viewport of [{ width: 1280, height: 800 }, { width: 390, height: 844 }]) {
    const page = await world.page({ viewport });
    await page.goto(world.gateway);
    await page.locator('#next:enabled').waitFor();
    await nothingSerious(page, `the stage at ${viewport.width}`);
  }
});
