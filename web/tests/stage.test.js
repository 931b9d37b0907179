// The stage of the sandbox, played from end to end by its buttons, wide and on a phone.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { fitsScreen, picture, showsState, startWorld } from './world.js';

let world;
before(async () => {
  world = await startWorld();
});
after(() => world?.stop());

/** Presses the one button that is next, once it can be pressed. */
async function goOn(page, words) {
  await page.locator('#next:enabled', { hasText: words }).click();
}

async function stepDone(page, step, words) {
  const done = page.locator(`#steps li[data-step="${step}"].step-done`);
  await done.waitFor();
  assert.match(await done.locator('.step-result').innerText(), words);
}

test('the story is told by one button', async () => {
  const page = await world.page({ viewport: { width: 1280, height: 800 } });
  await page.goto(world.gateway);
  await fitsScreen(page);
  const count = page.locator('#carrier-count');
  await picture(page, 'stage-0', false);

  await goOn(page, 'Ask where it is');
  await stepDone(page, 1, /403/);
  assert.match(await page.locator('#answer').innerText(), /403\s+Refused/);
  assert.equal(await count.innerText(), '0', 'the carrier’s ledger stays empty');
  await picture(page, 'stage-1-refused', false);

  await goOn(page, 'Ask for a yes');
  await stepDone(page, 2, /text/);
  await page.locator('#phone-texts .bubble a').waitFor();
  await picture(page, 'stage-2-text', false);

  await goOn(page, 'Open the link');
  const phone = page.frameLocator('#phone-page');
  await showsState(phone, 'asked');
  await picture(page, 'stage-3-question', false);
  await goOn(page, 'Agree on the phone');
  await stepDone(page, 3, /Signed/);

  await goOn(page, 'Ask again');
  await stepDone(page, 4, /receipt/);
  await page.locator('#city .answer-area').waitFor();
  await page.locator('.receipt-verified').waitFor();
  await page.locator('#carrier-count', { hasText: '1' }).waitFor();
  await page.waitForTimeout(900);
  await picture(page, 'stage-4-answered', false);

  await goOn(page, 'Stop it on the phone');
  await stepDone(page, 5, /Stopped/);
  await goOn(page, 'Ask once more');
  await stepDone(page, 6, /403/);
  assert.equal(await page.locator('#city .answer-area').count(), 0, 'nothing fetched before is shown after a stop');
  await page.locator('#journal-lines .record').first().waitFor();
  assert.equal(await count.innerText(), '1');
  await picture(page, 'stage-6-refused', false);
  assert.deepEqual(page.complaints, []);
});

test('the story is told by the actors’ own buttons, on another phone, at phone width', async () => {
  const page = await world.page({ viewport: { width: 390, height: 844 } });
  await page.goto(world.gateway);
  // The test before has played with the first phone; the stage keeps in its session which phone it has now.
  await page.evaluate(() => sessionStorage.setItem('wayleave-stage-number', '+12025550108'));
  await page.reload();
  await page.locator('#phone-number', { hasText: '+12025550108' }).waitFor();
  await fitsScreen(page);
  await page.locator('#ask').click();
  await stepDone(page, 1, /403/);
  await page.locator('#ask-consent').click();
  await stepDone(page, 2, /text/);
  await page.locator('#phone-texts .bubble a').click();
  const phone = page.frameLocator('#phone-page');
  await phone.locator('#agree').click();
  await stepDone(page, 3, /Signed/);
  await picture(page, 'stage-narrow-3');
  await page.locator('#ask').click();
  await stepDone(page, 4, /receipt/);
  await picture(page, 'stage-narrow-4');
  await page.locator('#phone-back').click();
  await page.getByRole('button', { name: 'Reply STOP' }).click();
  await stepDone(page, 5, /Stopped/);
  await page.locator('#ask').click();
  await stepDone(page, 6, /403/);
  await fitsScreen(page);
});
