// The journeys, played on their pages with the running systems: each whole, with what should not work, wide and narrow.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { nothingSerious } from './axe.js';
import { fitsScreen, picture, showsState, startWorld } from './world.js';

const WIDE = { width: 1280, height: 800 };
const NARROW = { width: 390, height: 844 };
const NAMES = ['roadside', 'bank', 'prison', 'board', 'operator', 'developer', 'auditor'];

let world;
before(async () => {
  world = await startWorld();
});
after(() => world?.stop());

/** A journey's page; the phone is the n-th of those that it may use, so that each test has one of its own. */
async function play(name, nth = 0, viewport = WIDE) {
  const page = await world.page({ viewport, reducedMotion: 'reduce' });
  await page.goto(`${world.gateway}/journeys/${name}`);
  if (nth > 0) {
    await page.evaluate(
      ([journey, at]) => {
        const { [journey]: party, roadside } = JSON.parse(document.body.dataset.world);
        sessionStorage.setItem(`wayleave-journey-${journey}`, (party ?? roadside).numbers[at]);
      },
      [name, nth],
    );
    await page.reload();
  }
  return page;
}

async function goOn(page, words) {
  await page.locator('#next:enabled', { hasText: words }).click();
}

async function stepDone(page, step, words) {
  const done = page.locator(`#steps li:nth-child(${step}).step-done`);
  await done.waitFor();
  assert.match(await done.locator('.step-result').innerText(), words);
}

/** Tries something, and waits for what is said of it. */
async function attempt(page, title, words) {
  const trial = page.locator('.trial', { hasText: title });
  await trial.locator('button:enabled').click();
  await trial.locator('.trial-result').waitFor();
  await page.locator('#next:enabled').waitFor();
  assert.match(await trial.locator('.trial-result').innerText(), words, title);
}

/** What the table says at one hop, by the row's heading. */
function at(page, what, hop) {
  const column = { service: 1, reseller: 2, hub: 3, home: 4, carrier: 5 }[hop];
  return page.locator('.hop-table tbody tr', { hasText: what }).locator('td').nth(column - 1);
}

async function asked(page) {
  return Number(await page.locator('#carrier-count').innerText());
}

test('roadside: a place for the desk alone, until the ticket closes', async () => {
  const page = await play('roadside');
  await goOn(page, 'Open the ticket');
  await stepDone(page, 1, /Ticket LR-/);
  await goOn(page, 'Ask for a yes');
  await stepDone(page, 2, /text/);
  await goOn(page, 'Open the link');
  // By the person's own hand, on the page of their carrier's gateway.
  const phone = page.frameLocator('#phone-page');
  await showsState(phone, 'asked');
  await picture(page, 'journey-roadside-question');
  await phone.locator('#agree').click();
  await stepDone(page, 3, /Agreed on the phone/);
  await goOn(page, 'Ask where they are');
  await stepDone(page, 4, /receipt/);
  await page.locator('#city .answer-area').waitFor();
  assert.match(await at(page, 'Where the phone is', 'service').innerText(), /m around/);
  for (const hop of ['reseller', 'hub']) {
    assert.match(await at(page, 'Where the phone is', hop).innerText(), /Sealed/);
    assert.match(await at(page, 'The outcome', hop).innerText(), /Sealed/);
  }
  assert.match(await at(page, 'Whose phone', 'reseller').innerText(), /Sealed/);
  await picture(page, 'journey-roadside-answered');
  assert.equal(await asked(page), 1);

  await attempt(page, 'The reseller alters the ask', /Refused: not signed/);
  await attempt(page, 'The reseller invents an ask', /Refused; the network was not asked/);
  await attempt(page, 'The reseller replays an ask', /Refused; the network was not asked/);
  assert.equal(await asked(page), 1, 'the carrier’s ledger is as it was');
  await attempt(page, 'The operator suspends the reseller', /Refused: relay suspended/);
  assert.equal(await asked(page), 2, 'this one was under way at the carrier when it was stopped');
  assert.match(await page.locator('#told').innerText(), /wayleave party suspend copper-reach/);

  await goOn(page, 'Close the ticket');
  await stepDone(page, 5, /over/);
  await goOn(page, 'Ask once more');
  await stepDone(page, 6, /Refused: no event/);
  assert.equal(await asked(page), 2);
  assert.equal(await page.locator('#city .answer-area').count(), 0);
  assert.deepEqual(page.complaints, []);
});

