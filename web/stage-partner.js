// The company on the stage: what it sent, and what it was told.

import { clearMap, showArea, showQuestion } from './stage-map.js';
import { byId, element, json } from './stage-page.js';
import { verifyReceipt } from './verify.js';

const HEADER_CHARACTERS_MOST = 72;

/**
 * @typedef {import('./stage-map.js').Area} Area
 * @typedef {import('./stage-map.js').Point} Point
 * @typedef {object} Exchange what the company's own backend says about one request that it made
 * @property {{method: string, url: string, headers: Record<string, string>, body: any}} request
 * @property {number} status
 * @property {Record<string, string>} headers
 * @property {any} body
 * @property {number} tookMs
 */

/** The companies of the sandbox, by the names of their backends. */
export const PARTNERS = {
  roadside: { name: 'Aster Roadside Help', ask: 'Ask where the phone is' },
  bank: { name: 'Harbour Bank', ask: 'Ask whether it is near' },
  plain: { name: 'Plainfield Towing', ask: 'Ask where the phone is' },
};

/** Shows that nothing was asked so far. */
export function clearExchange() {
  byId('answer').replaceChildren(element('p', 'empty', 'No request so far.'));
  byId('request').hidden = true;
  clearMap();
}

/** @param {string} words */
export function waiting(words) {
  byId('answer').replaceChildren(element('p', 'empty', words));
}

/**
 * Shows a request and its answer.
 *
 * @param {Exchange | undefined} exchange
 * @param {Point | undefined} truth where the phone truly is
 */
export function showExchange(exchange, truth) {
  if (!exchange) {
    waiting('The company’s own backend does not answer. Is the demo still running?');
    return;
  }
  showRequest(exchange);
  const { body, status } = exchange;
  const answer = byId('answer');
  answer.replaceChildren(headline(exchange));
  const details = element('dl', 'answer-facts', '');
  for (const [name, value] of facts(exchange)) {
    const line = element('div', '', '');
    line.append(element('dt', '', name), element('dd', '', value));
    details.append(line);
  }
  answer.append(details);
  const receipt = receiptOf(exchange.headers);
  if (receipt) {
    answer.append(receiptCard(receipt));
  }
  if (body?.area) {
    showArea(body.area, truth, truth ? 'The answer. The dot is where the phone truly was, which only the network knows.' : 'The answer.');
  } else if (body?.verificationResult) {
    showQuestion(exchange.request.body?.area ?? {}, `What was asked. All that was answered: ${yesNo(body.verificationResult)}.`);
  } else if (status >= 400) {
    clearMap();
  }
}

/** @param {Exchange} exchange */
function headline(exchange) {
  const words = element('p', exchange.status < 300 ? 'verdict' : 'verdict verdict-refused', '');
  words.append(element('strong', '', String(exchange.status)), ' ', verdict(exchange));
  words.append(element('span', 'took', `${Math.round(exchange.tookMs)} ms`));
  return words;
}

/** @param {Exchange} exchange */
function verdict({ status, body }) {
  if (body?.area) {
    return 'An area';
  }
  if (body?.verificationResult) {
    const said = yesNo(body.verificationResult);
    return said.charAt(0).toUpperCase() + said.slice(1);
  }
  if (status === 201) {
    return 'The question is put';
  }
  return status === 403 ? 'Refused' : status < 300 ? 'Answered' : 'Not answered';
}

/** @param {string} result */
function yesNo(result) {
  return { TRUE: 'yes', FALSE: 'no', PARTIAL: 'partly' }[result] ?? 'not known';
}

/**
 * What the answer says, as names and values.
 *
 * @param {Exchange} exchange
 * @returns {[string, string][]}
 */
