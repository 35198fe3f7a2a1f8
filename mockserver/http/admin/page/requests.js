// The live table of requests: long polling, filters, and what a row opens.

import { CallError, at, call, download, get, query } from './api.js';
import { curl, urlOf } from './curl.js';
import { $, copy, form, h, save, say, sleep } from './dom.js';

const MOST = 1000;
const WAIT_S = 25;
const MOST_INDENTED = 65_536; // characters: nested brackets grow by their square
const scroller = $('journal');
const body = $('entries');

/** The row of each entry, newest first. @type {Map<string, HTMLElement>} */
let rows = new Map();
/** @type {WeakMap<Element, Entry>} */
const entryOf = new WeakMap();
let last = 0;
let isStale = true;
let isPaused = false;
let controller = new AbortController();
let wake = () => {};

/** What the page provides. @type {{ changed: () => void, failed: (error: unknown) => void, act: Act, apiUrl: () => string }} */
let page;

/** Forgets what it knows, and asks anew. @param {boolean} [isEmpty] whether to show nothing until then */
export function restart(isEmpty = false) {
  isStale = true;
  if (isEmpty) show([]);
  turn();
}

/** Ends what it waits for, and looks what there is to do. */
function turn() {
  controller.abort();
  wake();
}

function filters() {
  const { endpoint, code, username } = Object.fromEntries(new FormData(form('filters')));
  return { endpoint: String(endpoint), code: String(code), username: String(username).trim() };
}

/** Notices entries that somebody else has deleted. */
export async function refresh() {
  if (isPaused || isStale) return;
  const { count } = await get(`requests/count?${query(filters())}`);
  if (count < rows.size) restart();
}

/** @param {typeof page} given */
export async function start(given) {
  page = given;
  for (let failures = 0; ;) {
    controller = new AbortController();
    const { signal } = controller;
    const woken = new Promise((resolve) => { wake = () => resolve(null); });
    try {
      if (isStale) await load(signal);
      else if (isPaused || document.hidden) await woken;
      else await next(signal);
      failures = 0;
    } catch (error) {
      if (signal.aborted) continue;
      isStale = true;
      const status = error instanceof CallError ? error.status : 0;
      if (status === 409) $('nothing').textContent = String(error).replace('Error: ', ''); // there is no journal
      else page.failed(error);
      failures += 1;
      await (status === 409 || status === 401 ? woken : Promise.race([woken, sleep(Math.min(5000, 500 * 2 ** failures))]));
    }
  }
}

/** @param {AbortSignal} signal */
async function load(signal) {
  const { requests } = await get(`requests?${query({ ...filters(), order: 'newest', limit: MOST })}`, { signal });
  signal.throwIfAborted();
  isStale = false;
  show(requests);
}

/** @param {AbortSignal} signal */
async function next(signal) {
  const asked = query({ ...filters(), after: last, order: 'newest', limit: MOST, wait: `${WAIT_S}s` });
  const { requests } = await get(`requests?${asked}`, { signal, patience: 1000 * (WAIT_S + 10) });
  signal.throwIfAborted();
  if (requests.length === 0) return;
  show(requests, true);
  page.changed();
  await sleep(100); // so that a burst comes in a few pieces
}

