// A journey of the sandbox: its steps, its attempts at something else, and the one button that goes on. What a journey
// consists of stands in a file of its own.

import { clearTold, showTrouble, waiting } from './journey-told.js';
import { PHONE_CHANGED } from './journey-world.js';
import { byId, element } from './stage-page.js';

/**
 * @typedef {object} Step
 * @property {string} title a word or two for the list
 * @property {string} hint what it will bring
 * @property {string} words the sentence beside the button
 * @property {string} button
 * @property {() => Promise<string>} act does it, and says what came of it in a few words
 * @property {() => Promise<Answer | undefined>} [watch] whether the person has done it meanwhile, by their own hand
 *
 * @typedef {{result: string, ends?: boolean}} Answer what the person did, and whether nothing can go on after it
 *
 * @typedef {object} Trial something that should not work, or that a person may do at any time
 * @property {string} title
 * @property {string} words
 * @property {number} [from] the step, from 0, from which it makes sense
 * @property {number} [until] and before which
 * @property {boolean} [ends] whether nothing can go on after it
 * @property {() => Promise<string>} act
 *
 * @typedef {object} Journey
 * @property {Step[]} steps
 * @property {Trial[]} trials
 * @property {string} trialsName
 * @property {() => void} again begins with another phone
 */

const WATCH_MS = 1200;
const END_WORDS = document.getElementById('phone')
  ? 'That was the journey. Begin again with another phone, or take another journey.'
  : 'That was the journey. Begin again, or take another one.';
// Each is loaded when it is played: those at a desk have no phone and no map on their page.
const desk = () => import('./journey-desk.js');
/** @type {Record<string, () => Promise<Journey>>} */
const JOURNEYS = {
  roadside: async () => (await import('./journey-roadside.js')).roadside(),
  bank: async () => (await import('./journey-bank.js')).bank(),
  prison: async () => (await import('./journey-prison.js')).prison(),
  board: async () => (await import('./journey-board.js')).board(),
  operator: async () => (await desk()).operator(),
  developer: async () => (await desk()).developer(),
  auditor: async () => (await desk()).auditor(),
};

const { journey: name = '', issuer = '' } = document.body.dataset;
if (issuer && location.origin !== issuer) {
  // The homes let only the gateway's own address read their journals.
  location.replace(`${issuer}${location.pathname}`);
}

const journey = await /** @type {() => Promise<Journey>} */ (JOURNEYS[name])();
/** @type {string[]} */
let results = [];
/** @type {Map<Trial, string>} */
const tried = new Map();
let isOver = false;
let busy = false;

byId('trials-name').textContent = journey.trialsName;
byId('next').addEventListener('click', () => once(goOn));
byId('again').addEventListener('click', () => once(again));
clearTold();
draw();
setInterval(watch, WATCH_MS);
document.addEventListener(PHONE_CHANGED, draw);

/** One thing at a time. @param {() => Promise<void>} act */
async function once(act) {
  if (busy) {
    return;
  }
  busy = true;
  draw();
  try {
    await act();
  } catch (error) {
    showTrouble(error);
  } finally {
    busy = false;
    draw();
  }
}

async function goOn() {
  const step = journey.steps[results.length];
  if (isOver || !step) {
    return again();
  }
  waiting(`${step.title} …`);
  const result = await step.act();
  if (result) {
    done(step, result);
  }
  show(journey.steps[results.length]?.watch ? 'phone-section' : 'hops-section');
}

/** Brings what has changed into sight, where it is not. @param {string} id of a section that not every journey has */
function show(id) {
  const place = document.getElementById(id) ?? byId('told-section');
  const { top, bottom } = place.getBoundingClientRect();
  const free = innerHeight - (document.querySelector('.next-box')?.clientHeight ?? 0);
  if (top < 0 || bottom > free) {
    const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
    place.scrollIntoView({ block: 'start', behavior: still ? 'auto' : 'smooth' });
  }
}

/** Somebody may have agreed, or refused, on the phone itself meanwhile. */
async function watch() {
  const step = journey.steps[results.length];
  if (busy || isOver || !step?.watch || document.visibilityState !== 'visible') {
    return;
  }
  const answer = await step.watch().catch(() => undefined);
  if (answer && !busy) {
    done(step, answer.result);
    isOver ||= answer.ends ?? false;
    draw();
  }
}

/** @param {Step} step @param {string} result */
function done(step, result) {
  if (journey.steps[results.length] === step) {
    results.push(result);
  }
}

/** @param {Trial} trial */
async function attempt(trial) {
  waiting(`${trial.title} …`);
  tried.set(trial, await trial.act());
  isOver ||= trial.ends ?? false;
  show('hops-section');
}

async function again() {
  results = [];
  tried.clear();
  isOver = false;
  journey.again();
  clearTold();
}

function draw() {
  const step = isOver ? undefined : journey.steps[results.length];
  const go = /** @type {HTMLButtonElement} */ (byId('next'));
  go.disabled = busy;
  setText(go, step?.button ?? 'Begin again');
  const back = /** @type {HTMLButtonElement} */ (byId('again'));
  back.hidden = step === undefined || results.length === 0;
  back.disabled = busy;
  setText(byId('next-words'), step?.words ?? END_WORDS);
  drawSteps();
  drawTrials();
  document.getElementById('phone')?.toggleAttribute('data-next', step?.watch !== undefined);
}

/** Text is set only when it changes, since a screen reader reads each change of a live region. @param {HTMLElement} place @param {string} words */
function setText(place, words) {
  if (place.textContent !== words) {
    place.textContent = words;
  }
}

function drawSteps() {
  const lines = journey.steps.map((step, at) => {
    const line = element('li', at < results.length ? 'step-done' : '', '');
    line.append(element('span', 'step-title', step.title), element('span', 'step-result', results[at] ?? step.hint));
    if (at === results.length && !isOver) {
      line.setAttribute('aria-current', 'step');
    }
    return line;
  });
  byId('steps').replaceChildren(...lines);
}

function drawTrials() {
  const place = byId('trials');
  const focused = document.activeElement instanceof HTMLElement ? document.activeElement.dataset['trial'] : undefined;
  const lines = journey.trials.map((trial, at) => {
    const line = element('li', 'trial', '');
    const button = element('button', 'action trial-button', trial.title);
    button.type = 'button';
    button.dataset['trial'] = String(at);
    const isTime = results.length >= (trial.from ?? 0) && results.length < (trial.until ?? Infinity) && !isOver;
    button.disabled = busy || !isTime;
    button.addEventListener('click', () => once(() => attempt(trial)));
    const result = tried.get(trial);
    line.append(button, element('p', 'trial-words', trial.words));
    if (result) {
      line.append(element('p', 'trial-result', result));
    }
    return line;
  });
  place.replaceChildren(...lines);
  if (focused !== undefined) {
    // The list was drawn anew under the keyboard's place.
    /** @type {HTMLElement | null} */ (place.querySelector(`[data-trial="${focused}"]`))?.focus({ preventScroll: true });
  }
}
