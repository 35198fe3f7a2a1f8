// Starts the page, keeps it up to date, and says how the connection is.

import { CallError, addressed, at, call, get, hasToken, query, useToken } from './api.js';
import { $, alarm, calm, form, h, say, sync } from './dom.js';
import * as requests from './requests.js';
import { clock, coverage, fixtures, outbox } from './rest.js';
import { scenarios } from './scenarios.js';
import { users } from './users.js';

const EVERY_MS = 2000;
const SLOW_MS = 2000;
const select = /** @type {HTMLSelectElement} */ ($('sandbox'));
/** @type {Health} */
let health = { status: '', users: 0, sessions: 0 };
let apiUrl = '';
let failures = 0;
let isRunning = false;
let isWanted = false;
/** @type {number | undefined} */
let timer;
/** @type {number | undefined} */
let coming;

/** Does what a button says, and shows what is wrong. @type {Act} */
async function act(work, done = '') {
  try {
    await work();
    calm('call');
    if (done) say(done);
  } catch (error) {
    const isDown = error instanceof CallError && error.status === 0;
    alarm(error instanceof Error ? error.message : String(error), isDown ? 'link' : 'call');
  }
  await refresh();
}

const time = clock(act);
const regions = [scenarios(act), users(act, () => health, time.now), coverage(() => health), outbox(() => failures > 0), requests.refresh, sandboxes];
fixtures(act);

/** @param {'live' | 'wait' | 'down'} state @param {string} text */
function tell(state, text) {
  if ($('link').textContent !== text) $('link').textContent = $('link').title = text;
  $('link').dataset['state'] = state;
}

async function sandboxes() {
  const { sandboxes: all } = await get('/sandboxes');
  const here = all.find((/** @type {Sandbox} */ one) => one.id === at.sandbox);
  if (!here) throw new CallError(404, 'there is no such sandbox', at.sandbox);
  apiUrl = here.api_url;
  sync(select, all, (/** @type {Sandbox} */ one) => one.id, ({ id }) => h('option', { value: id }, id));
  if (select.value !== at.sandbox) select.value = at.sandbox;
}

/** Asks for everything again, now or as soon as the last answers are there. */
async function refresh() {
  isWanted = true;
  if (isRunning) return;
  isRunning = true;
  while (isWanted) {
    isWanted = false;
    clearTimeout(timer);
    await update();
  }
  isRunning = false;
  timer = setTimeout(soon, failures ? Math.min(5000, 500 * 2 ** failures) : EVERY_MS);
}

/** Asks soon, and once for many requests that come at a time. */
function changed() {
  coming ??= setTimeout(() => {
    coming = undefined;
    void refresh();
  }, 300);
}

/** A page that nobody sees asks for nothing. */
const soon = () => (document.hidden ? undefined : void refresh());
document.addEventListener('visibilitychange', soon);

async function update() {
  const slow = setTimeout(() => tell('wait', 'the mock answers slowly'), SLOW_MS);
  try {
    health = await get('health');
    if (health.version === undefined) return ask();
    $('profile').textContent = health.profile ?? '';
    await time.load();
    await Promise.all(regions.map((region) => region()));
    if (failures) requests.restart();
    failures = 0;
    calm('link');
    tell('live', 'live');
    open();
  } catch (error) {
    failed(error);
  } finally {
    clearTimeout(slow);
  }
}

/** @param {unknown} error */
function failed(error) {
  if (!(error instanceof CallError)) return reportError(error); // a mistake of the page
  const { status, message, sandbox } = error;
  if (sandbox !== at.sandbox) return;
  if (status === 401) ask();
  else if (status === 404 && at.sandbox !== 'default') {
    alarm(`Sandbox ${at.sandbox} is gone. This is the sandbox default.`);
    history.replaceState(null, '', addressOf('default'));
    move('default');
  } else if (status >= 400 && status < 500) alarm(message, 'link');
  else {
    failures += 1;
    tell('down', `mock not reachable, retrying${status ? `: ${message}` : ''}`);
  }
}

let isOpen = false;
/** Shows the regions, once there is something to see. */
function open() {
  $('gate').hidden = true;
  $('page').hidden = false;
  if (isOpen) return;
  isOpen = true;
  void requests.start({ act, failed: (error) => { failed(error); void refresh(); }, changed, apiUrl: () => apiUrl });
}

/** Asks for the token. */
function ask() {
  failures += 1;
  if (hasToken()) alarm('That is not the admin token of this mock.');
  useToken(null);
  tell('wait', 'waiting for the token');
  if (!$('gate').hidden) return;
  $('gate').hidden = false;
  $('page').hidden = true;
  form('token').querySelector('input')?.focus();
}

/** Shows another sandbox. @param {string} sandbox */
function move(sandbox) {
  at.sandbox = sandbox;
  select.value = sandbox;
  requests.restart(true);
  void refresh();
}

/** The address of this page for a sandbox. @param {string} sandbox */
const addressOf = (sandbox) => location.pathname + (sandbox === 'default' ? '' : `?${query({ sandbox })}`) + location.hash;

select.addEventListener('change', () => {
  history.pushState(null, '', addressOf(select.value));
  move(select.value);
});
addEventListener('popstate', () => { if (addressed() !== at.sandbox) move(addressed()); });
$('reset').addEventListener('click', () => act(() => call('POST', 'reset'), `Sandbox ${at.sandbox} is as at its start`));
form('token').addEventListener('submit', (event) => {
  event.preventDefault();
  useToken(String(new FormData(form('token')).get('token')).trim());
  calm('call');
  form('token').reset();
  void refresh();
});
void refresh();
