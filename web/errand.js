// The pages of somebody whom a company sent here go on by themselves where they say so: when a question's life is over, or
// once the number has replied. Without script the page does it alone.

const main = document.getElementById('main');
const onward = main?.dataset['onward'];
const pause = Number(main?.dataset['onwardS']) * 1000;
if (onward && pause > 0) {
  const looks = main?.dataset['looks'] === 'yes';
  setTimeout(() => (looks ? look(onward) : location.replace(onward)), pause);
}

/**
 * Looks whether there is somewhere to go, so that the page does not change under whoever reads it before there is.
 *
 * @param {string} address
 */
async function look(address) {
  const answer = await fetch(address, { redirect: 'manual', cache: 'no-store' }).catch(() => undefined);
  if (answer?.type === 'opaqueredirect') {
    location.replace(address);
  } else {
    setTimeout(() => look(address), pause);
  }
}
