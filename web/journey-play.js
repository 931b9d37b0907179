// A roadside answer from nothing, for the journeys that begin where something has already happened.

import { act, journal, homeOf, world } from './journey-world.js';

const POLL_MS = 400;
const POLLS = 30;

/**
 * A ticket, a question, the person's yes on their own phone, and one answer.
 *
 * @param {string} number
 * @returns {Promise<{ticket: string, told: any}>}
 */
export async function playAnswer(number) {
  const { control, name } = world.roadside;
  const home = homeOf(world.roadside);
  const ticket = `LR-${Date.now() % 1_000_000}`;
  await act(`${control}/ticket`, { number, id: ticket });
  const { size } = await journal(home);
  await act(`${control}/consent`, { number, event: ticket });
  await agreeOnceTexted(number);
  for (let poll = 0; poll < POLLS; poll += 1) {
    const { entries } = await journal(home, Math.max(size - 1, 0));
    if (entries.some(({ kind, party }) => kind === 'consent-given' && party === name)) {
      return { ticket, told: await act(`${control}/ask`, { number, event: ticket }) };
    }
    await pause();
  }
  throw new Error('expected the yes in the journal of the home, found none yet');
}

/** A text takes a moment to arrive; until then the phone has no open question. @param {string} number */
async function agreeOnceTexted(number) {
  for (let poll = 1; ; poll += 1) {
    try {
      await act(`${world.phones}/api/phones/${number}/agree`, {});
      return;
    } catch (error) {
      if (poll === POLLS) {
        throw error;
      }
      await pause();
    }
  }
}

function pause() {
  return new Promise((resolve) => setTimeout(resolve, POLL_MS));
}
