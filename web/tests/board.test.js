// The board on a small phone, in a real browser: signing in by a texted link, stopping in one tap, keyboard only, without
// JavaScript, in Spanish; a passkey of the device; and the journal's head that the browser remembers.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { nothingSerious } from './axe.js';
import { eventually, fitsScreen, keyOpens, picture, showsState, startWorld } from './world.js';

let world;
before(async () => {
  // A passkey needs a name; in a demo a new key waits for twenty seconds.
  world = await startWorld(['--name', 'localhost']);
});
after(() => world?.stop());

/** The latest sign-in link on a phone, after so many others. */
async function linkAfter(number, count) {
  const { inbox } = world.phones.find((phone) => phone.number === number);
  return eventually(`a sign-in link on ${number}`, async () => {
    const texts = await (await fetch(inbox)).json();
    const links = texts.map(({ text }) => /https?:\/\/\S+\/me\/l\/[\w-]+/.exec(text)?.[0]).filter(Boolean);
    return links[count];
  });
}

async function agree(partner, number) {
  await world.askConsent(partner, number);
  const { link } = await world.question(number);
  const page = await world.phonePage();
  await page.goto(link);
  await page.locator('#agree').click();
  await showsState(page, 'given');
  await page.close();
}

async function signIn(page, number, before = 0) {
  await page.goto(`${world.gateway}/me`);
  await page.locator('#number').fill(number);
  await page.locator('form.door button').click();
  await page.goto(await linkAfter(number, before));
  await page.locator('#enter').click();
  await page.locator('.board').waitFor();
}

test('a person sees who can ask, what was answered, and stops it in one tap', async () => {
  const number = '+12025550108';
  const page = await world.phonePage();
  await page.goto(`${world.gateway}/me`);
  await nothingSerious(page, 'the door');
  await fitsScreen(page);
  await picture(page, 'board-1-door');
  await signIn(page, number);
  assert.equal(await page.locator('h1').innerText(), 'Nobody can see where you are');
  await agree('roadside', number);
  assert.equal((await world.ask('roadside', number)).status, 200);
  await page.reload();
  assert.match(await page.locator('h1').innerText(), /Aster Roadside Help can ask where you are/);
  const line = await page.locator('.line').innerText();
  for (const words of [/They were told an area of/, /Never finer than/, /Nobody else/, /Until/]) {
    assert.match(line, words);
  }
  await nothingSerious(page, 'the board with a line');
  await fitsScreen(page);
  await picture(page, 'board-2-line');
  await page.locator('.line .button-stop').click();
  await page.locator('h1', { hasText: 'Nobody can see where you are' }).waitFor();
  assert.equal((await world.ask('roadside', number)).status, 403);
  assert.deepEqual(page.complaints, []);
});

test('without JavaScript everything but keys works', async () => {
  const number = '+12025550109';
  await agree('roadside', number);
  const page = await world.phonePage({ javaScriptEnabled: false });
  await signIn(page, number);
  await page.locator('#pause').click();
  await page.locator('h1', { hasText: 'you paused everything' }).waitFor();
  await picture(page, 'board-3-paused-noscript');
  await page.locator('#resume').click();
  await page.locator('h1', { hasText: 'Aster Roadside Help' }).waitFor();
  assert.equal(await page.locator('#add-passkey').isVisible(), false, 'a button that cannot act is not shown');
  await page.locator('#stop-all').click();
  await page.locator('h1', { hasText: 'Nobody can see where you are' }).waitFor();
  assert.equal((await world.ask('roadside', number)).status, 403);
});

test('by keyboard alone, in Spanish', async () => {
  const number = '+12025550110';
  await agree('roadside', number);
  const page = await world.phonePage({ locale: 'es-ES' });
  await signIn(page, number);
  assert.equal(await page.locator('html').getAttribute('lang'), 'es');
  assert.match(await page.locator('h1').innerText(), /puede preguntar dónde está usted/);
  await nothingSerious(page, 'the board in Spanish');
  await picture(page, 'board-4-spanish');
  for (let presses = 0; presses < 12; presses += 1) {
    await page.keyboard.press('Tab');
    if (await page.evaluate(() => document.activeElement?.classList.contains('button-stop') ?? false)) {
      break;
    }
  }
  assert.ok(await page.evaluate(() => document.activeElement?.matches('.line .button-stop')), 'stop is reached by Tab');
  await page.keyboard.press('Enter');
  await page.locator('h1', { hasText: 'Nadie puede ver dónde está usted' }).waitFor();
});

test('a passkey opens the past after its wait, and signs a consent', async () => {
  const number = '+12025550111';
  await agree('roadside', number);
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
  await signIn(page, number);
  await page.locator('#add-passkey').click();
  await page.getByText('It takes effect on').waitFor();
  await picture(page, 'board-5-key-waits');
  const { inbox } = world.phones.find((phone) => phone.number === number);
  await eventually('two texts about the key', async () => {
    const texts = await (await fetch(inbox)).json();
    return texts.filter(({ text }) => text.includes('a key was added')).length === 2;
  });
  // Whoever has only the number is still shown what is live, and no more.
  await page.reload();
  assert.equal(await page.locator('#export').count(), 0);
  await page.locator('#sign-out').click();
  await page.goto(`${world.gateway}/me`);
  await keyOpens(page, '.board');
  await page.locator('#export').waitFor();
  assert.match(await page.locator('.past').innerText(), /You said yes to Aster Roadside Help/);
  await nothingSerious(page, 'the board with a past');
  await picture(page, 'board-6-past');
  await page.goto(`${world.gateway}/me/history`);
  await nothingSerious(page, 'the past');
  await fitsScreen(page);
  const before = (await world.question(number)).link;
  await world.askConsent('bank', number);
  const link = await eventually('another question', async () => {
    const asked = await world.question(number);
    return asked.link !== before && asked.link;
  });
  await page.goto(link);
  await page.locator('#agree-passkey').click();
  await page.locator('#question[data-state="given"], #question[data-step="reply"]').waitFor();
  await picture(page, 'board-7-signed-by-passkey');
});

test('a browser remembers the journal’s head and says when it went back', async () => {
  const number = '+12025550112';
  const page = await world.phonePage();
  await signIn(page, number);
  const kept = () => page.evaluate(() => localStorage.getItem('wayleave-head'));
  await eventually('the head to be remembered', kept);
  await agree('roadside', number);
  await page.reload();
  await page.locator('#verified [data-check="goes-on"]').waitFor();
  assert.equal(await page.locator('#head-alarm').isVisible(), false);
  // The same size under another root is another past.
  await page.evaluate(() => {
    const head = JSON.parse(localStorage.getItem('wayleave-head') ?? '{}');
    head.key = head.key.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'));
    localStorage.setItem('wayleave-head', JSON.stringify(head));
  });
  await page.reload();
  await page.locator('#head-alarm', { hasText: 'its past was changed' }).waitFor();
  await picture(page, 'board-8-alarm');
});
