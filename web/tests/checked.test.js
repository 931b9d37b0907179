// What the board checks by itself, in a real browser: an honest gateway passes, and each lie alone is named in words. The
// lies are told in between: the answers of a true gateway are altered on their way to the page.

import assert from 'node:assert/strict';
import { createHash, createHmac, createPrivateKey, sign } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { eventually, fitsScreen, keyOpens, picture, showsState, startWorld } from './world.js';

const LEVELS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const NUMBER = '+12025550108';
const PKCS8_ED25519 = Buffer.from('302e020100300506032b657004220420', 'hex');

let world;
let page;
let axe;
before(async () => {
  axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  world = await startWorld();
  page = await world.phonePage();
  await openPast();
});
after(() => world?.stop());

async function agree(partner, number) {
  await world.askConsent(partner, number);
  const { link } = await world.question(number);
  const phone = await world.phonePage();
  await phone.goto(link);
  await phone.locator('#agree').click();
  await showsState(phone, 'given');
  await phone.close();
}

async function signInByLink(page, number, earlier = 0) {
  await page.goto(`${world.gateway}/me`);
  await page.locator('#number').fill(number);
  await page.locator('form.door button').click();
  const { inbox } = world.phones.find((phone) => phone.number === number);
  const link = await eventually('a sign-in link', async () => {
    const texts = await (await fetch(inbox)).json();
    return texts.map(({ text }) => /https?:\/\/\S+\/me\/l\/[\w-]+/.exec(text)?.[0]).filter(Boolean)[earlier];
  });
  await page.goto(link);
  await page.locator('#enter').click();
  await page.locator('.board').waitFor();
}

/** Somebody with a past, signed in by a key that has waited. */
async function openPast() {
  await agree('roadside', NUMBER);
  assert.equal((await world.ask('roadside', NUMBER)).status, 200);
  await signInByLink(page, NUMBER);
  await page.locator('#check-state', { hasText: 'by itself' }).waitFor();
  assert.match(await page.locator('#cannot').innerText(), /Your own entries, on this visit: they open only to a key/);
  await page.locator('#add-browser-key').click();
  await page.getByText('It takes effect on').waitFor();
  const { inbox } = world.phones.find((phone) => phone.number === NUMBER);
  await eventually('two texts about the key', async () => {
    const texts = await (await fetch(inbox)).json();
    return texts.filter(({ text }) => text.includes('a key was added')).length === 2;
  });
  await page.locator('#sign-out').click();
  await page.goto(`${world.gateway}/me`);
  await keyOpens(page, '#export');
  await checked(page);
  // A browser complains of each press that came before the key was in effect.
  page.complaints.length = 0;
}

/** Waits until the page has checked everything, and found nothing wrong. */
async function checked(page) {
  await page.locator('#verified [data-check="rows"]').waitFor();
  assert.equal(await page.locator('#head-alarm').isVisible(), false);
}

/** The page while an answer is altered on its way. */
async function lied(path, alter) {
  await page.route(path, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, json: await alter(await response.json()) });
  });
  await page.reload();
  await page.locator('#head-alarm:not([hidden])').waitFor();
  const words = await page.locator('#head-alarm').innerText();
  await page.unroute(path);
  assert.match(await page.locator('#check-state').innerText(), /The check stopped/);
  // Once nobody lies any more, the page finds nothing wrong: it remembered nothing of the lie.
  await page.reload();
  await checked(page);
  return words;
}

const HEAD = '**/me/head*';
const ENTRIES = '**/me/entries*';

test('an honest gateway is found honest, and the page says what it cannot find', async () => {
  assert.match(await page.locator('#verified').innerText(), /Your entries 1 to \d+ are all here/);
  assert.match(await page.locator('#cannot').innerText(), /never written down[^]*counted as somebody else[^]*the word of this gateway/);
  const record = page.locator('.past li .record').first();
  await record.locator('summary').click();
  assert.match(await record.locator('pre').first().innerText(), /"kind"/);
  await page.evaluate(axe);
  const { violations } = await page.evaluate((values) => globalThis.axe.run({ runOnly: { type: 'tag', values } }), LEVELS);
  assert.deepEqual(violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]), []);
  await fitsScreen(page);
  await picture(page, 'checked-1-honest');
  assert.equal((await world.ask('roadside', NUMBER)).status, 200);
  await page.reload();
  await checked(page);
  assert.match(await page.locator('#verified').innerText(), /goes on from the state[^]*It was \d+ and is \d+/);
  await page.goto(`${world.gateway}/me/history`);
  await checked(page);
  await fitsScreen(page);
  await picture(page, 'checked-2-history');
  await page.goto(`${world.gateway}/me`);
  await checked(page);
  assert.deepEqual(page.complaints, []);
});