function facts({ body }) {
  /** @type {[string, string][]} */
  const said = [];
  const { area } = body ?? {};
  if (area?.center) {
    said.push(['Radius', `${Math.round(area.radius)} m`], ['Middle', place(area.center)]);
  } else if (area?.boundary) {
    said.push(['Corners', String(area.boundary.length)]);
  }
  // A sandbox also says the true reason, which no outsider learns from a live gateway.
  for (const [name, value] of Object.entries({ ...body, ...body?.sandbox })) {
    if (name !== 'status' && (typeof value === 'string' || typeof value === 'number')) {
      said.push([spaced(name), String(value)]);
    }
  }
  return said;
}

/** @param {Point} point */
function place({ latitude, longitude }) {
  return `${latitude.toFixed(4)}, ${longitude.toFixed(4)}`;
}

/**
 * "lastLocationTime" as "Last location time".
 *
 * @param {string} name
 */
function spaced(name) {
  const words = name.replaceAll(/([a-z])([A-Z])/g, '$1 $2').replaceAll('_', ' ').toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/**
 * The receipt of an answer as it came, when one did.
 *
 * @param {Record<string, string>} headers
 * @returns {string | undefined}
 */
export function receiptOf(headers) {
  const name = Object.keys(headers ?? {}).find((header) => header.toLowerCase() === 'wayleave-receipt');
  return name ? headers[name] : undefined;
}

/**
 * A receipt, checked here and now.
 *
 * @param {string} receipt
 */
function receiptCard(receipt) {
  const card = element('details', 'receipt', '');
  const summary = element('summary', '', 'Receipt: checking');
  const text = element('pre', '', '');
  text.tabIndex = 0;
  card.append(summary, text);
  verifyReceipt(receipt, document.body.dataset['journalKey'] || undefined).then(
    ({ leaf, size, origin, party, signed }) => {
      card.classList.add('receipt-verified');
      summary.textContent = `Receipt checked in this browser: entry ${leaf} of ${size}`;
      const proof = `The proof leads from this entry to the root of ${origin}.`;
      const signature = signed ? 'Its signature is good.' : 'Its signature was not checked, for want of its key.';
      text.textContent = `${proof}\n${signature}\n\n${JSON.stringify(party, undefined, 2)}`;
    },
    (error) => {
      card.classList.add('receipt-bad');
      summary.textContent = 'The receipt does not hold';
      text.textContent = String(error instanceof Error ? error.message : error);
    },
  );
  return card;
}

/** @param {Exchange} exchange */
function showRequest({ request, body }) {
  const { pathname } = new URL(request.url, location.href);
  byId('request').hidden = false;
  byId('request-line').textContent = `${request.method} ${pathname}`;
  const headers = Object.entries(request.headers ?? {}).map(([name, value]) => `${name}: ${shortened(value)}`);
  const sent = request.body === null || request.body === undefined ? [] : ['', JSON.stringify(request.body, undefined, 2)];
  const answered = ['', 'Answer', JSON.stringify(body, undefined, 2)];
  byId('request-text').textContent = [...headers, ...sent, ...answered].join('\n');
}

/** @param {string} value */
function shortened(value) {
  return value.length > HEADER_CHARACTERS_MOST ? `${value.slice(0, HEADER_CHARACTERS_MOST)}…` : value;
}

/**
 * Has the company ask.
 *
 * @param {string} backend the address of the company's backend
 * @param {string} number
 * @returns {Promise<Exchange | undefined>}
 */
export function ask(backend, number) {
  return json(`${backend}/ask`, { number });
}

/**
 * Has the company ask for a consent.
 *
 * @param {string} backend
 * @param {string} number
 * @returns {Promise<Exchange | undefined>}
 */
export function askConsent(backend, number) {
  return json(`${backend}/consents`, { number });
}

/**
 * How a consent stands, as the company may know it.
 *
 * @param {string} backend
 * @param {string} id
 * @returns {Promise<string | undefined>} `PENDING`, `GIVEN` or `ENDED`
 */
export async function consentStatus(backend, id) {
  return (await json(`${backend}/consents/${encodeURIComponent(id)}`))?.body?.status;
}
