// The live position: while the page is open it waits to be asked, and answers each ask with this browser's position.

const RETRY_MS_FIRST = 1_000;
const RETRY_MS_MOST = 30_000;
const POSITION_MS_MOST = 15_000;

/**
 * Waits for asks and answers them until the permission ends.
 *
 * @param {string} path the question's own path
 * @param {DOMStringMap} words what to say, by name
 * @param {object} page
 * @param {(words: string) => void} page.say shows one sentence to the person
 * @param {() => void} page.asked what to do each time that somebody asks
 * @param {() => Promise<boolean>} page.ended whether the permission no longer holds
 */
export async function live(path, words, { say, asked, ended }) {
  if (!navigator.geolocation) {
    say(words['none'] ?? '');
    return;
  }
  await askBrowserFirst(() => say(words['prompt'] ?? ''));
  let retryMs = RETRY_MS_FIRST;
  say(words['waiting'] ?? '');
  for (;;) {
    const wanted = await fetch(`${path}/wanted`, { method: 'POST', cache: 'no-store' }).catch(() => undefined);
    if (wanted?.status === 204) {
      retryMs = RETRY_MS_FIRST;
    } else if (wanted?.ok) {
      retryMs = RETRY_MS_FIRST;
      const { request } = /** @type {{request: string}} */ (await wanted.json());
      asked();
      say(await answer(path, request, words));
    } else {
      if (await ended()) {
        return;
      }
      await pause(retryMs);
      retryMs = Math.min(retryMs * 2, RETRY_MS_MOST);
    }
  }
}

/**
 * Lets the browser put its own question now, while the person is looking, rather than when an ask comes. The position
 * that it finds is thrown away.
 *
 * @param {() => void} say
 */
async function askBrowserFirst(say) {
  const permission = await navigator.permissions?.query({ name: 'geolocation' }).catch(() => undefined);
  if (permission?.state === 'prompt') {
    say();
    await position().catch(() => undefined);
  }
}

/**
 * Sends the position for one ask.
 *
 * @param {string} path
 * @param {string} request the ask's opaque name
 * @param {DOMStringMap} words
 * @returns {Promise<string>} what happened, in one sentence
 */
async function answer(path, request, words) {
  /** @type {GeolocationPosition} */
  let found;
  try {
    found = await position();
  } catch (error) {
    const denied = error instanceof GeolocationPositionError && error.code === error.PERMISSION_DENIED;
    return words[denied ? 'denied' : 'nothing'] ?? '';
  }
  const { latitude, longitude, accuracy } = found.coords;
  const sent = await fetch(`${path}/position`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ request, latitude, longitude, accuracy, timestamp: Math.round(found.timestamp) }),
  }).catch(() => undefined);
  const at = new Date().toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
  return (words[sent?.ok ? 'sent' : 'unsent'] ?? '').replace('{at}', at);
}

/** @returns {Promise<GeolocationPosition>} */
function position() {
  return new Promise((resolve, reject) => {
    navigator.geolocation.getCurrentPosition(resolve, reject, {
      enableHighAccuracy: true,
      timeout: POSITION_MS_MOST,
      maximumAge: 0,
    });
  });
}

/** @param {number} milliseconds */
function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