test('an altered part is named', async () => {
  const words = await lied(ENTRIES, (answer) => {
    const [first] = answer.entries;
    first.party.text = first.party.text.replace('"v":1', '"v":2');
    return answer;
  });
  assert.match(words, /Entry \d+ is not what the journal holds/);
  const own = await lied(ENTRIES, (answer) => {
    const [first] = answer.entries;
    first.subject.text = first.subject.text.replace('"n":', '"n":1');
    return answer;
  });
  assert.match(own, /Entry \d+ is not what the journal holds/);
});

test('a number that was left out is named', async () => {
  await page.evaluate(() => localStorage.removeItem('wayleave-own'));
  const words = await lied(ENTRIES, (answer) => {
    const dropped = answer.entries.find(({ subject }) => JSON.parse(subject.text).n === 2);
    return { ...answer, entries: answer.entries.filter((entry) => entry !== dropped) };
  });
  assert.match(words, /Your entry number 2 is missing/);
});

test('a head that went back is named', async () => {
  const old = await page.evaluate(async () => (await fetch('/me/head')).json());
  assert.equal((await world.ask('roadside', NUMBER)).status, 200);
  await page.reload();
  await checked(page);
  assert.match(await lied(HEAD, () => old), /fewer entries than this browser saw before/);
  const words = await lied(HEAD, (answer) => ({ ...answer, subject: old.subject }));
  assert.match(words, /Your own entries went back from \d+ to \d+/);
});

test('another signature is named', async () => {
  const altered = (note) => {
    const end = note.trimEnd().length - 3;
    return `${note.slice(0, end)}${note[end] === 'A' ? 'B' : 'A'}${note.slice(end + 1)}`;
  };
  const head = await lied(HEAD, (answer) => ({ ...answer, checkpoint: altered(answer.checkpoint) }));
  assert.match(head, /The journal’s state is not signed with the journal’s key/);
  await picture(page, 'checked-3-after');
  const own = await lied(HEAD, (answer) => ({ ...answer, subject: altered(answer.subject) }));
  assert.match(own, /The list of your own entries is not signed/);
  const swapped = await lied(HEAD, (answer) => ({ ...answer, subject: answer.checkpoint }));
  assert.match(swapped, /The list of your own entries is not signed/);
});

test('a fork by the journal’s own key is named', async () => {
  const resign = await forger();
  const forked = await lied(HEAD, (answer) => ({
    ...answer,
    checkpoint: resign(answer.checkpoint, (lines) => [lines[0], String(Number(lines[1]) + 3), Buffer.alloc(32, 7).toString('base64')]),
  }));
  assert.match(forked, /its past was changed/);
  const own = await lied(HEAD, (answer) => ({
    ...answer,
    subject: resign(answer.subject, (lines) => [lines[0], lines[1], Buffer.alloc(32, 7).toString('base64')]),
  }));
  assert.match(own, /not the ones that the journal’s key signed as yours/);
  const more = await lied(HEAD, (answer) => ({
    ...answer,
    subject: resign(answer.subject, (lines) => [lines[0], String(Number(lines[1]) + 1), lines[2]]),
  }));
  assert.match(more, /Your entry number \d+ is missing/);
});