test('roadside: STOP by text ends it, at phone width', async () => {
  const page = await play('roadside', 1, NARROW);
  await goOn(page, 'Open the ticket');
  await goOn(page, 'Ask for a yes');
  await goOn(page, 'Open the link');
  await goOn(page, 'Agree in their place');
  await stepDone(page, 3, /Agreed on the phone/);
  await goOn(page, 'Ask where they are');
  await stepDone(page, 4, /receipt/);
  await fitsScreen(page);
  await picture(page, 'journey-roadside-narrow');
  await attempt(page, 'The person texts STOP', /Refused: (withdrawn|never|ended at home)/);
  assert.equal(await asked(page), 1);
  await goOn(page, 'Begin again');
  await page.locator('#next:enabled', { hasText: 'Open the ticket' }).waitFor();
  assert.equal(await page.locator('#steps .step-done').count(), 0);
});

test('roadside: a no on the phone is the end of it', async () => {
  const page = await play('roadside', 3);
  await goOn(page, 'Open the ticket');
  await goOn(page, 'Ask for a yes');
  await goOn(page, 'Open the link');
  await page.frameLocator('#phone-page').locator('#refuse').click();
  await stepDone(page, 3, /They said no/);
  await page.locator('#next:enabled', { hasText: 'Begin again' }).waitFor();
  assert.equal(await asked(page), 0);
  assert.deepEqual(page.complaints, []);
});

test('bank: whether, never where, and nothing while they pause', async () => {
  const page = await play('bank');
  await goOn(page, 'Ask whether it is near');
  await stepDone(page, 1, /Refused: no permission/);
  assert.equal(await asked(page), 0, 'the carrier was not asked');
  assert.match(await at(page, 'The outcome', 'reseller').innerText(), /Sealed/, 'a refusal is sealed too');
  await goOn(page, 'Ask for a yes');
  await goOn(page, 'Open the link');
  await goOn(page, 'Agree in their place');
  await stepDone(page, 3, /Agreed on the phone/);
  await goOn(page, 'Ask whether it is near');
  await stepDone(page, 4, /Yes, and no place/);
  assert.match(await at(page, 'Where the phone is', 'service').innerText(), /Never told/);
  await picture(page, 'journey-bank-answered');
  await attempt(page, 'The card is used far away', /Answered: no/);
  const before = await asked(page);
  await attempt(page, 'The bank asks where, not whether', /Refused: yes no only/);
  await attempt(page, 'The bank draws a small circle', /Refused/);
  await attempt(page, 'The reseller alters the ask', /Refused: not signed/);
  await attempt(page, 'The reseller invents an ask', /Refused; the network was not asked/);
  await goOn(page, 'Text PAUSE');
  await stepDone(page, 5, /Paused/);
  await goOn(page, 'Ask whether it is near');
  await stepDone(page, 6, /Refused: paused/);
  assert.equal(await asked(page), before);
  assert.deepEqual(page.complaints, []);
});

test('prison: only during the call, and no invented one', async () => {
  const page = await play('prison');
  await attempt(page, 'Ask without any call', /Refused/);
  await attempt(page, 'Invent a call', /Refused/);
  assert.equal(await asked(page), 0, 'the carrier was not asked');
  await goOn(page, 'Put the call through');
  await stepDone(page, 1, /Confirmed/);
  await goOn(page, 'Ask for a yes');
  await goOn(page, 'Open the link');
  await goOn(page, 'Agree in their place');
  await stepDone(page, 3, /Agreed on the phone/);
  await goOn(page, 'Ask where they are');
  await stepDone(page, 4, /receipt/);
  await picture(page, 'journey-prison-answered');
  const before = await asked(page);
  assert.equal(before, 1);
  await attempt(page, 'Invent a call', /Refused/);
  await attempt(page, 'Ask about somebody else', /Refused/);
  await goOn(page, 'Hang up');
  await stepDone(page, 5, /over/);
  await goOn(page, 'Ask once more');
  await stepDone(page, 6, /Refused/);
  assert.equal(await asked(page), before);
  assert.deepEqual(page.complaints, []);
});

