// What the board checks by itself: the journal's head, that it goes on from the one seen before, and every entry of the
// person's own under both heads. It says what it found, what is wrong by name, and what no page can find.

import { rememberedHead, rememberedOwn, rememberHead, rememberOwn } from './board-head.js';
import { declaredRestore } from './board-restored.js';
import { Broken, checkpointOf, consistent, decode, rootOver, same, subjectHeadOf, verifyEntry } from './verify.js';

/** @typedef {import('./verify.js').Opened} Opened */
/** @typedef {Awaited<ReturnType<typeof verifyEntry>>} Checked */
/** @typedef {Awaited<ReturnType<typeof checkpointOf>>} Head */

/** What was found wrong: the name of the words that say it, and what stands in them. */
class Alarm extends Error {
  /** @param {string} word @param {Record<string, string | number>} [parts] */
  constructor(word, parts = {}) {
    super(word);
    this.word = word;
    this.parts = parts;
  }
}

/** Checks everything that this page can, and says so on it. */
export async function checkBoard() {
  const section = document.getElementById('checked');
  if (!section) {
    return;
  }
  try {
    await check(section);
  } catch (error) {
    if (error instanceof Alarm) {
      // What was seen stays remembered, so that the warning comes again.
      sayAlarm(words(error.word, error.parts));
    } else {
      // No answer is no verdict: the next visit asks again.
      tell('nothing', {});
    }
  }
}

/** @param {HTMLElement} section */
async function check(section) {
  const key = section.dataset['journalKey'] ?? '';
  const before = rememberedHead();
  const { head, answer, restored } = await journalHead(key, before);
  tell('head', { size: head.size, origin: head.origin });
  if (restored) {
    // Nothing is wrong that was not said; everybody who saw more than the backup holds has to know.
    tell('restored', restored);
    sayAtTop(words('restored', restored));
  } else {
    tell(before ? 'goes-on' : 'first-head', { at: before?.at?.slice(0, 10) ?? '' });
  }
  if (typeof answer.subject !== 'string') {
    rememberHead(answer.checkpoint, key);
    tell('own-shut', {});
    return;
  }
  const own = await subjectHeadOf(answer.subject, key).catch(() => {
    throw new Alarm('own-unsigned');
  });
  // After a restore the person's own entries may be fewer, and their numbers be given anew.
  const remembered = restored ? undefined : rememberedOwn(own.id);
  const counted = remembered ? remembered.from + remembered.hashes.length - 1 : 0;
  if (own.size < counted) {
    throw new Alarm('own-smaller', { before: counted, now: own.size });
  }
  const shown = await ownEntries(head, own, remembered);
  if (remembered) {
    tell('own-not-smaller', { before: counted, now: own.size });
  }
  tell(own.from === 1 ? 'own-all' : 'own-from', { from: own.from, count: own.size });
  await showRecords(section, head, shown);
  rememberHead(answer.checkpoint, key);
}

/**
 * The journal's head now, signed by its key, and going on from the one that was seen before, or restored under another name
 * as its operator declared.
 *
 * @param {string} key
 * @param {import('./board-head.js').Head | undefined} before
 */
async function journalHead(key, before) {
  const old = before && (await checkpointOf(before.checkpoint, before.key).catch(() => undefined));
  if (before && !old) {
    throw new Alarm('forked');
  }
  const answer = await ask(`/me/head?from=${old?.size ?? 0}`);
  const head = await checkpointOf(answer.checkpoint, key).catch(() => {
    throw new Alarm('unsigned');
  });
  const proof = Array.isArray(answer.proof) ? answer.proof.map((/** @type {string} */ hash) => decode(hash)) : undefined;
  if (before && old && before.key !== key) {
    const restored = await declaredRestore({ head: old, key: before.key }, { head, key, proof }, answer.restored);
    if (!restored) {
      throw new Alarm('forked');
    }
    return { head, answer, restored: { at: restored.at, origin: head.origin, before: old.size, now: restored.size } };
  }
  if (old && head.size < old.size) {
    throw new Alarm('older', { before: old.size, now: head.size });
  }
  if (old && old.size > 0 && !(proof && (await consistent(old, head, proof)))) {
    throw new Alarm('forked');
  }
  return { head, answer, restored: undefined };
}

/**
 * Opens the person's entries from the newest back to those that were opened here before, and holds all of them against
 * their signed head.
 *
 * @param {Head} head
 * @param {{id: string, size: number, from: number, root: Uint8Array}} own
 * @param {import('./board-head.js').Own | undefined} remembered
 */
