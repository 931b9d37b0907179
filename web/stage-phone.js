// The phone on the stage: its texts, the replies that the newest text offers, and the page that a link opens.

import { byId, element, json } from './stage-page.js';

/**
 * @typedef {{id: string | number, from: string, text: string, at: string | number}} Text
 * @typedef {object} Setting
 * @property {string} phones
 * @property {string} issuer
 * @property {() => string} number
 * @property {(state: string) => void} pageState
 * @property {() => void} changed
 * @property {RegExp} [links] which links of a text can be opened; those of questions, unless others are named
 */

const QUESTIONS = /https?:\/\/\S+\/c\/[\w-]+/;
const POLL_MS = 1000;
const SEEN_MS = 700;
const LOAD_MS = 3000;

const texts = byId('phone-texts');
const replies = byId('phone-replies');
const browser = byId('phone-browser');
const page = /** @type {HTMLIFrameElement} */ (byId('phone-page'));

/** The phone, wired to the simulated one. */
export class Phone {
  /** @type {Text[]} */ #inbox = [];
  /** @type {{text: string, after: number}[]} */ #sent = [];
  #drawn = '';

  /** @param {Setting} setting */
  constructor(setting) {
    this.setting = setting;
    byId('phone-back').addEventListener('click', () => this.close());
    page.addEventListener('load', () => this.#pageLoaded());
    this.#clock();
    setInterval(() => this.#clock(), 10_000);
    void this.#follow();
  }

  /** Whether the question's page is open on the phone. */
  get pageOpen() {
    return !browser.hidden;
  }

  /** Whether the newest text has a link. */
  get hasLink() {
    return this.#newestLink() !== undefined;
  }

  /** Puts another phone on the stage. */
  reset() {
    this.#inbox = [];
    this.#sent = [];
    this.close();
    this.#draw();
  }

  /** Opens the newest link, as a tap on it would. */
  openNewest() {
    const link = this.#newestLink();
    if (link) {
      this.#open(link);
    }
  }

  close() {
    browser.hidden = true;
    page.removeAttribute('src');
    page.contentWindow?.location.replace('about:blank');
    this.setting.changed();
  }

  /**
   * Presses a button of the open page, as a finger would: first it is found, then seen, then pressed.
   *
   * @param {'agree' | 'stop'} button
   * @returns {Promise<boolean>} whether the page has that button
   */
  async press(button) {
    const target = page.contentDocument?.getElementById(button);
    if (!this.pageOpen || !target) {
      return false;
    }
    // The frame is scrolled by itself: `scrollIntoView` would also scroll the stage around it.
    const middle = target.getBoundingClientRect().top - page.clientHeight / 2;
    const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
    page.contentWindow?.scrollBy({ top: middle, behavior: still ? 'auto' : 'smooth' });
    target.focus({ preventScroll: true });
    await new Promise((resolve) => setTimeout(resolve, SEEN_MS));
    target.click();
    return true;
  }

  /** Whether the open page still wants a reply by text, besides the signature. */
  get wantsReply() {
    return this.pageOpen && page.contentDocument?.getElementById('question')?.dataset['step'] === 'reply';
  }

  /**
   * Sends back the code of the newest question, where its page wants that.
   *
   * @returns {Promise<boolean>} whether it was wanted
   */
  async confirm() {
    const question = this.#inbox.map(({ text }) => text).findLast((text) => QUESTIONS.test(text));
    const code = /\bYES \d+/.exec(question ?? '')?.[0];
    if (!this.wantsReply || !code) {
      return false;
    }
    await this.reply(code);
    return true;
  }

  /** Loads the open page anew, so that the person sees what has happened meanwhile. */
  async refresh() {
    if (this.pageOpen && page.contentDocument?.getElementById('question')) {
      const loaded = new Promise((resolve) => page.addEventListener('load', resolve, { once: true }));
      page.contentWindow?.location.reload();
      await Promise.race([loaded, new Promise((resolve) => setTimeout(resolve, LOAD_MS))]);
    }
  }

  /** @param {string} text */
  async reply(text) {
    this.#sent.push({ text, after: this.#inbox.length });
    this.#draw();
    await json(`${this.setting.phones}/api/phones/${this.#digits()}/reply`, { text });
  }

  async #follow() {
    for (;;) {
      if (document.visibilityState === 'visible') {
        await this.#read();
      }
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  async #read() {
    const number = this.#digits();
    const inbox = await json(`${this.setting.phones}/api/phones/${number}/inbox`);
    if (Array.isArray(inbox) && number === this.#digits()) {
      this.#inbox = inbox;
      this.#draw();
    }
  }

  #draw() {
    const number = this.setting.number();
    byId('phone-number').textContent = number;
    const now = JSON.stringify([number, this.#inbox, this.#sent]);
    if (now === this.#drawn) {
      return;
    }
    this.#drawn = now;
    const bubbles = this.#inbox.flatMap((text, index) => [...this.#replied(index), this.#bubble(text)]);
    texts.replaceChildren(...bubbles, ...this.#replied(this.#inbox.length));
    if (!texts.hasChildNodes()) {
      texts.append(element('p', 'empty', 'No texts.'));
    }
    texts.scrollTop = texts.scrollHeight;
    this.#offer();
    this.setting.changed();
  }

  /** @param {number} index */
  #replied(index) {
    return this.#sent.filter(({ after }) => after === index).map(({ text }) => element('p', 'bubble bubble-sent', text));
  }

  /** @param {Text} text */
  #bubble(text) {
    const bubble = element('p', 'bubble', '');
    const link = this.#links.exec(text.text)?.[0];
    const [before, after] = link ? text.text.split(link) : [text.text, ''];
    bubble.append(before ?? '');
    if (link) {
      const anchor = element('a', '', link.replace(/^https?:\/\//, ''));
      anchor.href = link;
      anchor.addEventListener('click', (event) => {
        event.preventDefault();
        this.#open(link);
      });
      bubble.append(anchor);
    }
    bubble.append(after ?? '');
    return bubble;
  }

  /** The words that the newest question can be answered with, as buttons: nobody needs to type. */
  #offer() {
    const newest = this.#inbox.at(-1)?.text ?? '';
    const code = /\bYES \d+/.exec(newest)?.[0];
    const offered = [...(code ? [code] : []), ...(/\bNO\b/.test(newest) ? ['NO'] : []), ...(newest ? ['STOP'] : [])];
    replies.replaceChildren(
      ...offered.map((word) => {
        const button = element('button', '', word);
        button.type = 'button';
        button.setAttribute('aria-label', `Reply ${word}`);
        button.addEventListener('click', () => this.reply(word));
        return button;
      }),
    );
  }

  get #links() {
    return this.setting.links ?? QUESTIONS;
  }

  #newestLink() {
    return this.#inbox.map(({ text }) => this.#links.exec(text)?.[0]).findLast((link) => link !== undefined);
  }

  /** @param {string} link */
  #open(link) {
    const { host, pathname, origin } = new URL(link);
    byId('phone-address').textContent = host;
    browser.hidden = false;
    // On the stage the page is our own; in a journey it is that of the gateway which is home to the phone.
    page.src = origin === location.origin ? pathname : link;
    this.setting.changed();
  }

  #pageLoaded() {
    const question = page.contentDocument?.getElementById('question');
    const state = question?.dataset['state'];
    if (state && this.pageOpen) {
      this.setting.pageState(state);
    } else if (this.pageOpen && page.contentDocument?.URL === 'about:blank' && page.hasAttribute('src')) {
      // The person pressed "Leave this page".
      this.close();
    }
    this.setting.changed();
  }

  #digits() {
    return this.setting.number().replace('+', '');
  }

  #clock() {
    byId('phone-clock').textContent = new Date().toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
  }
}
