// What every page on a phone does with a script: tell times as the phone's clock does, and leave without a trace.

/** Times are written in UTC by the gateway, which does not know where the phone is; the phone does. */
export function tellTimesLocally() {
  const format = new Intl.DateTimeFormat(document.documentElement.lang === 'es' ? 'es' : 'en-GB', {
    day: 'numeric',
    month: 'long',
    year: 'numeric',
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

/** The quick exit also takes this page out of the list that the back button walks. */
export function leaveQuietly() {
  const leave = document.getElementById('leave');
  if (leave instanceof HTMLAnchorElement) {
    leave.addEventListener('click', (event) => {
      event.preventDefault();
      document.body.hidden = true;
      location.replace(leave.href);
    });
  }
}
