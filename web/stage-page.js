// Small things that the stage's modules share: finding and making elements, and writing them.

/**
 * The element with this id, which the page is known to have.
 *
 * @param {string} id
 * @returns {HTMLElement}
 */
export function byId(id) {
  const found = document.getElementById(id);
  if (!found) {
    throw new Error(`expected an element with the id ${id}, found none`);
  }
  return found;
}

/**
 * A new element with text in it; text is never read as markup.
 *
 * @template {keyof HTMLElementTagNameMap} Name
 * @param {Name} name
 * @param {string} className
 * @param {string} words
 * @returns {HTMLElementTagNameMap[Name]}
 */
export function element(name, className, words) {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = words;
  return made;
}

/**
 * The JSON behind an address, or nothing where it cannot be had.
 *
 * @param {string} address
 * @param {unknown} [body] sent as JSON by POST when given
 * @returns {Promise<any>}
 */
export async function json(address, body) {
  const sending =
    body === undefined
      ? {}
      : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  try {
    const response = await fetch(address, { cache: 'no-store', ...sending });
    return response.ok ? await response.json() : undefined;
  } catch {
    return undefined;
  }
}