/** Shows these entries, newest first, before the others or instead of them. @param {Entry[]} entries */
function show(entries, isMore = false) {
  const before = rows;
  const fresh = entries.map((entry) => /** @type {const} */ ([`${entry.id} ${entry.time}`, entry]));
  rows = new Map(fresh.map(([key, entry]) => [key, before.get(key) ?? row(entry)]));
  if (isMore) for (const [key, old] of before) if (rows.size < MOST) rows.set(key, old);
  last = Math.max(isMore ? last : 0, entries[0]?.id ?? 0);
  const anchor = anchored();
  const top = anchor?.getBoundingClientRect().top ?? 0;
  for (const [key, old] of before) if (rows.get(key) !== old) old.remove();
  let place = body.firstElementChild;
  for (const made of rows.values()) {
    if (made === place) place = place.nextElementSibling;
    else body.insertBefore(made, place);
  }
  if (anchor?.isConnected) scroller.scrollTop += anchor.getBoundingClientRect().top - top;
  if (!body.querySelector('tr[tabindex="0"]')) body.firstElementChild?.setAttribute('tabindex', '0');
  const isFiltered = Object.values(filters()).some(Boolean);
  $('nothing').textContent = rows.size ? '' : isFiltered ? 'No request matches.' : 'No requests yet.';
  $('number').textContent = rows.size ? `${rows.size}${rows.size === MOST ? ' newest' : ''}` : '';
}

/** The row that must not move: an open one in view, or the first in view of a list that is scrolled. */
function anchored() {
  const { top, bottom } = scroller.getBoundingClientRect();
  const isInView = (/** @type {Element} */ one) => one.getBoundingClientRect().bottom > top + 40 && one.getBoundingClientRect().top < bottom;
  const held = [...body.querySelectorAll('.open')].find(isInView);
  return held ?? (scroller.scrollTop > 0 ? [...body.children].find(isInView) : undefined);
}

/** @param {Entry} entry */
function row(entry) {
  const isHint = (/** @type {string} */ step) => step.startsWith('hint: ');
  const decisive = entry.explain.findLast((step) => !entry.warnings.includes(step) && !isHint(step)) ?? '';
  const why = [decisive, ...entry.explain.filter(isHint)].filter(Boolean).join('; ');
  const cell = (/** @type {string} */ name, /** @type {(string | Node | null)[]} */ ...parts) => h('td', { role: 'cell', class: name }, ...parts);
  const path = entry.path.replace(/^\/__sandbox\/[^/]+/, '');
  const made = h('tr', { role: 'row', tabindex: -1, class: 'entry' },
    cell('time', h('time', { datetime: entry.time, title: entry.time }, entry.time.slice(11, 23))), cell('method', entry.method), cell('path', path),
    cell('code', outcome(entry)), cell('who', entry.username ?? ''),
    cell('why', entry.warnings.length ? h('b', { title: entry.warnings.join('\n') }, 'warning ') : null, why),
    cell('tool', h('button', { class: 'quiet', tabindex: -1, click: () => page.act(() => paste(entry)) }, 'Copy as curl')));
  entryOf.set(made, entry);
  return made;
}

/** Opens a row, or closes it. @param {Element} one */
function toggle(one) {
  const entry = entryOf.get(one);
  if (!entry) return;
  if (one.classList.toggle('open')) one.append(detail(entry));
  else one.lastElementChild?.remove();
}

/** Where the button of the mouse went down: until it goes up, rows may move below it. @type {{ on?: EventTarget | null, x: number, y: number }} */
let press = { x: 0, y: 0 };
body.addEventListener('mousedown', (event) => { press = { on: event.target, x: event.clientX, y: event.clientY }; });
body.addEventListener('click', (event) => {
  const on = /** @type {Element} */ ((event.detail && press.on) || event.target); // scripts and keys click without a press
  const one = on.closest('tr');
  if (!one || on.closest('button, a, .detail')) return;
  const isDragged = Math.hypot(event.clientX - press.x, event.clientY - press.y) > 4;
  if (isDragged && getSelection()?.type === 'Range' && getSelection()?.containsNode(one, true)) return; // it has selected text
  if (event.detail < 2 || !one.classList.contains('open')) toggle(one); // the second click of two closes nothing
});
body.addEventListener('keydown', (event) => {
  const one = /** @type {Element} */ (event.target);
  if (!one.matches('tr')) return;
  /** @type {Record<string, Element | null>} */
  const to = { ArrowDown: one.nextElementSibling, ArrowUp: one.previousElementSibling, Home: body.firstElementChild, End: body.lastElementChild };
  if (event.key === 'Enter' || event.key === ' ') toggle(one);
  else if (event.key === 'Escape' && one.classList.contains('open')) toggle(one);
  else if (to[event.key] instanceof HTMLElement) /** @type {HTMLElement} */ (to[event.key]).focus();
  else return;
  event.preventDefault();
});

