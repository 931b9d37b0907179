// What axe-core finds on a page, light and dark, by the rules of WCAG 2.2 AA and of good practice.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

const LEVELS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const AXE = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Nothing serious is found, and nothing critical. */
export async function nothingSerious(page, what) {
  await expectNone(page, what, ({ impact }) => impact === 'serious' || impact === 'critical');
}

/** Nothing is found, of any weight. */
export async function nothingFound(page, what) {
  await expectNone(page, what, () => true);
}

async function expectNone(page, what, counts) {
  await page.evaluate(AXE);
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const { violations } = await page.evaluate((values) => globalThis.axe.run({ runOnly: { type: 'tag', values } }), LEVELS);
    const list = violations.filter(counts).map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html).join(' | ')}`);
    assert.deepEqual(list, [], `${what}, ${colorScheme}`);
  }
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'no-preference' });
}
