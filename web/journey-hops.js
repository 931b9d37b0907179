// The table of hops: what each could read of the last ask, and what passed it sealed.

import { HOPS, rows } from './journey-sight.js';
import { byId, element } from './stage-page.js';
import { journal, ledger, nameOf, purposeWords, sights, world } from './journey-world.js';

const SVG = 'http://www.w3.org/2000/svg';
const SETTLE_MS = 350;

/**
 * @typedef {import('./journey-sight.js').Row} Row
 * @typedef {import('./journey-sight.js').Cell} Cell
 * @typedef {import('./journey-world.js').Home} Home
 * @typedef {{hub: number, home: number, lines: number}} Mark where the records ended before an ask
 */

/** Follows the asks of one service about one phone. */
export class Hops {
  /**
   * @param {{party: {name: string, control: string}, home: Home, carried: boolean}} way
   */
  constructor(way) {
    this.way = way;
    this.#draw(undefined);
  }

  /**
   * Where all records end now.
   *
   * @param {string} number
   * @returns {Promise<Mark>}
   */
  async mark(number) {
    const { home } = this.way;
    const [hub, own, lines] = await Promise.all([journal(world.hub), journal(home), ledger(home, number)]);
    return { hub: hub.size, home: own.size, lines: lines.length };
  }

  /**
   * Shows who could read what of an ask.
   *
   * @param {Mark} mark
   * @param {string} number
   * @param {{claims: {jti: string, subject: string}, sealed?: string}} ask as the service signed it, and the outcome as it came
   * @param {string} words what was asked
   */
  async show(mark, number, { claims, sealed = '' }, words) {
    // The end of an ask is written a moment after its answer left.
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
    const { party, home, carried } = this.way;
    const after = (/** @type {number} */ size) => (size === 0 ? undefined : size - 1);
    const [service, reseller, hub, own, lines] = await Promise.all([
      sights(party.control),
      carried ? sights(world.reseller.control) : [],
      journal(world.hub, after(mark.hub)),
      journal(home, after(mark.home)),
      ledger(home, number),
    ]);
    const mine = (/** @type {import('./journey-world.js').Saw[]} */ all) => all.filter((message) => message.jti === claims.jti);
    const told = rows({
      service: mine(service),
      reseller: mine(reseller),
      carried,
      subjectBytes: claims.subject.length,
      outcomeBytes: sealed.length,
      hub: hub.entries.filter(ofAsks),
      home: own.entries.filter(ofAsks),
      carrier: lines.slice(mark.lines),
      nameOf,
      purposeWords,
    });
    byId('hops-words').textContent = words;
    this.#draw(told);
    return lines.length;
  }

  /** Shows that nothing has travelled. */
  clear() {
    byId('hops-words').textContent = 'Nothing has travelled yet.';
    this.#draw(undefined);
  }

  /** @param {Row[] | undefined} told */
  #draw(told) {
    const hops = HOPS.filter((hop) => this.way.carried || hop !== 'reseller');
    const table = element('table', told ? 'hop-table hop-fresh' : 'hop-table', '');
    table.setAttribute('role', 'table');
    table.setAttribute('aria-labelledby', 'hops-heading');
    const head = table.createTHead().insertRow();
    head.setAttribute('role', 'row');
    head.append(cell('th', 'hop-what', 'columnheader', 'To know'));
    head.append(...hops.map((hop) => this.#head(hop)));
    const body = table.createTBody();
    for (const line of told ?? []) {
      const row = body.insertRow();
      row.setAttribute('role', 'row');
      row.append(cell('th', 'hop-what', 'rowheader', line.what));
      row.append(...hops.map((hop) => this.#cell(hop, line.cells[hop])));
    }
    byId('hops').replaceChildren(table);
  }

  /** @param {string} hop */
  #head(hop) {
    const head = cell('th', 'hop-head', 'columnheader', '');
    head.scope = 'col';
    head.append(element('span', 'hop-role', ROLES[hop] ?? ''), element('span', 'hop-name', this.#name(hop)));
    return head;
  }

  /** @param {string} hop */
  #name(hop) {
    const { party, home } = this.way;
    const names = [party.name, world.reseller.name, world.hub.name, home.name, home.carrier.name];
    return names[HOPS.indexOf(hop)] ?? '';
  }

  /** @param {string} hop @param {Cell | undefined} told */
  #cell(hop, told) {
    const { sight, words, note } = told ?? { sight: 'none', words: '', note: undefined };
    const made = cell('td', `hop hop-${sight}`, 'cell', '');
    const where = element('span', 'hop-where', ROLES[hop] ?? '');
    where.append(element('span', 'hop-who', this.#name(hop)));
    made.append(where);
    const said = element('span', 'hop-words', '');
    if (sight === 'sealed') {
      said.append(padlock());
    }
    said.append(words);
    made.append(said);
    if (note) {
      made.append(element('span', 'hop-note', note));
    }
    return made;
  }
}

/** @type {Record<string, string>} */
const ROLES = { service: 'The service', reseller: 'Carries it', hub: 'The hub', home: 'The home', carrier: 'The network' };

/** Only what became of an ask or a question, not what the gateways do by themselves. @param {{kind: string}} entry */
function ofAsks({ kind }) {
  return ['asked', 'refused', 'answered', 'withheld', 'failed', 'consent-asked', 'consent-not-asked'].includes(kind);
}

/**
 * A cell that stays one for a screen reader on a small phone, where it is drawn as a block.
 *
 * @template {'th' | 'td'} Name
 * @param {Name} name
 * @param {string} className
 * @param {string} role
 * @param {string} words
 */
function cell(name, className, role, words) {
  const made = element(name, className, words);
  made.setAttribute('role', role);
  return made;
}

function padlock() {
  const drawn = document.createElementNS(SVG, 'svg');
  for (const [name, value] of Object.entries({ viewBox: '0 0 16 16', width: '15', height: '15', class: 'padlock' })) {
    drawn.setAttribute(name, value);
  }
  drawn.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', 'M4.5 7V5a3.5 3.5 0 0 1 7 0v2M3 7h10v7H3z');
  drawn.append(path);
  return drawn;
}
