// The question's page on the handset. Refusing and stopping are plain forms; what needs a script is agreeing, which the
// phone's own key signs, and the live position.

import { assertion } from './board-keys.js';
import { bytesOf, canSign, signTerms } from './question-key.js';
import { live } from './question-live.js';
import { leaveQuietly, tellTimesLocally } from './page.js';

const ANSWERED = 'wayleave-answered';
const STEP_MS = 3_000;
const path = location.pathname.replace(/\/$/, '');
const here = path + location.search;

const question = document.getElementById('question');
if (question) {
  tellTimesLocally();
  focusAfterAnswer();
  leaveQuietly();
  agreeing(question);
  watchState(question);
  if (question.dataset['state'] === 'given' && question.dataset['source'] === 'handset') {
    startLive(question);
  }
}

/** @param {HTMLElement} page */
function agreeing(page) {
  const agree = document.getElementById('agree');
  if (!(agree instanceof HTMLButtonElement)) {
    return;
  }
  if (!canSign()) {
    agree.disabled = true;
    notice(page.dataset['noSign'] ?? '');
    return;
  }
  onPress(page, agree, agreed);
  const byPasskey = document.getElementById('agree-passkey');
  if (byPasskey instanceof HTMLButtonElement) {
    onPress(page, byPasskey, agreedByPasskey);
  }
}

/**
 * @param {HTMLElement} page
 * @param {HTMLButtonElement} button
 * @param {(page: HTMLElement) => Promise<string | undefined>} answer
 */
function onPress(page, button, answer) {
  button.addEventListener('click', async () => {
    button.disabled = true;
    notice(page.dataset['signing'] ?? '');
    const problem = await answer(page);
    if (problem) {
      notice(problem);
      button.disabled = false;
    } else {
      sessionStorage.setItem(ANSWERED, 'yes');
      location.replace(here);
    }
  });
}

/**
 * Signs the terms and sends the signature.
 *
 * @param {HTMLElement} page
 * @returns {Promise<string | undefined>} what went wrong, in words for the person; nothing when it went well
 */
async function agreed(page) {
  try {
    return await sent(page, 'agree', await signTerms(page.dataset['terms'] ?? ''));
  } catch {
    return page.dataset['signFailed'];
  }
}

/**
 * The same with the person's passkey, whose challenge is the SHA-256 of the terms.
 *
 * @param {HTMLElement} page
 */
async function agreedByPasskey(page) {
  try {
    const challenge = new Uint8Array(await crypto.subtle.digest('SHA-256', bytesOf(page.dataset['terms'] ?? '')));
    const { credential, response } = await assertion(challenge, null);
    return await sent(page, 'agree-passkey', { credential, ...response });
  } catch {
    return page.dataset['signFailed'];
  }
}

/**
 * @param {HTMLElement} page
 * @param {string} how
 * @param {unknown} body
 * @returns {Promise<string | undefined>} what went wrong, in words for the person; nothing when it went well
 */
async function sent(page, how, body) {
  const response = await fetch(`${path}/${how}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  }).catch(() => undefined);
  if (response?.ok) {
    return undefined;
  }
  if (response && response.status < 500 && (await stateNow()) !== 'asked') {
    // The question was answered elsewhere, or ran out, while this page was open: show how it stands.
    location.replace(here);
  }
  return page.dataset[response?.status === 429 ? 'busy' : 'lost'];
}

/**
 * Shows the newest state when the person comes back to the page, since STOP may have been texted meanwhile.
 *
 * @param {HTMLElement} page
 */
function watchState(page) {
  const check = async () => {
    const state = document.visibilityState === 'visible' ? await stateNow() : undefined;
    if (state && state !== page.dataset['state']) {
      location.replace(here);
    }
  };
  document.addEventListener('visibilitychange', check);
  if (page.dataset['step'] === 'reply') {
    // The reply comes by text: the page shows it soon after.
    setInterval(check, STEP_MS);
  }
  addEventListener('pageshow', (event) => event.persisted && check());
}

/** @returns {Promise<string | undefined>} the state that the gateway's page now shows */
async function stateNow() {
  const response = await fetch(here, { cache: 'no-store' }).catch(() => undefined);
  if (!response?.ok) {
    return undefined;
  }
  const page = new DOMParser().parseFromString(await response.text(), 'text/html');
  return page.getElementById('question')?.dataset['state'];
}

/** @param {HTMLElement} page */
function startLive(page) {
  const section = document.getElementById('live');
  const status = document.getElementById('live-status');
  if (!section || !status) {
    return;
  }
  section.hidden = false;
  const say = (/** @type {string} */ words) => {
    status.textContent = words;
  };
  const asked = () => {
    // What the gateway counted when it drew the page is no longer so.
    document.querySelector('.used')?.remove();
  };
  const ended = async () => {
    const state = await stateNow();
    if (state && state !== page.dataset['state']) {
      location.replace(here);
      return true;
    }
    return false;
  };
  void live(path, section.dataset, { say, asked, ended });
}

/** After agreeing the page is loaded anew; a screen reader should hear its new heading. */
function focusAfterAnswer() {
  if (sessionStorage.getItem(ANSWERED)) {
    sessionStorage.removeItem(ANSWERED);
    document.getElementById('heading')?.focus();
  }
}

/** @param {string} words */
function notice(words) {
  const place = document.getElementById('notice');
  if (place) {
    place.textContent = words;
  }
}