test('board: the person’s own page at home and hub, entered by hand', async () => {
  const page = await play('board', 2);
  const enter = async (step) => {
    await goOn(page, 'Ask for the link');
    await stepDone(page, step, /link/);
    await goOn(page, 'Open the link');
    await page.frameLocator('#phone-page').locator('#enter').click();
    await stepDone(page, step + 1, /by hand/);
    return page.frameLocator('#phone-page').locator('main').innerText();
  };
  await goOn(page, 'Play it at once');
  await stepDone(page, 1, /One answer was given/);
  assert.match(await enter(2), /Larkspur Recovery can ask[\s\S]*Copper Reach Resale, then Port Aster Gateway/);
  await picture(page, 'journey-board-home');
  await enter(4);
  await picture(page, 'journey-board-hub');
  await goOn(page, 'Text STOP');
  await stepDone(page, 6, /Refused/);
  assert.deepEqual(page.complaints, []);
});

test('operator: one command stops a reseller, and it shows at once', async () => {
  const page = await play('operator');
  await goOn(page, 'List the parties');
  await stepDone(page, 1, /Listed/);
  assert.match(await page.locator('.shell').innerText(), /\$ wayleave party list[\s\S]*Larkspur Recovery/);
  await goOn(page, 'Suspend it at the hub');
  await stepDone(page, 2, /Suspended/);
  await picture(page, 'journey-operator');
  await goOn(page, 'Let a service ask');
  await stepDone(page, 3, /Not carried|Refused/);
  await goOn(page, 'Release it');
  await stepDone(page, 4, /Released/);
  await goOn(page, 'Count');
  await stepDone(page, 5, /Counted/);
  await goOn(page, 'Reconcile');
  await stepDone(page, 6, /Reconciled/);
  await attempt(page, 'Suspend a person', /Suspended/);
  await attempt(page, 'Release a person', /Released/);
  assert.deepEqual(page.complaints.filter((said) => !said.includes('502')), []);
});

test('developer: a first answer, and the policy in words', async () => {
  const page = await play('developer');
  await goOn(page, 'Ask');
  await stepDone(page, 1, /Asked/);
  assert.match(await page.locator('.shell').innerText(), /wayleave client ask[\s\S]*curl/);
  await goOn(page, 'Explain roadside help');
  await stepDone(page, 2, /Explained/);
  await goOn(page, 'Let a service ask');
  await stepDone(page, 3, /Refused: no event/);
  await picture(page, 'journey-developer');
  assert.deepEqual(page.complaints, []);
});

test('auditor: every log holds, the ledgers agree, and an altered receipt does not', async () => {
  const page = await play('auditor');
  for (const step of [1, 2, 3]) {
    await goOn(page, 'Verify the log');
    await stepDone(page, step, /It holds/);
  }
  for (const step of [4, 5]) {
    await goOn(page, 'Hold both together');
    await stepDone(page, step, /They say the same/);
  }
  await goOn(page, 'Take the latest one');
  await stepDone(page, 6, /It holds/);
  assert.match(await page.locator('#told').innerText(), /of that journal’s key/);
  await attempt(page, 'Alter one byte of it', /It does not hold/);
  await attempt(page, 'Hold the hub against', /They say the same/);
  await picture(page, 'journey-auditor');
  assert.deepEqual(page.complaints, []);
});

test('every page of the journeys is accessible, and fits', async () => {
  for (const viewport of [WIDE, NARROW]) {
    for (const path of ['', ...NAMES.map((name) => `/${name}`)]) {
      const page = await world.page({ viewport, reducedMotion: 'reduce' });
      await page.goto(`${world.gateway}/journeys${path}`);
      if (path) {
        await page.locator('#next:enabled').waitFor();
      }
      await fitsScreen(page);
      await nothingSerious(page, `${path || 'the list'} at ${viewport.width}`);
      await page.context().close();
    }
  }
});
