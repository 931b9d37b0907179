// The stage of the sandbox: it joins the phone, the company, the two records and the story. Whoever presses a button on
// the phone or at the company moves the story on; the button of the story presses the same buttons.

import { byId, json } from './stage-page.js';
import { Phone } from './stage-phone.js';
import { PARTNERS, ask, askConsent, clearExchange, consentStatus, receiptOf, showExchange, waiting } from './stage-partner.js';
import { Ledger, followJournal } from './stage-records.js';
import { answered, asked, begin, consentAsked, next } from './stage-story.js';

/**
 * @typedef {keyof typeof PARTNERS} PartnerName
 * @typedef {import('./stage-partner.js').Exchange} Exchange
 */

const STATUS_POLL_MS = 1500;
const PHONES_MOST = 9;
const KEPT_NUMBER = 'wayleave-stage-number';

const { issuer = '', phones = '', partner = '', carrierControl = '', number: firstNumber = '' } = document.body.dataset;
if (issuer && location.origin !== issuer) {
  // The links in the texts name the gateway's own address; the phone's frame shows only pages of the same origin.
  location.replace(issuer);
}

let number = sessionStorage.getItem(KEPT_NUMBER) ?? firstNumber;
let company = /** @type {PartnerName} */ ('roadside');
let story = begin();
let consent = '';
let busy = false;

const phone = new Phone({ phones, issuer, number: () => number, pageState, changed: draw });
const ledger = new Ledger(carrierControl);
ledger.show(number);
followJournal();
clearExchange();
byId('ask').addEventListener('click', () => once(doAsk));
byId('ask-consent').addEventListener('click', () => once(doAskConsent));
byId('next').addEventListener('click', () => once(goOn));
for (const choice of document.querySelectorAll('#partners button')) {
  choice.addEventListener('click', () => chooseCompany(/** @type {HTMLButtonElement} */ (choice)));
}
setInterval(watchConsent, STATUS_POLL_MS);
draw();

/** One thing at a time: a second press while the first is under way does nothing. @param {() => Promise<void> | void} act */
async function once(act) {
  if (busy) {
    return;
  }
  busy = true;
  draw();
  try {
    await act();
  } finally {
    busy = false;
    draw();
  }
}

/** Does the next step of the story. */
async function goOn() {
  if (story.stuck || story.step > 6) {
    return anotherPhone();
  }
  show(story.step === 3 || story.step === 5 ? 'phone-heading' : 'partner-heading');
  switch (story.step) {
    case 2:
      return doAskConsent();
    case 3:
      return (await phone.press('agree')) || (await phone.confirm()) ? undefined : phone.openNewest();
    case 5:
      return (await phone.press('stop')) ? undefined : stopByText();
    default:
      return doAsk();
  }
}

/** On a narrow screen the actors stand below each other: bring the one who acts into sight. @param {string} heading */
function show(heading) {
  if (matchMedia('(max-width: 47.99rem)').matches) {
    const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
    byId(heading).scrollIntoView({ block: 'start', behavior: still ? 'auto' : 'smooth' });
  }
}

function stopByText() {
  phone.close();
  return phone.reply('STOP');
}

async function doAsk() {
  waiting('Asking.');
  const exchange = await ask(backend(), number);
  const isAnswered = exchange !== undefined && exchange.status < 300;
  showExchange(exchange, isAnswered ? await truthAt(exchange.body?.lastLocationTime) : undefined);
  if (exchange) {
    const outcome = isAnswered ? 'answered' : exchange.status === 403 ? 'refused' : 'failed';
    story = asked(story, outcome, isAnswered ? answerWords(exchange) : `${exchange.status}: refused`);
    await phone.refresh();
  }
}

/**
 * Where the phone truly was when its network last saw it; by now it may have moved on.
 *
 * @param {string | undefined} time
 */
async function truthAt(time) {
  const known = await json(`${carrierControl}/phones/${encodeURIComponent(number)}`);
  const fixes = Array.isArray(known?.fixes) ? known.fixes : [];
  return fixes.find((/** @type {any} */ fix) => Date.parse(fix.at) === Date.parse(time ?? ''))?.truth;
}

