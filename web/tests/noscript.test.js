// A browser without JavaScript: refusing works by its form, and agreeing is a reply to the text.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { picture, showsState, startWorld } from './world.js';

const NUMBER = '+12025550105';

let world;
before(async () => {
  world = await startWorld();
});
after(() => world?.stop());

test('without JavaScript a person can refuse, and learns the reply that agrees', async () => {
  await world.askConsent('roadside', NUMBER);
  const { link, code } = await world.question(NUMBER);
  assert.match(code, /^\d{4}$/);
  const page = await world.phonePage({ javaScriptEnabled: false });
  await page.goto(link);
  await showsState(page, 'asked');
  const told = page.locator('.notice-shown');
  await told.waitFor();
  assert.match(await told.innerText(), new RegExp(`To agree, reply YES ${code} to the text message`));
  assert.equal(await page.locator('#agree').isVisible(), false, 'a button that cannot act is not shown');
  await picture(page, 'noscript-1-asked');
  await page.locator('#refuse').click();
  await showsState(page, 'refused');
  await picture(page, 'noscript-2-refused');
  assert.equal((await world.ask('roadside', NUMBER)).status, 403);
  assert.equal(await world.carrierQueries(NUMBER), 0);
});
