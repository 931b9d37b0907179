// The public counts as a reader meets them: a day that is over and was published, and today; narrow, wide and printed, in
// both languages. The signed document is fetched and checked with nothing but Node.js.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash, createPublicKey, verify } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { nothingFound } from './axe.js';
import { PROGRAMS, RESULTS, eventually, fitsScreen, picture, startDemo, startWorld, stopDemo } from './world.js';

const SCREENS = [{ width: 360, height: 740 }, { width: 1280, height: 800 }];
// So many phones agree, none of them one with a story of its own.
const [FIRST, AGREED] = [20, 12];
const SPKI_ED25519 = Buffer.from('302a300506032b6570032100', 'hex');

let world;
before(async () => {
  const yesterday = await startDemo([], { clock: '-1d' });
  await busyDay(yesterday.world);
  await stopDemo(yesterday);
  world = await startWorld([], { data: yesterday.data });
  await world.ask('roadside', '+12025550100');
  await world.ask('bank', '+12025550131');
  await eventually('yesterday’s counts', async () => (await published()).days.length > 0);
});
after(() => world?.stop());

async function post(address, body) {
  const response = await fetch(address, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  assert.ok(response.ok, `${address} answered ${response.status}`);
  return response.json();
}

/** Enough answers and refusals of one company that both are published, and a few of another that are not. */
async function busyDay({ partner, phones, phonesUrl }) {
  const ask = (company, number) => post(`${partner}/api/partners/${company}/ask`, { number });
  for (const { number } of phones.slice(FIRST, FIRST + AGREED)) {
    await post(`${partner}/api/partners/roadside/consents`, { number });
    const phone = `${phonesUrl}/api/phones/${number}`;
    const link = await eventually(`a question on ${number}`, async () => {
      const texts = await (await fetch(`${phone}/inbox`)).json();
      return texts.map(({ text }) => /https?:\/\/\S+\/c\/[\w-]+/.exec(text)?.[0]).find(Boolean);
    });
    await post(`${phone}/agree`, { link });
    assert.equal((await ask('roadside', number)).status, 200);
    assert.equal((await ask('plain', number)).status, 403);
  }
  await ask('bank', '+12025550131');
}

async function published() {
  return (await fetch(`${world.gateway}/journal/counts/`)).json();
}

for (const language of ['en', 'es']) {
  test(`the page is accessible and fits, narrow and wide: ${language}`, async () => {
    for (const viewport of SCREENS) {
      const page = await world.page({ viewport });
      await page.goto(`${world.gateway}/counts?lang=${language}`);
      assert.equal(await page.locator('html').getAttribute('lang'), language);
      await fitsScreen(page);
      await nothingFound(page, `counts in ${language} at ${viewport.width}`);
      await page.emulateMedia({ colorScheme: 'light' });
      await picture(page, `counts-${language}-${viewport.width}`);
      assert.deepEqual(page.complaints, []);
      await page.close();
    }
  });
}

test('each plot says in words what it shows, and stands over its own numbers', async () => {
  const page = await world.page({ viewport: SCREENS[1] });
  await page.goto(`${world.gateway}/counts?lang=en`);
  const plots = await page.locator('svg.plot').all();
  assert.equal(plots.length, 3);
  const said = new Set();
  for (const plot of plots) {
    assert.equal(await plot.getAttribute('role'), 'img');
    const words = await plot.getAttribute('aria-label');
    assert.match(words ?? '', /\w+ \w+ \w+/);
    said.add(words);
  }
  assert.equal(said.size, 3, 'three plots, three descriptions');
  assert.equal(await page.locator('figure table').count(), 3);
  // No word of a plot lies outside it, or on another word.
  const clashes = await page.evaluate(() => {
    const found = [];
    for (const svg of document.querySelectorAll('svg.plot')) {
      const whole = svg.getBoundingClientRect();
      const boxes = [...svg.querySelectorAll('text')].map((text) => [text.textContent, text.getBoundingClientRect()]);
      boxes.forEach(([words, box], index) => {
        if (box.left < whole.left - 0.5 || box.right > whole.right + 0.5) found.push(`${words} is cut off`);
        for (const [others, other] of boxes.slice(index + 1)) {
          const apart = box.right <= other.left || other.right <= box.left || box.bottom <= other.top + 1 || other.bottom <= box.top + 1;
          if (!apart) found.push(`${words} lies on ${others}`);
        }
      });
    }
    return found;
  });
  assert.deepEqual(clashes, []);
  await page.close();
});

test('printed, it keeps every table and loses the buttons', async () => {
  const page = await world.page({ viewport: { width: 794, height: 1123 } });
  await page.goto(`${world.gateway}/counts?lang=en`);
  await page.emulateMedia({ media: 'print' });
  assert.equal(await page.locator('.languages').isVisible(), false);
  for (const table of await page.locator('figure table').all()) {
    assert.ok(await table.isVisible());
  }
  const ink = await page.evaluate(() => getComputedStyle(document.querySelector('.plot-answered')).fill);
  assert.equal(ink, 'rgb(0, 0, 0)');
  const pdf = await page.pdf({ format: 'A4', margin: { top: '15mm', bottom: '15mm', left: '15mm', right: '15mm' } });
  assert.ok(pdf.subarray(0, 5).equals(Buffer.from('%PDF-')));
  await writeFile(join(RESULTS, 'counts.pdf'), pdf);
  await page.close();
});

test('a stranger fetches the signed document of the day, and checks it', async () => {
  const { days, key } = await published();
  const config = join(world.data, 'wayleave.toml');
  const journal = execFileSync(join(PROGRAMS, 'wayleave'), ['journal', 'key', '--config', config], { encoding: 'utf8' }).trim();
  assert.equal(key, journal);
  assert.equal(days.length, 1);
  const address = `${world.gateway}/journal/counts/${days[0].day}`;
  const document = Buffer.from(await (await fetch(address)).arrayBuffer());
  const hash = createHash('sha256').update(document).digest('base64');
  assert.equal(hash, days[0].sha256);
  const note = await (await fetch(`${address}/note`)).text();
  const [body, line] = note.split('\n\n');
  const [name, id, encoded] = journal.split(/\+(.*?)\+/);
  assert.deepEqual(body.split('\n'), [`${name}/counts/${days[0].day}`, hash]);
  const [, signer, value] = /^— (\S+) (\S+)\n$/.exec(line) ?? [];
  const signature = Buffer.from(value, 'base64');
  assert.deepEqual([signer, signature.subarray(0, 4).toString('hex')], [name, id]);
  const spki = Buffer.concat([SPKI_ED25519, Buffer.from(encoded, 'base64').subarray(1)]);
  const holds = (text) => verify(null, Buffer.from(text), createPublicKey({ key: spki, format: 'der', type: 'spki' }), signature.subarray(4));
  assert.ok(holds(`${body}\n`));
  assert.equal(holds(`${body}\n`.replace(hash[0], hash[0] === 'A' ? 'B' : 'A')), false);
  // Of the three companies the bank asked too little to be named.
  const { rows } = JSON.parse(document.toString());
  assert.deepEqual(
    rows.map(({ name: company, answered, refused }) => [company, answered, refused]).sort(),
    [['Aster Roadside Help', AGREED, null], ['Plainfield Towing', null, AGREED]],
  );
  const page = await world.page();
  await page.goto(`${world.gateway}/counts?lang=en`);
  await page.locator('.documents a', { hasText: days[0].day }).first().click();
  assert.equal(page.url(), address);
  await page.close();
});