/** @param {Exchange} exchange */
function answerWords({ body, headers }) {
  const radius = body?.area?.radius;
  const said = radius ? `${Math.round(radius)} m around` : 'Yes, no or partly';
  return receiptOf(headers) ? `${said}, and a receipt` : said;
}

async function doAskConsent() {
  waiting('Asking for a yes.');
  const exchange = await askConsent(backend(), number);
  showExchange(exchange, undefined);
  const accepted = exchange?.status === 201;
  if (accepted) {
    consent = exchange.body?.id ?? '';
    phone.close();
  }
  story = consentAsked(story, accepted, 'A text is on its way');
}

/** What the page on the phone shows is the quickest news. @param {string} state */
function pageState(state) {
  if (state === 'given') {
    story = answered(story, 'given');
  } else if (state !== 'asked') {
    story = answered(story, 'ended');
  }
  draw();
}

/** The person may answer by text, or in another window; the company is told how its question stands. */
async function watchConsent() {
  if (!consent || busy || (story.step !== 3 && story.step !== 5) || document.visibilityState !== 'visible') {
    return;
  }
  const status = await consentStatus(backend(), consent);
  if (status === 'GIVEN' || status === 'ENDED') {
    story = answered(story, status === 'GIVEN' ? 'given' : 'ended');
    draw();
  }
}

/** Begins the story again with the next phone that nobody has asked. */
async function anotherPhone() {
  const roster = await json(`${phones}/api/phones`);
  const free = (Array.isArray(roster) ? roster : [])
    .filter((/** @type {any} */ line) => line.state === 'on' && line.number >= firstNumber)
    .map((/** @type {any} */ line) => String(line.number))
    .sort()
    .slice(0, PHONES_MOST);
  number = free[(free.indexOf(number) + 1) % Math.max(free.length, 1)] ?? firstNumber;
  sessionStorage.setItem(KEPT_NUMBER, number);
  startOver();
}

/** @param {HTMLButtonElement} choice */
function chooseCompany(choice) {
  company = /** @type {PartnerName} */ (choice.dataset['partner'] ?? 'roadside');
  for (const other of document.querySelectorAll('#partners button')) {
    other.setAttribute('aria-pressed', String(other === choice));
  }
  startOver();
}

function startOver() {
  story = begin();
  consent = '';
  phone.reset();
  ledger.show(number);
  clearExchange();
  draw();
}

function backend() {
  return `${partner}/api/partners/${company}`;
}

function draw() {
  const { words, button } = next(story, phone?.pageOpen ?? false, phone?.wantsReply ?? false);
  const go = /** @type {HTMLButtonElement} */ (byId('next'));
  // A text takes a moment to arrive; until then there is nothing to open.
  const isReady = story.step !== 3 || story.stuck || (phone?.hasLink ?? false);
  go.disabled = busy || !isReady;
  setText(go, button);
  setText(byId('next-words'), words);
  setText(byId('partner-name'), PARTNERS[company].name);
  setText(byId('ask'), story.step > 3 && story.step < 7 ? 'Ask again' : PARTNERS[company].ask);
  drawSteps();
}

/** Text is set only when it changes, since a screen reader reads each change of a live region. @param {HTMLElement} place @param {string} words */
function setText(place, words) {
  if (place.textContent !== words) {
    place.textContent = words;
  }
}

function drawSteps() {
  document.querySelectorAll('#steps li').forEach((line, index) => {
    const result = line.querySelector('.step-result');
    const isDone = story.step > index + 1;
    line.classList.toggle('step-done', isDone);
    line.toggleAttribute('aria-current', false);
    if (story.step === index + 1) {
      line.setAttribute('aria-current', 'step');
    }
    if (result instanceof HTMLElement) {
      result.dataset['hint'] ??= result.textContent ?? '';
      setText(result, isDone ? (story.results[index] ?? '') : result.dataset['hint']);
    }
  });
  byId('ask').toggleAttribute('data-next', [1, 4, 6].includes(story.step));
  byId('ask-consent').toggleAttribute('data-next', story.step === 2);
  byId('phone').toggleAttribute('data-next', story.step === 3 || story.step === 5);
}