// One row is in the tab order, with its button: the one that had the focus last.
body.addEventListener('focusin', (event) => {
  const one = /** @type {Element} */ (event.target).closest('tr');
  for (const other of body.querySelectorAll(':is(tr, .tool button)[tabindex="0"]')) other.setAttribute('tabindex', '-1');
  for (const own of [one, one?.querySelector('.tool button')]) own?.setAttribute('tabindex', '0');
});

/** The code in the colour of its kind; its middle digits are an HTTP status. @param {Entry} entry */
function outcome({ code, status }) {
  const level = code === null ? status : code > 999 ? Math.floor(code / 100) % 1000 : code;
  const kind = level === 0 || level >= 500 ? 'bad' : level >= 400 ? 'warn' : 'good';
  return h('span', { class: `tag ${kind}` }, code ?? (status ? `HTTP ${status}` : 'no reply'));
}

/** @param {Entry} entry */
function detail(entry) {
  const { request, response } = entry;
  const lines = (/** @type {Record<string, string>} */ headers) => h('dl', { class: 'headers' },
    ...Object.entries(headers).flatMap(([name, value]) => [h('dt', {}, name), h('dd', {}, value)]));
  const text = (/** @type {{ body: string, truncated: boolean }} */ of) => of.body && h('pre', { tabindex: 0 }, pretty(of.body), of.truncated ? '\n… cut after 4 KB' : '');
  return h('td', { role: 'cell', class: 'detail', colspan: 7 },
    h('h3', {}, 'Explanation'),
    h('ol', {}, ...entry.explain.map((step) => h('li', entry.warnings.includes(step) ? { class: 'warning' } : {}, step))),
    h('p', { class: 'dim' }, [entry.scenario && `scenario ${entry.scenario}`, ...entry.faults.map((fault) => `${fault.source}: ${fault.operation}, ${fault.effect}`),
      entry.sid && `session ${entry.sid}`, `${entry.duration_ms} ms`, entry.time].filter(Boolean).join(' · ')),
    h('h3', {}, 'Request'), h('p', { class: 'line' }, `${entry.method} ${urlOf(entry, page.apiUrl())}`), lines(request.headers), text(request),
    h('h3', {}, 'Response'), h('p', { class: 'line' }, entry.status ? `HTTP ${entry.status}` : 'none was sent'), lines(response.headers), text(response));
}

/** JSON with indents, if they are all that differs from what was sent. @param {string} text */
function pretty(text) {
  try {
    const value = JSON.parse(text);
    const indented = JSON.stringify(value, null, 2);
    return JSON.stringify(value) === text && indented.length < MOST_INDENTED ? indented : text;
  } catch {
    return text;
  }
}

/** @param {Entry} entry */
async function paste(entry) {
  const { command, notes } = await curl(entry, page.apiUrl());
  await copy(command);
  say(['Copied the curl command', ...notes].join('; '));
}

$('pause').addEventListener('click', () => {
  isPaused = !isPaused;
  $('pause').setAttribute('aria-pressed', String(isPaused));
  turn();
});
document.addEventListener('visibilitychange', turn); // a browser has few connections to a server: hidden pages keep none
$('clear').addEventListener('click', () => page.act(async () => {
  await call('DELETE', 'requests');
  restart(true);
}));
$('har').addEventListener('click', () => page.act(async () => save(await download(`requests.har?${query(filters())}`), `animeloop-mock-${at.sandbox}.har`)));
form('filters').addEventListener('input', () => restart());
form('filters').addEventListener('submit', (event) => event.preventDefault());
