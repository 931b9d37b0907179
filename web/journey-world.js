// The simulated world of the journeys: who is where, and how the page talks to each of them.

import { json } from './stage-page.js';

/**
 * @typedef {{name: string, issuer: string, journalKey: string | null}} Gateway
 * @typedef {Gateway & {carrier: {name: string, kind: string, control: string}}} Home
 * @typedef {{name: string, party: string, control: string}} Party
 * @typedef {Party & {home: string, numbers: string[]}} Service
 * @typedef {Service & {switch: string, line: string}} Platform
 * @typedef {object} World
 * @property {Gateway} hub
 * @property {string} operator
 * @property {string} phones
 * @property {Record<string, Home>} homes
 * @property {Party} reseller
 * @property {Service} roadside
 * @property {Service} bank
 * @property {Platform} prison
 *
 * @typedef {Record<string, any>} Claims
 * @typedef {{at: string, what: string, jti: string, read: Claims, sealed: string[]}} Saw what a party could read of one message
 * @typedef {{leaf: number, at: string, kind: string, party: string | null, outcome: string | null, reason: string | null, closes: number | null, wrote: Claims}} Entry
 * @typedef {{seq: number, at: string, kind: string, number?: string, client?: string, status?: number, resid?: number}} Line
 * @typedef {{command: string, status: number, output: string}} Ran
 */

/** Told on the document when the phone shows something else. */
export const PHONE_CHANGED = 'phone-changed';

/** @type {World} */
export const world = JSON.parse(document.body.dataset['world'] || '{}');

/**
 * What a simulated party answers, or a sentence that says why it did not.
 *
 * @param {string} address
 * @param {unknown} body
 * @param {'POST' | 'PUT'} [method]
 * @returns {Promise<any>}
 */
export async function act(address, body, method = 'POST') {
  const sent = { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const response = await fetch(address, { cache: 'no-store', ...sent }).catch(() => undefined);
  if (!response) {
    throw new Error('A part of the simulated world does not answer. Is the demo still running?');
  }
  const text = await response.text();
  let told;
  try {
    told = JSON.parse(text);
  } catch {
    told = { message: text };
  }
  if (!response.ok) {
    throw new Error(told?.message || `expected an answer, found status ${response.status}`);
  }
  return told;
}

/**
 * Has the operator run a command.
 *
 * @param {Record<string, string>} what the action with what it is about
 * @returns {Promise<Ran>}
 */
export function command(what) {
  return act(`${world.operator}/run`, what);
}

/** The home of a journey's phones. @param {Service} service @returns {Home} */
export function homeOf(service) {
  const home = world.homes[service.home];
  if (!home) {
    throw new Error(`expected a home of the name ${service.home}, found none`);
  }
  return home;
}

/** What a party could read lately. @param {string} control @returns {Promise<Saw[]>} */
export async function sights(control) {
  const all = await json(`${control}/saw?last=60`);
  return Array.isArray(all) ? all : [];
}

/**
 * The entries of a gateway's journal after one of them.
 *
 * @param {Gateway} gateway
 * @param {number} [after]
 * @returns {Promise<{entries: Entry[], size: number}>}
 */
export async function journal(gateway, after) {
  const origin = gateway.issuer === document.body.dataset['issuer'] ? '' : gateway.issuer;
  const read = await json(`${origin}/sandbox/journal${after === undefined ? '' : `?after=${after}`}`);
  return read ?? { entries: [], size: 0 };
}

/**
 * What a carrier wrote down about requests for one phone.
 *
 * @param {Home} home
 * @param {string} number
 * @returns {Promise<Line[]>}
 */
export async function ledger(home, number) {
  const response = await fetch(`${home.carrier.control}/ledger`, { cache: 'no-store' }).catch(() => undefined);
  const text = response?.ok ? await response.text() : '';
  const lines = text.split('\n').filter(Boolean).map((line) => /** @type {Line} */ (JSON.parse(line)));
  return lines.filter((line) => line.number === number && ['retrieve', 'verify', 'slir'].includes(line.kind));
}

/** The name of whoever has this id. @param {string | undefined} id */
export function nameOf(id) {
  const parties = [world.reseller, world.roadside, world.bank, world.prison];
  return parties.find(({ party }) => party === id)?.name ?? (id?.startsWith('pty_') ? world.hub.name : (id ?? ''));
}

/** @param {string} purpose */
export function purposeWords(purpose) {
  /** @type {Record<string, string>} */
  const words = {
    RequestedServiceProvision: 'the help they asked for',
    FraudPreventionAndDetection: 'card fraud',
    InmateCommunication: 'a call from prison',
  };
  return words[purpose] ?? purpose;
}
