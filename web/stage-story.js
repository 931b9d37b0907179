// The story of the stage as a plain value: what happened so far, and which step is next. It touches no page, so that a
// test can walk through it.

/**
 * @typedef {'refused' | 'answered' | 'failed'} AskOutcome
 * @typedef {object} Story
 * @property {number} step the next step, 1 to 6; 7 when the story is over
 * @property {string[]} results what came of each finished step, by its number less one
 * @property {boolean} stuck whether the story cannot go on with this phone
 */

/** @returns {Story} */
export function begin() {
  return { step: 1, results: [], stuck: false };
}

/**
 * After an ask was refused, answered, or failed on the way.
 *
 * @param {Story} story
 * @param {AskOutcome} outcome
 * @param {string} words what to write under the step
 * @returns {Story}
 */
export function asked(story, outcome, words) {
  const { step } = story;
  if (outcome === 'failed') {
    return story;
  }
  if (outcome === 'answered' && step < 4) {
    // This phone has already agreed; the story goes on from there.
    return finished({ ...story, step: 4, results: ['Skipped', 'Skipped', 'Agreed before'] }, words);
  }
  if (outcome === 'refused' ? step === 1 || step === 6 : step === 4) {
    return finished(story, words);
  }
  return outcome === 'refused' && step === 4 ? { ...story, stuck: true } : story;
}

/**
 * After the company asked for a yes.
 *
 * @param {Story} story
 * @param {boolean} accepted whether the gateway put the question
 * @param {string} words
 * @returns {Story}
 */
export function consentAsked(story, accepted, words) {
  if (!accepted || story.step > 3) {
    return story;
  }
  const results = story.step === 1 ? ['Skipped'] : story.results.slice(0, 1);
  return finished({ ...story, step: 2, results, stuck: false }, words);
}

/**
 * After the person's answer became known.
 *
 * @param {Story} story
 * @param {'given' | 'ended'} state
 * @returns {Story}
 */
export function answered(story, state) {
  if (state === 'given') {
    return story.step === 3 ? finished(story, 'Signed on the phone') : story;
  }
  if (story.step === 5) {
    return finished(story, 'Stopped');
  }
  return story.step === 3 || story.step === 4 ? { ...story, stuck: true } : story;
}

/**
 * @param {Story} story
 * @param {string} words
 * @returns {Story}
 */
function finished(story, words) {
  return { ...story, step: story.step + 1, results: [...story.results.slice(0, story.step - 1), words] };
}

/**
 * The sentence beside the button, and the button's own words.
 *
 * @param {Story} story
 * @param {boolean} pageOpen whether the question's page is open on the phone
 * @param {boolean} wantsReply whether that page still wants a reply by text
 * @returns {{words: string, button: string}}
 */
export function next(story, pageOpen, wantsReply = false) {
  if (story.stuck) {
    return { words: 'There is no permission on this phone now, so nothing more can be learnt.', button: 'Begin again' };
  }
  switch (story.step) {
    case 1:
      return { words: 'Nobody agreed to anything. See what a company gets when it simply asks.', button: 'Ask where it is' };
    case 2:
      return { words: 'Refused, and the network was never asked. Now the company asks for a yes.', button: 'Ask for a yes' };
    case 3:
      if (wantsReply) {
        return { words: 'Signed. A yes for long also needs a reply from the number itself.', button: 'Reply on the phone' };
      }
      return pageOpen
        ? { words: 'Who, why, how exact, how long: then two equal buttons. Answer on the phone, or press here.', button: 'Agree on the phone' }
        : { words: 'The phone got a text. Its link opens the question.', button: 'Open the link' };
    case 4:
      return { words: 'A yes, signed by a key that only this phone has. The company asks again.', button: 'Ask again' };
    case 5:
      return { words: 'No finer than agreed, and written down first. The person can end it at any time.', button: 'Stop it on the phone' };
    case 6:
      return { words: 'It has ended. The very next ask finds nothing.', button: 'Ask once more' };
    default:
      return { words: 'Refused again: nothing that was fetched before is served after a stop.', button: 'Begin again' };
  }
}