async function ownEntries(head, own, remembered) {
  /** @type {Map<number, Uint8Array>} */
  const hashes = new Map();
  remembered?.hashes.forEach((hash, index) => hashes.set(remembered.from + index, hash));
  const known = remembered ? remembered.from + remembered.hashes.length - 1 : 0;
  /** @type {Map<number, {opened: Opened, checked: Checked}>} */
  const shown = new Map();
  let expected = own.size;
  /** @type {number | null} */
  let next = null;
  for (let page = 0; page === 0 || (next !== null && expected > Math.max(known, own.from - 1)); page += 1) {
    const answer = await ask(`/me/entries?size=${head.size}${next === null ? '' : `&before=${next}`}`);
    for (const opened of answer.entries) {
      const checked = await checkedEntry(opened, head);
      shown.set(checked.leaf, { opened, checked });
      if (checked.asked !== undefined) {
        continue;
      }
      if (checked.number > expected) {
        // It came after the signed head, which does not count it yet.
        continue;
      }
      if (checked.number !== expected) {
        throw new Alarm('missing', { number: expected });
      }
      const seen = hashes.get(expected);
      if (seen && !same(seen, checked.hash)) {
        throw new Alarm('own-other', { number: expected });
      }
      hashes.set(expected, checked.hash);
      expected -= 1;
    }
    next = answer.before;
    tell('progress', { checked: own.size - expected, count: own.size });
  }
  const list = [];
  for (let number = own.from; number <= own.size; number += 1) {
    const hash = hashes.get(number);
    if (!hash) {
      throw new Alarm('missing', { number });
    }
    list.push(hash);
  }
  if (!same(await rootOver(list), own.root)) {
    throw new Alarm('own-differ');
  }
  rememberOwn(own.id, { from: own.from, hashes: list });
  return shown;
}

/** @param {Opened} opened @param {Head} head */
async function checkedEntry(opened, head) {
  return verifyEntry(opened, head).catch((error) => {
    throw error instanceof Broken ? new Alarm('altered', { leaf: opened.leaf }) : error;
  });
}

/**
 * Puts under each row the records that it was written from, as they were checked.
 *
 * @param {HTMLElement} section
 * @param {Head} head
 * @param {Map<number, {opened: Opened, checked: Checked}>} shown
 */
async function showRecords(section, head, shown) {
  const rows = [...document.querySelectorAll('[data-leaf]')].filter((row) => row instanceof HTMLElement);
  const before = section.dataset['before'];
  if (before) {
    const answer = await ask(`/me/entries?size=${head.size}&before=${before}`);
    for (const opened of answer.entries) {
      shown.set(opened.leaf, { opened, checked: await checkedEntry(opened, head) });
    }
  }
  let checked = 0;
  for (const row of rows) {
    const leaf = Number(row.dataset['leaf']);
    const records = [...shown.values()].filter(({ checked }) => checked.leaf === leaf || checked.asked === leaf);
    if (!records.some((record) => record.checked.leaf === leaf)) {
      throw new Alarm('row-without', { leaf });
    }
    checked += records.length;
    const details = document.createElement('details');
    details.className = 'record';
    const summary = document.createElement('summary');
    summary.textContent = words('record', { leaf });
    details.append(summary);
    for (const { opened } of records) {
      for (const { text } of [opened.party, opened.subject]) {
        const pre = document.createElement('pre');
        pre.tabIndex = 0;
        pre.textContent = JSON.stringify(JSON.parse(text), null, 1);
        details.append(pre);
      }
    }
    row.append(details);
  }
  tell('rows', { count: checked });
}

/** @param {string} path @returns {Promise<any>} */
async function ask(path) {
  const response = await fetch(path, { cache: 'no-store' });
  if (!response.ok) {
    throw new Error(`expected an answer from ${path}, found ${response.status}`);
  }
  return response.json();
}

/**
 * Adds a line to what was checked; a line of the same name takes its place.
 *
 * @param {string} word
 * @param {Record<string, string | number>} parts
 */
function tell(word, parts) {
  const list = document.getElementById(word === 'own-shut' ? 'cannot' : 'verified');
  const status = document.getElementById('check-state');
  if (word === 'progress' || word === 'nothing') {
    if (status) {
      status.textContent = words(word, parts);
    }
    return;
  }
  if (status) {
    status.textContent = words('done', {});
  }
  document.getElementById('holds')?.removeAttribute('hidden');
  const line = document.createElement('li');
  line.dataset['check'] = word;
  line.textContent = words(word, parts);
  list?.append(line);
}

/** @param {string} text */
function sayAlarm(text) {
  const status = document.getElementById('check-state');
  if (status) {
    status.textContent = words('stopped', {});
  }
  sayAtTop(text);
}

/** @param {string} text */
function sayAtTop(text) {
  const alarm = document.getElementById('head-alarm');
  if (alarm) {
    alarm.hidden = false;
    alarm.textContent = text;
  }
}

/** The words of this name, filled. @param {string} word @param {Record<string, string | number>} parts */
function words(word, parts) {
  const said = document.querySelector(`#check-words [data-word="check-${word}"]`)?.textContent ?? word;
  return said.replace(/\{(\w+)\}/g, (whole, name) => String(parts[name] ?? whole));
}
