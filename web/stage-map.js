// The city on the stage: the server drew it with one unit for one metre; this moves the view and draws answers on it.

const SVG = 'http://www.w3.org/2000/svg';
const DEGREE_M = 111_320;
const SCALE_PX_MOST = 110;
const MOVE_MS = 700;
const VIEW_M_LEAST = 900;
const NAMES_M_PER_PX_MOST = 7.5;

/**
 * @typedef {{latitude: number, longitude: number}} Point
 * @typedef {{areaType?: string, center?: Point, radius?: number, boundary?: Point[]}} Area
 */

const city = /** @type {SVGSVGElement | null} */ (document.querySelector('#city'));
const overlay = document.getElementById('map-overlay');
const centre = { latitude: Number(city?.dataset['latitude']), longitude: Number(city?.dataset['longitude']) };
const extent = Number(city?.dataset['extent']);
let view = { x: 0, y: 0, width: extent * 2 };
let moving = 0;

/** Takes everything off the map and shows the whole city. */
export function clearMap() {
  overlay?.replaceChildren();
  say('Nobody is on this map.');
  move({ x: 0, y: 0, width: extent * 2 });
}

/**
 * Draws an answer's area and moves the view to it.
 *
 * @param {Area} area
 * @param {Point | undefined} truth where the phone truly is, which only the simulated network knows
 * @param {string} words
 */
export function showArea(area, truth, words) {
  overlay?.replaceChildren();
  const corners = (area.boundary ?? []).map(metres);
  if (area.center && area.radius) {
    const { x, y } = metres(area.center);
    draw('circle', { class: 'answer-area', cx: x, cy: y, r: area.radius });
    move({ x, y, width: fitting(area.radius * 2, area.radius * 2) });
  } else if (corners.length > 2) {
    draw('polygon', { class: 'answer-area', points: corners.map(({ x, y }) => `${x},${y}`).join(' ') });
    const [xs, ys] = [corners.map(({ x }) => x), corners.map(({ y }) => y)];
    const [west, east, north, south] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
    move({ x: (west + east) / 2, y: (north + south) / 2, width: fitting(east - west, south - north) });
  }
  if (truth) {
    const { x, y } = metres(truth);
    draw('circle', { class: 'truth', cx: x, cy: y, r: 1 });
  }
  say(words);
}

/**
 * Draws the circle that a yes-or-no question was about.
 *
 * @param {Area} area
 * @param {string} words
 */
export function showQuestion(area, words) {
  overlay?.replaceChildren();
  if (area.center && area.radius) {
    const { x, y } = metres(area.center);
    draw('circle', { class: 'question-area', cx: x, cy: y, r: area.radius });
    move({ x, y, width: fitting(area.radius * 2, area.radius * 2) });
  }
  say(words);
}

/**
 * How many metres the view must be wide so that something of this size has air around it.
 *
 * @param {number} width
 * @param {number} height
 */
function fitting(width, height) {
  const shape = city && city.clientHeight ? city.clientWidth / city.clientHeight : 1.5;
  return Math.max(width * 1.3, height * 1.3 * shape, VIEW_M_LEAST);
}

/** @param {string} words */
function say(words) {
  const place = document.getElementById('map-words');
  if (place) {
    place.textContent = words;
  }
}

/** @param {Point} point */
function metres(point) {
  const east = DEGREE_M * Math.cos((centre.latitude * Math.PI) / 180);
  return { x: (point.longitude - centre.longitude) * east, y: (centre.latitude - point.latitude) * DEGREE_M };
}

/**
 * @param {string} name
 * @param {Record<string, string | number>} attributes
 */
function draw(name, attributes) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) {
    element.setAttribute(key, String(value));
  }
  overlay?.append(element);
}

/** @param {{x: number, y: number, width: number}} target */
function move(target) {
  cancelAnimationFrame(moving);
  const from = view;
  const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
  const started = performance.now();
  const step = (/** @type {number} */ now) => {
    const part = still ? 1 : Math.min((now - started) / MOVE_MS, 1);
    const eased = 1 - (1 - part) ** 3;
    const between = (/** @type {number} */ a, /** @type {number} */ b) => a + (b - a) * eased;
    look({
      x: between(from.x, target.x),
      y: between(from.y, target.y),
      width: Math.exp(between(Math.log(from.width), Math.log(target.width))),
    });
    if (part < 1) {
      moving = requestAnimationFrame(step);
    }
  };
  step(started);
}

/** @param {{x: number, y: number, width: number}} to */
function look(to) {
  view = to;
  if (!city || !city.clientWidth) {
    return;
  }
  const height = (to.width * city.clientHeight) / city.clientWidth;
  city.setAttribute('viewBox', `${to.x - to.width / 2} ${to.y - height / 2} ${to.width} ${height}`);
  const metresPerPixel = to.width / city.clientWidth;
  // Words and dots keep their size on the screen while the ground grows and shrinks.
  city.style.setProperty('--pixel', String(metresPerPixel));
  document.getElementById('map-places')?.toggleAttribute('hidden', metresPerPixel > NAMES_M_PER_PX_MOST);
  scale(metresPerPixel);
}

/** @param {number} metresPerPixel */
function scale(metresPerPixel) {
  const bar = document.getElementById('map-scale');
  const words = document.getElementById('map-scale-words');
  const lengths = [20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000];
  const length = lengths.findLast((candidate) => candidate / metresPerPixel <= SCALE_PX_MOST) ?? 20;
  bar?.style.setProperty('width', `${length / metresPerPixel}px`);
  if (words) {
    words.textContent = length < 1000 ? `${length} m` : `${length / 1000} km`;
  }
}

if (city) {
  new ResizeObserver(() => look(view)).observe(city);
}
