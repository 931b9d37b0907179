// What the browser tests share: a demo of their own, a browser, and the short words for what people do.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, mkdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { chromium } from 'playwright-core';

const READY_MS = 120_000;
const STOP_MS = 60_000;
const PATIENCE_MS = 60_000;
const ROOT = join(import.meta.dirname, '..', '..');
export const PROGRAMS = process.env['WAYLEAVE_BIN_DIR'] ?? join(ROOT, 'target', 'debug');
export const RESULTS = join(process.env['WAYLEAVE_TEST_RESULTS'] ?? join(ROOT, 'test-results'), 'pages');
// The loader itself puts the machine's folder of libraries in the place of `$LIB`.
const OTHER_CLOCK = { LD_PRELOAD: '/usr/$LIB/faketime/libfaketimeMT.so.1', FAKETIME_DONT_FAKE_MONOTONIC: '1' };
const PHONE = { viewport: { width: 360, height: 740 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true };

/**
 * Starts a demo with a folder of its own and a browser with a fresh profile. Everything ends with `stop`.
 */
export async function startWorld(more = [], options = {}) {
  const { world, demo, data } = await startDemo(more, options);
  try {
    await mkdir(RESULTS, { recursive: true });
    const browser = await chromium.launch({
      executablePath: process.env['CHROMIUM_BIN'] ?? '/usr/bin/chromium',
      args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run'],
    });
    return new World(world, demo, data, browser);
  } catch (error) {
    await endDemo({ demo, data });
    throw error;
  }
}

/**
 * Starts a demo with a folder of its own, which `endDemo` ends and removes; or one that goes on in the folder `data` of one
 * that was stopped. `clock` has it live at another time, such as `-1d`.
 */
export async function startDemo(more = [], { data: earlier = '', clock = '' } = {}) {
  const program = join(PROGRAMS, 'wayleave');
  assert.ok(existsSync(program), `expected ${program}, found none; build it with cargo build -p wayleave`);
  const data = earlier || (await mkdtemp(join(tmpdir(), 'wayleave-web-')));
  const env = clock ? { ...process.env, ...OTHER_CLOCK, FAKETIME: clock } : process.env;
  const demo = spawn(program, ['demo', '--data', data, '--listen', '127.0.0.1:0', ...more], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  try {
    await ready(demo);
    const world = JSON.parse(await readFile(join(data, 'world.json'), 'utf8'));
    return { world, demo, data };
  } catch (error) {
    await endDemo({ demo, data });
    throw error;
  }
}

/** Ends a demo and keeps its folder. */
export function stopDemo({ demo }) {
  return ended(demo);
}

/** Ends a demo and removes its folder. */
export async function endDemo({ demo, data }) {
  await ended(demo);
  await rm(data, { recursive: true, force: true });
}

class World {
  constructor(world, demo, data, browser) {
    this.demo = demo;
    this.data = data;
    this.browser = browser;
    this.gateway = String(world.gateway ?? world.issuer).replace(/\/$/, '');
    this.peers = world.peers;
    this.phones = world.phones;
  }

  async stop() {
    await this.browser.close();
    await endDemo(this);
  }

  /** A page on a small phone; everything that the page complains about fails the test that looks at `complaints`. */
  async phonePage(options = {}) {
    return this.page({ ...PHONE, ...options });
  }

  async page(options = {}) {
    const context = await this.browser.newContext(options);
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    page.complaints = [];
    page.on('pageerror', (error) => page.complaints.push(error.message));
    page.on('console', (message) => message.type() === 'error' && page.complaints.push(message.text()));
    return page;
  }

  /** The origin of a simulated peer. */
  origin(kind) {
    const peer = this.peers.find((candidate) => candidate.kind === kind);
    assert.ok(peer, `world.json names a peer of the kind ${kind}`);
    return new URL(peer.control).origin;
  }

  async post(address, body) {
    const response = await fetch(address, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    assert.ok(response.ok, `${address} answered ${response.status}`);
    return response.json();
  }

  /** A partner asks about a number; what comes back is its own account of the exchange. */
  ask(partner, number) {
    return this.post(`${this.origin('partner')}/api/partners/${partner}/ask`, { number });
  }

  /** A partner asks for a consent. */
  askConsent(partner, number, terms = {}) {
    return this.post(`${this.origin('partner')}/api/partners/${partner}/consents`, { number, ...terms });
  }

  async consentStatus(partner, id) {
    const response = await fetch(`${this.origin('partner')}/api/partners/${partner}/consents/${id}`);
    return (await response.json()).body.status;
  }

  /** Waits for the text that carries a link, and reads the link and the code from it. */
  async question(number) {
    const { inbox } = this.phones.find((phone) => phone.number === number);
    return eventually(`a text with a link on ${number}`, async () => {
      const texts = await (await fetch(inbox)).json();
      const text = texts.map((received) => received.text).findLast((words) => words.includes('/c/'));
      const link = text && /https?:\/\/\S+\/c\/[\w-]+/.exec(text)?.[0];
      return link && { text, link, code: /YES (\d{4})/.exec(text)?.[1] };
    });
  }

  /** How often the carrier was asked where this phone is, by its own ledger. */
  async carrierQueries(number) {
    const control = this.peers.find((peer) => peer.kind === 'carrier-camara').control;
    const lines = (await (await fetch(`${control}/ledger`)).text()).split('\n').filter(Boolean);
    return lines.map((line) => JSON.parse(line)).filter((line) => line.number === number).length;
  }
}

/** Asks again and again until there is something. */
export async function eventually(what, look) {
  const until = Date.now() + PATIENCE_MS;
  while (Date.now() < until) {
    const found = await look();
    if (found) {
      return found;
    }
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
  throw new Error(`expected ${what} within ${PATIENCE_MS / 1000} s, found none`);
}

/** Signs in by a key that may still have to wait, until `opened` shows. A press may also come while the page changes. */
export function keyOpens(page, opened) {
  const shows = () => page.locator(opened).waitFor({ timeout: 1500 }).then(() => true, () => false);
  return eventually('the key to be in effect', async () => {
    if (await page.locator(opened).isVisible()) {
      return true;
    }
    await page.locator('#key:enabled').click({ timeout: 1500 }).catch(() => {});
    return shows();
  });
}

/** Waits until the question's page shows this state. */
export async function showsState(frame, state) {
  await frame.locator(`#question[data-state="${state}"]`).waitFor();
}

/** Nothing may be wider than the screen. */
export async function fitsScreen(page) {
  const [wide, screen] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  assert.ok(wide <= screen, `expected a page of at most ${screen} pixels, found ${wide}`);
}

/** Keeps a picture for people to look at. */
export async function picture(page, name, fullPage = true) {
  await page.screenshot({ path: join(RESULTS, `${name}.png`), fullPage });
}

/** Metres between two points, near enough for a city. */
export function metresBetween(one, other) {
  const north = (one.latitude - other.latitude) * 111_320;
  const east = (one.longitude - other.longitude) * 111_320 * Math.cos((one.latitude * Math.PI) / 180);
  return Math.hypot(north, east);
}

function ready(demo) {
  return new Promise((resolve, reject) => {
    const said = [];
    const late = setTimeout(() => reject(new Error(`the demo was not ready in time: ${said.join('\n')}`)), READY_MS);
    createInterface({ input: demo.stderr }).on('line', (line) => said.push(line));
    createInterface({ input: demo.stdout }).on('line', (line) => {
      said.push(line);
      if (line.startsWith('ready')) {
        clearTimeout(late);
        resolve();
      }
    });
    demo.on('exit', (code) => {
      clearTimeout(late);
      reject(new Error(`the demo ended with ${code}: ${said.join('\n')}`));
    });
    demo.on('error', reject);
  });
}

async function ended(demo) {
  if (demo.exitCode !== null || demo.signalCode !== null) {
    return;
  }
  const gone = new Promise((resolve) => demo.once('exit', resolve));
  demo.kill('SIGINT');
  const hard = setTimeout(() => demo.kill('SIGKILL'), STOP_MS);
  await gone;
  clearTimeout(hard);
}
