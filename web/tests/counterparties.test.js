// The page of counterparties as a reader meets it: with whom it goes on, with whom it ends, and who owes the word that it
// deleted what it received; narrow and wide, light and dark, in both languages.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { nothingFound } from './axe.js';
import { PROGRAMS, fitsScreen, picture, startWorld } from './world.js';

const SCREENS = [{ width: 360, height: 740 }, { width: 1280, height: 800 }];
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

let world;
before(async () => {
  world = await startWorld();
  // One agreement ends in a month, one is over since a minute ago; the third goes on.
  end('plain', Date.now() + 30 * DAY_MS);
  end('bank', Date.now() - MINUTE_MS, '--at-once');
});
after(() => world?.stop());

function end(party, at, ...more) {
  const on = new Date(at).toISOString();
  const config = join(world.data, 'wayleave.toml');
  execFileSync(join(PROGRAMS, 'wayleave'), ['party', 'end', party, '--on', on, '--config', config, ...more]);
}

for (const language of ['en', 'es']) {
  test(`the page is accessible and fits, narrow and wide: ${language}`, async () => {
    for (const viewport of SCREENS) {
      const page = await world.page({ viewport });
      await page.goto(`${world.gateway}/counterparties?lang=${language}`);
      assert.equal(await page.locator('html').getAttribute('lang'), language);
      await fitsScreen(page);
      await nothingFound(page, `counterparties in ${language} at ${viewport.width}`);
      await page.emulateMedia({ colorScheme: 'light' });
      await picture(page, `counterparties-${language}-${viewport.width}`);
      assert.deepEqual(page.complaints, []);
      await page.close();
    }
  });
}

test('each party stands where its agreement stands, and the document says the same', async () => {
  const page = await world.page({ viewport: SCREENS[1] });
  await page.goto(`${world.gateway}/counterparties?lang=en`);
  const { parties } = await (await fetch(`${world.gateway}/wayleave/v1/counterparties`)).json();
  const standing = Object.fromEntries(parties.map((party) => [party.name, party.standing]));
  assert.equal(standing['Plainfield Towing'], 'notice');
  assert.equal(standing['Harbour Bank'], 'attestation-due');
  assert.equal(standing['Aster Roadside Help'], 'live');
  for (const [name, word] of Object.entries(standing)) {
    const row = page.locator(`section[aria-labelledby="${word}"] th[scope="row"]`).getByText(name, { exact: true });
    assert.equal(await row.count(), 1, `${name} under ${word}`);
  }
  await page.close();
});
