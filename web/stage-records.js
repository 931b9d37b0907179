// The two records on the stage: what the carrier received, in its own ledger, and what the gateway wrote down.

import { byId, element } from './stage-page.js';

const POLL_MS = 1200;
const LINES_MOST = 60;
const LOCATION_KINDS = ['retrieve', 'verify'];

/**
 * @typedef {{seq: number, at: string, kind: string, number?: string, status?: number, code?: string}} LedgerLine
 * @typedef {{leaf: number, at: string, kind: string, party: string | null, outcome: string | null, reason: string | null}} Entry
 */

/** Follows the carrier's ledger and counts what concerns one phone. */
export class Ledger {
  /** @type {LedgerLine[]} */ #lines = [];
  #number = '';

  /** @param {string} control the carrier's control address */
  constructor(control) {
    follow(async () => {
      const after = this.#lines.at(-1)?.seq ?? 0;
      const response = await fetch(`${control}/ledger?after=${after}`);
      const text = response.ok ? await response.text() : '';
      const fresh = text.split('\n').filter(Boolean).map((line) => /** @type {LedgerLine} */ (JSON.parse(line)));
      this.#take(fresh.filter(({ seq }) => seq > after));
    });
  }

  /** @param {string} number the phone on the stage */
  show(number) {
    this.#number = number;
    byId('carrier-lines').replaceChildren();
    this.#lines.forEach((line) => this.#draw(line, false));
    this.#count();
  }

  /** @param {LedgerLine[]} fresh */
  #take(fresh) {
    const first = this.#lines.length === 0;
    this.#lines.push(...fresh);
    fresh.forEach((line) => this.#draw(line, !first));
    this.#count();
  }

  /**
   * @param {LedgerLine} line
   * @param {boolean} isNew
   */
  #draw(line, isNew) {
    if (!LOCATION_KINDS.includes(line.kind)) {
      return;
    }
    const mine = line.number === this.#number;
    prepend('carrier-lines', isNew, [
      ['record-what', line.kind === 'verify' ? 'Near a place?' : 'Where?'],
      ['record-when', clock(line.at)],
      [mine ? 'record-mine' : 'record-whose', mine ? 'this phone' : (line.number ?? 'unreadable')],
      ['record-outcome', String(line.code ?? line.status ?? '')],
    ]);
  }

  #count() {
    const lines = this.#lines.filter(({ kind, number }) => LOCATION_KINDS.includes(kind) && number === this.#number);
    byId('carrier-count').textContent = String(lines.length);
    byId('carrier-count-words').textContent = `${lines.length === 1 ? 'time' : 'times'} asked where this phone is`;
    if (!byId('carrier-lines').hasChildNodes()) {
      byId('carrier-lines').append(element('li', 'empty', 'Its ledger is empty.'));
    }
  }
}

/** Follows the gateway's journal. */
export function followJournal() {
  /** @type {number | undefined} */
  let last;
  follow(async () => {
    // Without a place to begin after, the gateway shows the newest entries.
    const after = last === undefined ? '' : `?after=${last}`;
    const response = await fetch(`/sandbox/journal${after}`, { cache: 'no-store' });
    if (!response.ok) {
      return;
    }
    const { entries, size } = /** @type {{entries: Entry[], size: number}} */ (await response.json());
    byId('journal-size').textContent = size.toLocaleString('en');
    const isFirst = last === undefined;
    for (const entry of entries.filter(({ leaf }) => isFirst || leaf > (last ?? -1))) {
      last = entry.leaf;
      prepend('journal-lines', !isFirst, [
        ['record-what', sentence(entry.kind)],
        ['record-when', `entry ${entry.leaf}`],
        ['record-whose', entry.party ?? ''],
        ['record-outcome', [entry.outcome, entry.reason].map(plain).filter(Boolean).join(': ')],
      ]);
    }
  });
}

/**
 * Runs `read` again and again while somebody looks; a read that fails is tried again at the next turn.
 *
 * @param {() => Promise<void>} read
 */
async function follow(read) {
  for (;;) {
    if (document.visibilityState === 'visible') {
      await read().catch(() => undefined);
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/**
 * @param {string} list
 * @param {boolean} isNew
 * @param {[string, string][]} parts
 */
function prepend(list, isNew, parts) {
  const place = byId(list);
  place.querySelector('.empty')?.remove();
  const line = element('li', isNew ? 'record record-new' : 'record', '');
  line.append(...parts.map(([className, words]) => element('span', className, words)));
  place.prepend(line);
  while (place.children.length > LINES_MOST) {
    place.lastElementChild?.remove();
  }
}

/** @param {string | null} name */
function plain(name) {
  return (name ?? '').replaceAll(/[_-]/g, ' ');
}

/** @param {string} name */
function sentence(name) {
  return plain(name).charAt(0).toUpperCase() + plain(name).slice(1);
}

/** @param {string} at */
function clock(at) {
  const moment = new Date(at);
  return Number.isNaN(moment.getTime()) ? '' : moment.toLocaleTimeString('en-GB');
}