test('a restore that the operator declared is told as one, and one that nobody declared is a fork', async () => {
  const remembered = await page.evaluate(() => localStorage.getItem('wayleave-head'));
  const [origin, , ...rest] = JSON.parse(remembered).key.split('+');
  const encoded = rest.join('+');
  const sha256 = (...parts) => createHash('sha256').update(Buffer.concat(parts.map((part) => Buffer.from(part)))).digest();
  const name = `${origin}/2`;
  const id = sha256(`${name}\n`, Buffer.from(encoded, 'base64')).subarray(0, 4);
  // A journal of one entry, which says that nothing was left of the former one.
  const part = (text) => ({ text, salt: Buffer.alloc(16).toString('base64url') });
  const mac = ({ text, salt }) => createHmac('sha256', Buffer.from(salt, 'base64url')).update(text).digest();
  const said = { at: '2026-11-22T10:00:00.000Z', entries: 9, former: origin, formerSize: 0, kind: 'journal-restored', v: 1 };
  const entry = { leaf: 0, tag: Buffer.alloc(32).toString('base64url'), party: part(JSON.stringify(said)), subject: part('{"n":null}'), proof: [] };
  const root = sha256([0], Buffer.alloc(32), mac(entry.party), mac(entry.subject));
  const text = `${name}\n1\n${root.toString('base64')}\n`;
  const signature = Buffer.concat([id, sign(null, Buffer.from(text), await journalKey())]).toString('base64');
  const answer = { checkpoint: `${text}\n— ${name} ${signature}\n`, proof: null, subject: null, restored: [entry] };
  await page.route('**/me', async (route) => {
    const response = await route.fetch();
    const key = `${name}+${id.toString('hex')}+${encoded}`;
    const body = (await response.text()).replace(/data-journal-key="[^"]*"/g, `data-journal-key="${key}"`);
    await route.fulfill({ response, body });
  });
  const told = async (restored) => {
    await page.route(HEAD, (route) => route.fulfill({ json: { ...answer, restored } }));
    await page.reload();
    await page.locator('#head-alarm:not([hidden])').waitFor();
    const words = await page.locator('#head-alarm').innerText();
    await page.unroute(HEAD);
    return words;
  };
  assert.match(await told([]), /its past was changed/);
  assert.match(await told([entry]), /On 2026-11-22 the operator declared that the journal was restored[^]*went back to 0 entries[^]*had seen \d+/);
  assert.match(await page.locator('#verified').innerText(), /is called \S+\/journal\/2/);
  await picture(page, 'checked-3-restored');
  await page.unroute('**/me');
  await page.evaluate((head) => localStorage.setItem('wayleave-head', head), remembered);
  await page.reload();
  await checked(page);
});

/** Signs another text with the journal's own key, as a gateway that lies would. */
async function forger() {
  const key = await journalKey();
  return (note, alter) => {
    const [body, signature] = note.split('\n\n');
    const text = `${alter(body.split('\n')).join('\n')}\n`;
    const [, name, encoded] = /^— (\S+) (\S+)/.exec(signature) ?? [];
    const id = Buffer.from(encoded, 'base64').subarray(0, 4);
    const signed = Buffer.concat([id, sign(null, Buffer.from(text), key)]).toString('base64');
    return `${text}\n— ${name} ${signed}\n`;
  };
}

/** The journal's own key, as whoever holds the machine has it. */
async function journalKey() {
  const files = await readdir(world.data, { recursive: true });
  const file = files.find((name) => name.endsWith('keys/journal.key') && !name.startsWith('homes'));
  assert.ok(file, `expected the journal's key below ${world.data}`);
  const seed = await readFile(join(world.data, file));
  return createPrivateKey({ key: Buffer.concat([PKCS8_ED25519, seed]), format: 'der', type: 'pkcs8' });
}

test('a line that no entry stands behind is named', async () => {
  await page.route('**/me', async (route) => {
    const response = await route.fetch();
    const body = (await response.text()).replace(/data-leaf="\d+"/, 'data-leaf="999999"');
    await route.fulfill({ response, body });
  });
  await page.reload();
  await page.locator('#head-alarm', { hasText: 'A line of your past has no entry behind it' }).waitFor();
  await picture(page, 'checked-4-alarm');
  await page.unroute('**/me');
});

test('without JavaScript the page says that nothing was checked, and how to', async () => {
  const plain = await world.phonePage({ javaScriptEnabled: false });
  await signInByLink(plain, NUMBER, 1);
  assert.match(await plain.locator('#check-state').innerText(), /Nothing was checked here[^]*The download says how/);
  assert.equal(await plain.locator('#holds').isVisible(), false);
  assert.match(await plain.locator('#cannot').innerText(), /never written down/);
  await picture(plain, 'checked-5-noscript');
  await plain.close();
});
