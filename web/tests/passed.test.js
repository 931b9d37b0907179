// What a hub passes on, on the board of a small phone: who asks through it, and a button that stops one company.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { nothingSerious } from './axe.js';
import { eventually, fitsScreen, picture, startWorld } from './world.js';

let world;
let stage;
before(async () => {
  world = await startWorld();
  stage = JSON.parse(await readFile(join(world.data, 'stage.json'), 'utf8'));
});
after(() => world?.stop());

/** The latest text on a phone that holds a sign-in link of the hub. */
async function link(number) {
  return eventually(`a sign-in link on ${number}`, async () => {
    const texts = await (await fetch(`${stage.phones}/api/phones/${number}/inbox`)).json();
    const links = texts.map(({ text }) => /https?:\/\/\S+\/me\/l\/[\w-]+/.exec(text)?.[0]).filter(Boolean);
    return links.find((found) => found.startsWith(world.gateway));
  });
}

async function ask(number) {
  const answer = await fetch(`${stage.roadside.control}/ask`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ number }),
  });
  assert.equal(answer.status, 200, await answer.clone().text());
  return answer.json();
}

test('a person sees what a hub passes on about them, stops one company, and lets it ask again', async () => {
  const number = stage.roadside.numbers.at(-1);
  const company = stage.roadside.name;
  // Nobody agreed to anything; it was asked through the hub all the same.
  await ask(number);
  const page = await world.phonePage();
  await page.goto(`${world.gateway}/me`);
  await page.locator('#number').fill(number);
  await page.locator('form.door button').click();
  await page.goto(await link(number));
  await page.locator('#enter').click();
  await page.locator('.board').waitFor();
  assert.equal(await page.locator('h1').innerText(), 'From here, nobody can see where you are');
  const passed = page.locator('#passed');
  assert.match(await passed.innerText(), new RegExp(company));
  await nothingSerious(page, 'the board of a hub');
  await fitsScreen(page);
  await picture(page, 'passed-1-going');
  await passed.getByRole('button', { name: `Stop ${company}` }).click();
  await page.locator('.board').waitFor();
  assert.match(await passed.innerText(), /You stopped it\. Nothing is passed on\./);
  assert.equal((await ask(number)).opened.reason, 'never');
  await nothingSerious(page, 'the board of a hub that was stopped');
  await picture(page, 'passed-2-stopped');
  await page.locator('#allow-passing').click();
  await page.locator('.board').waitFor();
  assert.equal(await page.locator('#passed').count(), 0);
  assert.notEqual((await ask(number)).opened.reason, 'never');
});
