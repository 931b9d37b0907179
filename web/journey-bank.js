// A bank's card check: yes or no near a shop, for a yes that was given once, and never where.

import { Chain, stuck } from './journey-chain.js';
import { outcomeWords } from './journey-sight.js';
import { refusedWords, showWords } from './journey-told.js';
import { world } from './journey-world.js';
import { json } from './stage-page.js';

const TEXT_MS = 1200;
const AGREED_M = 2000;
const CHECKED_M = 10_000;
const FAR_DEGREES = 0.2;

/** @returns {import('./journey.js').Journey} */
export function bank() {
  const chain = new Chain('bank', world.bank, true);
  const near = async (/** @type {number} */ radius) => circle(await shop(chain), radius);
  const far = async () => {
    const { latitude, longitude } = await shop(chain);
    return circle({ latitude: latitude + FAR_DEGREES, longitude }, CHECKED_M);
  };
  const check = async (/** @type {string} */ words, /** @type {[string, string][] | undefined} */ more = undefined) =>
    chain.send('ask', { question: await near(CHECKED_M) }, words, more);

  const steps = [
    {
      title: 'Check the card',
      hint: 'Nobody has agreed',
      words: 'A card is used in a shop. The bank asks whether its customer’s phone is near, without having asked them.',
      button: 'Ask whether it is near',
      act: async () => refusedWords(await check('A card check without a yes.', [])),
    },
    {
      title: 'Ask for a yes',
      hint: 'Once, at the bank',
      words: 'In its app the bank offers to check card payments this way. The question goes to the phone.',
      button: 'Ask for a yes',
      act: async () => {
        await chain.listen();
        const told = await chain.send('consent', {}, 'A question to the person, on its way to their phone.');
        return told.opened?.outcome === 'asked' ? 'A text is on its way' : stuck(told);
      },
    },
    chain.agreeing(),
    {
      title: 'Check the card',
      hint: 'Yes or no',
      words: 'The card is used again. A yes for a year took a signature and a reply by text.',
      button: 'Ask whether it is near',
      act: async () => {
        const told = await check('A card check.');
        return told.opened?.outcome === 'answered' ? `${outcomeWords(told.opened)}, and no place` : stuck(told);
      },
    },
    {
      title: 'Travel',
      hint: 'A pause, by text',
      words: 'The customer travels, and does not want to be checked. They text PAUSE.',
      button: 'Text PAUSE',
      act: async () => {
        await chain.text('PAUSE');
        await new Promise((resolve) => setTimeout(resolve, TEXT_MS));
        showWords('The person paused', 'Nobody is told anything meanwhile', true, [['How', 'one word by text, or one tap on their board']]);
        return 'Paused';
      },
    },
    {
      title: 'Check the card',
      hint: 'Refused while paused',
      words: 'The bank asks all the same.',
      button: 'Ask whether it is near',
      act: async () => refusedWords(await check('A card check while the person has paused.', [])),
    },
  ];

  const trials = [
    {
      title: 'The card is used far away',
      words: 'In a town where its owner is not. This one is answered: no.',
      from: 3,
      until: 5,
      act: async () => {
        const told = await chain.send('ask', { question: await far() }, 'A card check, far away.', []);
        return told.opened?.outcome === 'answered' ? `Answered: ${outcomeWords(told.opened).toLowerCase()}` : refusedWords(told);
      },
    },
    {
      title: 'The bank asks where, not whether',
      words: 'They agreed to yes or no.',
      from: 3,
      until: 5,
      act: async () => refusedWords(await chain.send('ask', { question: 'retrieve' }, 'Where, instead of whether.', [])),
    },
    {
      title: 'The bank draws a small circle',
      words: `A tenth of the ${AGREED_M / 1000} km that they agreed to, to pin the phone down.`,
      from: 3,
      until: 5,
      act: async () => {
        const question = await near(AGREED_M / 10);
        return refusedWords(await chain.send('ask', { question }, 'A circle that is too small.', []));
      },
    },
    {
      title: 'The reseller alters the ask',
      words: 'It turns whether into where, in what it carries.',
      from: 3,
      until: 5,
      act: () =>
        chain.whileResellerDoes({ alter: { question: { type: 'retrieve' } } }, async () =>
          refusedWords(await check('An ask that the reseller altered.', [['The reseller wrote', 'where, instead of whether']])),
        ),
    },
    {
      title: 'The reseller invents an ask',
      words: `It asks in ${world.bank.name}’s name, with the only key that it has.`,
      act: () => {
        const invented = { iss: world.bank.party, number: chain.number, purpose: 'FraudPreventionAndDetection', question: 'verify' };
        return chain.reseller('invent', invented, 'Invented: not signed by the bank');
      },
    },
    {
      title: 'The person texts STOP',
      words: 'It ends the yes for good.',
      from: 3,
      ends: true,
      act: async () => {
        await chain.text('STOP');
        await new Promise((resolve) => setTimeout(resolve, TEXT_MS));
        return refusedWords(await check('A card check after STOP.', []));
      },
    },
  ];
  return { steps, trials, trialsName: 'What if …', again: () => chain.next() };
}

/**
 * A shop close to the customer, on whole thousandths of a degree: in the simulated world somebody has to stand somewhere.
 *
 * @param {Chain} chain
 * @returns {Promise<{latitude: number, longitude: number}>}
 */
async function shop({ home, number }) {
  const { truth } = (await json(`${home.carrier.control}/phones/${encodeURIComponent(number)}`)) ?? {};
  if (!truth) {
    throw new Error('expected a customer somewhere in the city, found none');
  }
  const whole = (/** @type {number} */ degrees) => Math.round(degrees * 1000) / 1000;
  return { latitude: whole(truth.latitude), longitude: whole(truth.longitude) };
}

/** @param {{latitude: number, longitude: number}} center @param {number} radius */
function circle(center, radius) {
  return { type: 'verify', area: { areaType: 'CIRCLE', center, radius } };
}
