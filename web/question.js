// The question's page on the handset. Refusing and stopping are plain forms; what needs a script is agreeing, which the
// phone's own key signs, and the live position.

import { canSign, signTerms } from './question-key.js';
import { live } from './question-live.js';

const ANSWERED = 'wayleave-answered';
const path = location.pathname.replace(/\/$/, '');

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
    notice('This browser cannot sign your answer here. You can still refuse, or answer the text message.');
    return;
  }
  agree.addEventListener('click', async () => {
    agree.disabled = true;
    notice('Signing your answer.');
    const problem = await agreed(page.dataset['terms'] ?? '');
    if (problem) {
      notice(problem);
      agree.disabled = false;
    } else {
      sessionStorage.setItem(ANSWERED, 'yes');
      location.replace(path);
    }
  });
}

/**
 * Signs the terms and sends the signature.
 *
 * @param {string} terms
 * @returns {Promise<string | undefined>} what went wrong, in words for the person; nothing when it went well
 */
async function agreed(terms) {
  let body;
  try {
    body = JSON.stringify(await signTerms(terms));
  } catch {
    return 'Your browser could not sign the answer. Nothing was agreed.';
  }
  const response = await fetch(`${path}/agree`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  }).catch(() => undefined);
  if (response?.ok) {
    return undefined;
  }
  if (response && response.status < 500 && (await stateNow()) !== 'asked') {
    // The question was answered elsewhere, or ran out, while this page was open: show how it stands.
    location.replace(path);
  }
  return response?.status === 429
    ? 'Too many answers came at once. Wait a moment and press again.'
    : 'Your answer did not arrive. Nothing was agreed as far as we know. Try again, or answer the text message.';
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
      location.replace(path);
    }
  };
  document.addEventListener('visibilitychange', check);
  addEventListener('pageshow', (event) => event.persisted && check());
}

/** @returns {Promise<string | undefined>} the state that the gateway's page now shows */
async function stateNow() {
  const response = await fetch(path, { cache: 'no-store' }).catch(() => undefined);
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
      location.replace(path);
      return true;
    }
    return false;
  };
  void live(path, say, asked, ended);
}

/** Times are written in UTC by the gateway, which does not know where the phone is; the phone does. */
function tellTimesLocally() {
  const format = new Intl.DateTimeFormat('en-GB', {
    day: 'numeric',
    month: 'long',
    hour: '2-digit',
    minute: '2-digit',
    timeZoneName: 'short',
  });
  for (const time of document.querySelectorAll('time')) {
    const moment = new Date(time.dateTime);
    if (!Number.isNaN(moment.getTime())) {
      time.textContent = format.format(moment);
    }
  }
}

/** After agreeing the page is loaded anew; a screen reader should hear its new heading. */
function focusAfterAnswer() {
  if (sessionStorage.getItem(ANSWERED)) {
    sessionStorage.removeItem(ANSWERED);
    document.getElementById('heading')?.focus();
  }
}

/** The quick exit also takes this page out of the list that the back button walks. */
function leaveQuietly() {
  const leave = document.getElementById('leave');
  if (leave instanceof HTMLAnchorElement) {
    leave.addEventListener('click', (event) => {
      event.preventDefault();
      document.body.hidden = true;
      location.replace(leave.href);
    });
  }
}

/** @param {string} words */
function notice(words) {
  const place = document.getElementById('notice');
  if (place) {
    place.textContent = words;
  }
}
