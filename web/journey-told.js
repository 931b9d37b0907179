// What came of a step: an outcome that a service opened, something that a company did, or a command with its output.

import { clearMap, showArea, showQuestion } from './stage-map.js';
import { byId, element, json } from './stage-page.js';
import { distance, outcomeWords, plain, verdict } from './journey-sight.js';

/**
 * @typedef {import('./journey-world.js').Ran} Ran
 * @typedef {import('./journey-world.js').Home} Home
 * @typedef {[string, string][]} Facts
 */

/** Shows that nothing was done so far. */
export function clearTold() {
  title('What came of it', 'Nothing yet');
  byId('told').replaceChildren(element('p', 'empty', 'No step was taken so far.'));
  clear();
}

/** @param {string} words */
export function waiting(words) {
  byId('told').replaceChildren(element('p', 'empty', words));
}

/** @param {string} role @param {string} name */
function title(role, name) {
  byId('told-role').textContent = role;
  byId('told-name').textContent = name;
}

function clear() {
  if (document.getElementById('map-overlay')) {
    clearMap();
  }
}

/**
 * Says in one line what happened, with what is to be known of it.
 *
 * @param {string} who
 * @param {string} words
 * @param {boolean} isGood
 * @param {Facts} facts
 */
export function showWords(who, words, isGood, facts) {
  title(isGood ? 'What came of it' : 'What came of the attempt', who);
  byId('told').replaceChildren(headline(isGood ? '✓' : '×', words, isGood), list(facts));
  clear();
}

/**
 * Shows what a service made of the outcome of its ask.
 *
 * @param {string} who
 * @param {any} told what the service's own program says
 * @param {{home: Home, number: string}} where
 * @param {Facts} [more]
 */
export async function showOutcome(who, told, where, more = []) {
  const { opened, claims } = told;
  const isGood = ['answered', 'asked', 'state'].includes(opened?.outcome) && told.accepted;
  title('The service opened', who);
  const answer = byId('told');
  answer.replaceChildren(headline(isGood ? '✓' : '×', headWords(told), isGood, told.tookMs), list([...facts(told), ...more]));
  answer.append(details('What it signed', claims), details('What it opened', opened ?? told.body));
  const area = opened?.answer?.area;
  if (!document.getElementById('map-overlay')) {
    return;
  }
  if (area) {
    const truth = await truthAt(where, opened.answer.lastLocationTime);
    const words = 'The answer. The dot is where the phone truly was, which only the network knows.';
    showArea(area, truth, truth ? words : 'The answer.');
  } else if (opened?.answer?.verificationResult) {
    const said = verdict(opened.answer.verificationResult).toLowerCase();
    showQuestion(claims.question?.area ?? {}, `What was asked. All that was answered: ${said}.`);
  } else {
    clear();
  }
}

/** @param {any} told */
function headWords(told) {
  if (told.opened) {
    return outcomeWords(told.opened);
  }
  return told.status >= 400 ? `Not taken (${told.status})` : 'An outcome that it cannot open';
}

/**
 * @param {any} told
 * @returns {Facts}
 */
function facts({ opened, doubt, accepted, sealed, body }) {
  /** @type {Facts} */
  const said = [];
  if (body) {
    said.push(['Told', messageOf(body)]);
  }
  const { answer, problem, reason, nextStep } = opened ?? {};
  if (answer?.area?.radius) {
    said.push(['Area', `${distance(answer.area.radius)} around a place`]);
  }
  if (answer?.lastLocationTime) {
    said.push(['Seen at', new Date(answer.lastLocationTime).toLocaleTimeString('en-GB')]);
  }
  if (problem?.code) {
    said.push(['Told', plain(problem.code).toLowerCase()]);
  }
  if (reason) {
    said.push(['True reason', `${plain(reason)} (said in a sandbox alone)`]);
  }
  if (nextStep) {
    said.push(['Next', plain(nextStep)]);
  }
  if (opened?.receipt && accepted) {
    said.push(['Receipt', 'leads to a signed checkpoint of the journal']);
  }
  if (doubt) {
    said.push(['Doubt', String(doubt)]);
  }
  if (sealed) {
    said.push(['Travelled as', `${sealed.length.toLocaleString('en')} bytes, the same for every outcome`]);
  }
  return said;
}

/** What whoever carried the ask said instead of an outcome. @param {string} body */
function messageOf(body) {
  try {
    return String(JSON.parse(body).message ?? body);
  } catch {
    return body;
  }
}

/**
 * Shows a command as it ran, and what it said.
 *
 * @param {string} who
 * @param {Ran} ran
 * @param {string} words
 */
export function showCommand(who, ran, words) {
  const isGood = ran.status === 0;
  title('What ran', who);
  const shown = element('pre', 'shell', '');
  shown.tabIndex = 0;
  shown.setAttribute('aria-label', 'The command and its output');
  shown.append(element('span', 'shell-command', `$ ${ran.command}`), `\n${ran.output.trimEnd() || '(it said nothing)'}`);
  byId('told').replaceChildren(headline(isGood ? '✓' : String(ran.status), words, isGood), shown);
}

/** @param {any} told the outcome of an attempt */
export function refusedWords(told) {
  const { opened } = told;
  return opened?.outcome === 'refused' ? `Refused: ${String(opened.reason ?? 'no permission').replaceAll('-', ' ')}` : opened ? `Came to: ${outcomeWords(opened).toLowerCase()}` : `Not carried (${told.status})`;
}

/** @param {unknown} error */
export function showTrouble(error) {
  title('What came of it', 'It did not work');
  const words = error instanceof Error ? error.message : String(error);
  byId('told').replaceChildren(headline('!', 'This step did not work', false), element('p', '', words));
}

/**
 * @param {string} mark
 * @param {string} words
 * @param {boolean} isGood
 * @param {number} [tookMs]
 */
function headline(mark, words, isGood, tookMs) {
  const line = element('p', isGood ? 'verdict' : 'verdict verdict-refused', '');
  line.append(element('strong', '', mark), ' ', words);
  if (tookMs !== undefined) {
    line.append(element('span', 'took', `${Math.round(tookMs)} ms`));
  }
  return line;
}

/** @param {Facts} said */
function list(said) {
  const lines = element('dl', 'answer-facts', '');
  for (const [name, value] of said) {
    const line = element('div', '', '');
    line.append(element('dt', '', name), element('dd', '', value));
    lines.append(line);
  }
  return lines;
}

/** @param {string} summary @param {unknown} what */
function details(summary, what) {
  const made = element('details', 'receipt', '');
  const text = element('pre', '', typeof what === 'string' ? what : JSON.stringify(what, undefined, 2));
  text.tabIndex = 0;
  made.append(element('summary', '', summary), text);
  return made;
}

/**
 * Where the phone truly was when its network last saw it.
 *
 * @param {{home: Home, number: string}} where
 * @param {string | undefined} time
 */
async function truthAt({ home, number }, time) {
  const known = await json(`${home.carrier.control}/phones/${encodeURIComponent(number)}`);
  const fixes = Array.isArray(known?.fixes) ? known.fixes : [];
  return fixes.find((/** @type {any} */ fix) => Date.parse(fix.at) === Date.parse(time ?? ''))?.truth;
}
