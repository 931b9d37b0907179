// What the journeys of one service have in common: its phone, its asks through the chain, and what the network was asked.

import { Hops } from './journey-hops.js';
import { size } from './journey-sight.js';
import { showOutcome, showWords } from './journey-told.js';
import { PHONE_CHANGED, act, homeOf, journal, ledger, world } from './journey-world.js';
import { Phone } from './stage-phone.js';
import { byId } from './stage-page.js';

/**
 * @typedef {import('./journey-world.js').Service} Service
 * @typedef {import('./journey-told.js').Facts} Facts
 */

const LINKS = /https?:\/\/\S+\/(?:c|me\/l)\/[\w-]+/;
const AGREED_POLL_MS = 400;
const AGREED_POLLS = 25;

/** A service, one of its phones, and the way between them. */
export class Chain {
  #at = 0;
  #asked = 0;

  /**
   * @param {string} name of the journey, under which the phone is remembered
   * @param {Service} party
   * @param {boolean} carried whether the reseller stands between
   */
  constructor(name, party, carried) {
    this.party = party;
    this.home = homeOf(party);
    this.kept = `wayleave-journey-${name}`;
    this.#at = Math.max(party.numbers.indexOf(sessionStorage.getItem(this.kept) ?? ''), 0);
    this.hops = document.getElementById('hops') ? new Hops({ party, home: this.home, carried }) : undefined;
    this.phone = new Phone({
      phones: world.phones,
      issuer: this.home.issuer,
      number: () => this.number,
      pageState: () => undefined,
      changed: () => document.dispatchEvent(new Event(PHONE_CHANGED)),
      links: LINKS,
    });
    void this.count();
  }

