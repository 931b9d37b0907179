// The board and the list of the past: adds keys, checks the journal and the person's own entries, and checks receipts that
// a company shows. Everything else is a plain form.

import { addBrowserKey, addPasskey, canPasskey } from './board-keys.js';
import { checkBoard } from './board-check.js';
import { leaveQuietly, tellTimesLocally } from './page.js';
import { canSign } from './question-key.js';
import { verifyReceipt } from './verify.js';

tellTimesLocally();
leaveQuietly();
offerKeys();
checkReceipts();
void checkBoard();

function offerKeys() {
  const section = document.getElementById('keys');
  const offers = /** @type {[string, boolean, () => Promise<void>][]} */ ([
    ['add-passkey', canPasskey(), addPasskey],
    ['add-browser-key', canSign(), addBrowserKey],
  ]);
  for (const [id, able, add] of offers) {
    const button = document.getElementById(id);
    if (!(button instanceof HTMLButtonElement) || !able) {
      continue;
    }
    button.hidden = false;
    button.addEventListener('click', async () => {
      button.disabled = true;
      try {
        await add();
        say('key-status', section?.dataset['made']);
        location.reload();
      } catch {
        say('key-status', section?.dataset['failed']);
        button.disabled = false;
      }
    });
  }
}

function checkReceipts() {
  const form = document.getElementById('check');
  const receipt = document.getElementById('receipt');
  const key = document.getElementById('main')?.dataset['journalKey'];
  if (!form || !(receipt instanceof HTMLTextAreaElement)) {
    return;
  }
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    try {
      const { leaf, party } = await verifyReceipt(receipt.value.trim(), key);
      const words = form.dataset['good'] ?? '';
      say('check-status', words.replace('{leaf}', String(leaf)).replace('{at}', String(party['at'])));
    } catch {
      say('check-status', form.dataset['bad']);
    }
  });
}

/** @param {string} id @param {string | undefined} words */
function say(id, words) {
  const place = document.getElementById(id);
  if (place) {
    place.textContent = words ?? '';
  }
}
