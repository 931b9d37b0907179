// The door of the board: whoever has a key on this device may use it instead of waiting for a text.

import { canPasskey, hasBrowserKey, signInWithBrowserKey, signInWithPasskey } from './board-keys.js';
import { leaveQuietly } from './page.js';

leaveQuietly();

const door = document.getElementById('with-key');
const button = document.getElementById('key');
if (door && button instanceof HTMLButtonElement) {
  const passkeys = door.dataset['passkeys'] === 'true' && canPasskey();
  const kept = await hasBrowserKey();
  door.hidden = !passkeys && !kept;
  button.addEventListener('click', async () => {
    button.disabled = true;
    try {
      await (kept ? signInWithBrowserKey() : signInWithPasskey());
      location.replace('/me');
    } catch {
      const status = document.getElementById('key-status');
      if (status) {
        status.textContent = door.dataset['failed'] ?? '';
      }
      button.disabled = false;
    }
  });
}