  /** The phone of this journey. */
  get number() {
    return this.party.numbers[this.#at] ?? '';
  }

  /** Another phone of the same carrier. */
  get stranger() {
    return this.party.numbers[(this.#at + 1) % this.party.numbers.length] ?? '';
  }

  /** Takes the next phone. */
  next() {
    this.#at = (this.#at + 1) % this.party.numbers.length;
    sessionStorage.setItem(this.kept, this.number);
    this.phone.reset();
    this.hops?.clear();
    void this.count();
  }

  /** How often the network was asked where this phone is. */
  async count() {
    const lines = (await ledger(this.home, this.number)).length;
    const place = document.getElementById('carrier-count');
    if (place) {
      place.textContent = String(lines);
      const times = lines === 1 ? 'time' : 'times';
      byId('carrier-count-words').textContent = `${times} ${this.home.carrier.name} was asked where this phone is`;
    }
    return lines;
  }

  /**
   * Has the service sign and send something, and shows who could read what.
   *
   * @param {'ask' | 'consent' | 'status'} what
   * @param {Record<string, unknown>} body
   * @param {string} words what travelled, for the heading
   * @param {Facts} [more]
   */
  async send(what, body, words, more) {
    const mark = await this.hops?.mark(this.number);
    const before = mark?.lines ?? (await this.count());
    const told = await act(`${this.party.control}/${what}`, { number: this.number, ...body });
    if (mark) {
      await this.hops?.show(mark, this.number, told, words);
    }
    const after = await this.count();
    const facts = more ? [...more, networkFact(before, after)] : [];
    await showOutcome(this.party.name, told, { home: this.home, number: this.number }, facts);
    return told;
  }

  /** The step in which the person answers: by their own hand on the phone, or by the button. */
  agreeing() {
    const chain = this;
    return {
      title: 'Agree',
      hint: 'On the person’s phone',
      get words() {
        return chain.phone.pageOpen
          ? 'Who, why, through whom, how exact, how long. Answer by hand on the phone, or press here.'
          : 'The phone got a text in the name of its own carrier. Its link opens the question.';
      },
      get button() {
        return chain.phone.pageOpen ? 'Agree in their place' : 'Open the link';
      },
      act: () => chain.#openOrAgree(),
      watch: () => chain.answered(),
    };
  }

  async #openOrAgree() {
    if (this.phone.pageOpen) {
      return this.agree();
    }
    for (let poll = 0; poll < AGREED_POLLS && !this.phone.hasLink; poll += 1) {
      await new Promise((resolve) => setTimeout(resolve, AGREED_POLL_MS));
    }
    this.phone.openNewest();
    showWords('The person is asked', 'The question is on their phone', true, [
      ['Whose page', `${this.home.name}’s: the hub cannot ask this person, and cannot answer for them`],
      ['Two buttons', 'agree and refuse, of one size; silence is a no'],
    ]);
    return '';
  }

  /** Remembers where the home's journal ends, before a question is answered. */
  async listen() {
    this.#asked = (await journal(this.home)).size;
  }

  /** What the person has answered since, by the home's journal; nothing yet is nothing. */
  async answered() {
    const { entries } = await journal(this.home, Math.max(this.#asked - 1, 0));
    const kinds = entries.filter(({ party }) => party === this.party.name).map(({ kind }) => kind);
    if (kinds.includes('consent-given')) {
      return { result: 'Agreed on the phone' };
    }
    const isNo = kinds.some((kind) => ['consent-refused', 'consent-lapsed'].includes(kind));
    return isNo ? { result: 'They said no, and that is the end', ends: true } : undefined;
  }

  /** Agrees in the person's place: the phone's own browser opens the link and signs, and replies where that is wanted. */
  async agree() {
    await act(`${world.phones}/api/phones/${this.number}/agree`, {});
    for (let poll = 0; poll < AGREED_POLLS; poll += 1) {
      const said = (await this.answered())?.result;
      if (said) {
        this.phone.close();
        showWords('The person agreed', 'Signed by a key that only this phone has', true, [
          ['Where', `on a page of ${this.home.name}, which is home to this number`],
          ['Written down', 'in its journal, before anything else can happen'],
        ]);
        return said;
      }
      await new Promise((resolve) => setTimeout(resolve, AGREED_POLL_MS));
    }
    throw new Error('expected the answer in the journal of the home, found none yet');
  }

  /** A text from the phone. @param {string} text */
  text(text) {
    this.phone.close();
    return this.phone.reply(text);
  }

  /**
   * Has the reseller do something of its own, and shows what it got.
   *
   * @param {'replay' | 'invent'} what
   * @param {Record<string, unknown>} body
   * @param {string} words
   */
  async reseller(what, body, words) {
    const before = await this.count();
    const carried = await act(`${world.reseller.control}/${what}`, body);
    const after = await this.count();
    const isSealed = carried.contentType === 'application/jose';
    showWords(world.reseller.name, words, false, [
      ['It got', `status ${carried.status}, ${isSealed ? `a sealed outcome of ${size(carried.body.length)}` : plainBody(carried.body)}`],
      ['It can read', isSealed ? 'nothing of it: every outcome looks like this one' : 'that it was not taken'],
      networkFact(before, after),
      ['Written down', await this.lastAtHub()],
    ]);
    return after === before ? 'Refused; the network was not asked' : 'The network was asked';
  }

  /** What the hub wrote down last. */
  async lastAtHub() {
    const last = (await journal(world.hub)).entries.at(-1);
    return last ? `entry ${last.leaf} of the hub: ${last.kind}${last.reason ? `, ${last.reason.replaceAll('-', ' ')}` : ''}` : 'nothing';
  }

  /** Runs something while the reseller behaves so, and honestly again after it. @param {Record<string, unknown>} behaviour @param {() => Promise<string>} then */
  async whileResellerDoes(behaviour, then) {
    await act(`${world.reseller.control}/behaviour`, behaviour, 'PUT');
    try {
      return await then();
    } finally {
      await act(`${world.reseller.control}/behaviour`, {}, 'PUT');
    }
  }
}

/**
 * @param {number} before
 * @param {number} after
 * @returns {[string, string]}
 */
export function networkFact(before, after) {
  const same = before === after;
  return ['The network', same ? `was not asked: its ledger said ${before} before, and says ${after}` : `was asked: ${before} before, ${after} now`];
}

/**
 * A step that came to something else than the journey needs.
 *
 * @param {any} told
 * @returns {never}
 */
export function stuck(told) {
  const { reason, problem } = told.opened ?? {};
  if (told.status >= 500) {
    throw new Error('The reseller could not carry it. Was it left suspended in the operator’s journey? Release it there.');
  }
  throw new Error(`expected another outcome, found ${reason ?? problem?.code ?? told.doubt ?? told.status}`);
}

/** @param {string} body */
function plainBody(body) {
  try {
    return String(JSON.parse(body).code ?? 'a plain error').toLowerCase().replaceAll('_', ' ');
  } catch {
    return 'a plain error';
  }
}
