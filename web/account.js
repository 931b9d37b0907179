// The page of an account that holds machine lines: makes its passkey, signs in with it, and agrees over a whole list. To
// stop is a plain form.

import { addPasskey, assertion, signInWithPasskey } from './board-keys.js';
import { leaveQuietly, tellTimesLocally } from './page.js';
import { bytesOf } from './question-key.js';

tellTimesLocally();
leaveQuietly();

const main = document.getElementById('main');
const base = `/account/${main?.dataset['token'] ?? ''}`;

press(document.getElementById('enrol'), () => addPasskey(base));
press(document.getElementById('sign-in'), () => signInWithPasskey(base));
for (const button of document.querySelectorAll('button.agree')) {
  press(button, () => agree(/** @type {HTMLButtonElement} */ (button)));
}

/** @param {HTMLButtonElement} button */
async function agree(button) {
  const { request, challenge } = button.dataset;
  // The host of this page is the relying party: the page is served under the gateway's own name alone.
  const { credential, response } = await assertion(bytesOf(challenge ?? ''), null);
  const answer = await fetch(`${base}/agree/${request}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ credential, ...response }),
  });
  if (!answer.ok) {
    throw new Error(`expected the gateway to take this, found ${answer.status}`);
  }
}

/**
 * @param {Element | null} button
 * @param {() => Promise<void>} work
 */
function press(button, work) {
  if (!(button instanceof HTMLButtonElement)) {
    return;
  }
  button.addEventListener('click', async () => {
    button.disabled = true;
    try {
      await work();
      location.reload();
    } catch {
      const status = document.getElementById('status');
      if (status) {
        status.textContent = main?.dataset['failed'] ?? '';
      }
      button.disabled = false;
    }
  });
}
