// The roadside journey on a small phone: a text arrives, its link is opened, the person agrees, the company is answered,
// the person stops it, the company is refused.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { fitsScreen, picture, showsState, startWorld } from './world.js';

const AGREED = '+12025550102';
const REFUSED = '+12025550103';
const KEYBOARD = '+12025550104';

let world;
before(async () => {
  world = await startWorld();
});
after(() => world?.stop());

test('a person reads, agrees, is found no finer than agreed, and stops it', async () => {
  const early = await world.ask('roadside', AGREED);
  assert.equal(early.status, 403);
  assert.equal(await world.carrierQueries(AGREED), 0, 'the carrier is not asked without a consent');

  const asked = await world.askConsent('roadside', AGREED);
  assert.equal(asked.status, 201);
  const { link, text } = await world.question(AGREED);
  assert.match(text, /Aster Roadside Help/);

  const page = await world.phonePage();
  await page.goto(link);
  await showsState(page, 'asked');
  assert.match(await page.locator('h1').innerText(), /Aster Roadside Help asks where your phone is/);
  const read = (await page.locator('main').innerText()).replaceAll('\u00a0', ' ');
  for (const words of ['For the help you requested', 'TOW-8841', '200 m', 'At most 12 times', '2 hours']) {
    assert.ok(read.includes(words), `the page says “${words}”`);
  }
  await page.locator('svg.map .map-circle').waitFor();
  await fitsScreen(page);
  await picture(page, 'journey-1-asked');
  assert.equal(await world.consentStatus('roadside', asked.body.id), 'PENDING', 'reading the page grants nothing');
  assert.equal((await world.ask('roadside', AGREED)).status, 403);

  await page.locator('#agree').click();
  await showsState(page, 'given');
  assert.equal(await world.consentStatus('roadside', asked.body.id), 'GIVEN');
  await picture(page, 'journey-2-given');

  assert.deepEqual(await keptKeys(page), [{ extractable: false, algorithm: 'ECDSA', curve: 'P-256' }]);

  const found = await world.ask('roadside', AGREED);
  assert.equal(found.status, 200);
  assert.ok(found.body.area.radius >= 200, `expected a radius of at least 200 m, found ${found.body.area.radius}`);
  assert.ok(Object.keys(found.headers).some((name) => name.toLowerCase() === 'wayleave-receipt'));
  assert.equal(await world.carrierQueries(AGREED), 1);

  await page.reload();
  assert.match(await page.locator('.used').innerText(), /Asked so far: once/);
  await page.locator('#stop').click();
  await showsState(page, 'withdrawn');
  await picture(page, 'journey-3-stopped');
  assert.equal((await world.ask('roadside', AGREED)).status, 403);
  assert.equal(await world.carrierQueries(AGREED), 1, 'the carrier is not asked after a stop');
  assert.deepEqual(page.complaints, []);
});

test('refusing is as easy as agreeing: two buttons that differ only in their words', async () => {
  await world.askConsent('roadside', REFUSED);
  const { link } = await world.question(REFUSED);
  const page = await world.phonePage({ viewport: { width: 320, height: 568 } });
  await page.goto(link);
  const looks = await page.evaluate(() =>
    ['agree', 'refuse'].map((id) => {
      const button = document.getElementById(id);
      const { width, height } = button.getBoundingClientRect();
      const style = getComputedStyle(button);
      const names = ['color', 'backgroundColor', 'borderColor', 'borderWidth', 'fontSize', 'fontWeight', 'opacity', 'boxShadow'];
      return { width: Math.round(width), height: Math.round(height), style: names.map((name) => style[name]) };
    }),
  );
  assert.deepEqual(looks[0], looks[1]);
  assert.ok(looks[0].height >= 44, 'a finger finds the button');
  await fitsScreen(page);
  await picture(page, 'journey-4-narrow');
  await page.locator('#refuse').click();
  await showsState(page, 'refused');
  assert.equal((await world.ask('roadside', REFUSED)).status, 403);
  assert.equal(await world.carrierQueries(REFUSED), 0);
  assert.deepEqual(page.complaints, []);
});

test('the keyboard alone is enough, and the exit leaves nothing behind', async () => {
  await world.askConsent('roadside', KEYBOARD);
  const { link } = await world.question(KEYBOARD);
  const page = await world.phonePage({ isMobile: false, hasTouch: false });
  await page.goto(link);
  const reached = [];
  for (let press = 0; press < 8; press += 1) {
    await page.keyboard.press('Tab');
    reached.push(await page.evaluate(() => document.activeElement?.id || document.activeElement?.tagName));
  }
  assert.ok(reached.indexOf('leave') >= 0 && reached.indexOf('agree') > reached.indexOf('leave'), reached.join(' '));
  assert.equal(reached.indexOf('refuse'), reached.indexOf('agree') + 1, reached.join(' '));
  await page.locator('#refuse').focus();
  await page.keyboard.press('Enter');
  await showsState(page, 'refused');
  await page.locator('#leave').click();
  await page.waitForURL('about:blank');
});

/** The keys that this browser keeps for the gateway's pages. */
function keptKeys(page) {
  return page.evaluate(
    () =>
      new Promise((resolve, reject) => {
        const opening = indexedDB.open('wayleave');
        opening.onerror = () => reject(opening.error);
        opening.onsuccess = () => {
          const all = opening.result.transaction('keys').objectStore('keys').getAll();
          all.onsuccess = () => {
            opening.result.close();
            resolve(
              all.result.map(({ privateKey: { extractable, algorithm } }) => ({
                extractable,
                algorithm: algorithm.name,
                curve: algorithm.namedCurve,
              })),
            );
          };
        };
      }),
  );
}
