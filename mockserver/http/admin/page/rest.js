// The smaller regions: coverage, outbox, clock and fixtures.

import { at, call, download, get, query } from './api.js';
import { $, choices, form, h, save, say, sync } from './dom.js';

const MOST_MAILS = 100;

/** @param {() => Health} health */
export function coverage(health) {
  /** @param {Coverage} of @returns {HTMLElement} */
  const table = ({ page, documented, covered, percent, pairs, forced }) => {
    const count = (/** @type {Pair} */ pair, name = '') => h('span', { class: pair.count ? 'tag good' : 'tag' }, `${pair.code}${name} `, h('b', {}, pair.count));
    const rows = [...Map.groupBy(pairs, (pair) => pair.endpoint)].map(([endpoint, own]) => h('tr', { role: 'row' },
      h('th', { scope: 'row', role: 'rowheader' }, endpoint),
      h('td', { role: 'cell', class: 'tags' }, ...own.map((pair) => count(pair)), ...forced.filter((pair) => pair.endpoint === endpoint).map((pair) => count(pair, ' forced')))));
    const title = `${page[0]?.toUpperCase()}${page.slice(1)}`;
    return h('div', {}, h('h3', {}, `${title} `, h('span', { class: 'dim' }, `${covered} of ${documented}, ${percent} %`)),
      h('progress', { max: documented, value: covered, 'aria-label': `${title} coverage` }), h('table', { role: 'table', 'aria-label': title }, h('tbody', { role: 'rowgroup' }, ...rows)));
  };
  return async () => {
    const names = health().profile === 'dashboard' ? ['dashboard', 'account'] : ['token', 'account'];
    /** @type {Coverage[]} */
    const pages = await Promise.all(names.map(async (page) => ({ page, ...await get(`coverage?page=${page}`) })));
    sync($('pages'), pages, (one) => one.page, table);
    const pairs = pages.flatMap((page) => page.pairs);
    const endpoints = [...new Set(pairs.map((pair) => pair.endpoint))];
    const codes = [...new Set(pairs.map((pair) => String(pair.code)))].sort();
    choices('filters-endpoint', endpoints);
    choices('filters-code', [...codes, '400']);
    choices('add-fault-endpoint', endpoints);
  };
}

/** @param {() => boolean} isBack whether the mock was away: another may have come back */
export function outbox(isBack) {
  let known = { sandbox: '', last: 0, total: 0 };
  /** The newest mails, oldest first. @type {Mail[]} */
  let mails = [];
  /** @param {Mail} of @returns {HTMLElement} */
  const mail = ({ to, username, subject, time, link, delivered, reason }) => h('li', {},
    h('p', {}, h('b', {}, to), ` ${subject}`),
    h('p', { class: 'dim' }, `${time.slice(11, 19)} · ${username}${delivered ? '' : ` · not delivered: ${reason}`}`),
    /^https?:/.test(link) ? h('a', { href: link, target: '_blank', rel: 'noopener noreferrer' }, link) : link);
  return async () => {
    const { sandbox } = at;
    const isStale = isBack() || sandbox !== known.sandbox;
    const ask = async (/** @type {number} */ after) => (await get(`outbox?${query({ after })}`)).messages;
    let [{ total }, more] = await Promise.all([get('outbox?limit=0'), isStale ? [] : ask(known.last)]);
    // Where mails are gone, deleted or evicted, or came in between, all are asked for.
    const isOther = isStale || total !== known.total + more.length;
    if (isOther) {
      more = await ask(0);
      total = more.length;
    }
    if (sandbox !== at.sandbox) return;
    mails = [...(isOther ? [] : mails), ...more].slice(-MOST_MAILS);
    known = { sandbox, last: mails.at(-1)?.id ?? 0, total };
    const newest = mails.toReversed();
    sync($('mails'), newest.length ? newest : [null], (one) => String(one?.id), (one) => one ? mail(one) : h('li', { class: 'dim' }, 'No mails yet.'));
  };
}

/** @param {Act} act */
export function clock(act) {
  let offset = 0;
  /** The clock as last read. @type {{ now: string, frozen: boolean }} */
  let read = { now: '', frozen: true };
  const now = () => read.frozen ? read.now : new Date(Date.now() + offset).toISOString();
  const show = () => {
    $('time').textContent = `${now().slice(0, 10)} ${now().slice(11, 19)} UTC`;
    $('now').textContent = read.frozen ? read.now : `${now().slice(0, 19)}Z`;
  };
  const load = async () => {
    read = await get('clock');
    offset = Date.parse(read.now) - Date.now();
    $('time').classList.toggle('still', read.frozen);
    $('frozen').textContent = read.frozen ? 'frozen' : 'running';
    show();
  };
  setInterval(() => { if (!read.frozen) show(); }, 500);
  const put = (/** @type {object} */ body) => call('PUT', 'clock', body);
  $('freeze').addEventListener('click', () => act(async () => put({ now: (await get('clock')).now }), 'The clock is frozen'));
  $('real').addEventListener('click', () => act(async () => {
    await call('DELETE', 'clock');
    say((await get('clock')).frozen ? 'The clock is frozen, as at the start' : 'The clock is back in real time');
  }));
  form('advance').addEventListener('submit', (event) => {
    event.preventDefault();
    const advance = String(new FormData(form('advance')).get('duration')).trim();
    act(() => put({ advance }), `Advanced by ${advance}`);
  });
  return { load, now };
}

/** @param {Act} act */
export function fixtures(act) {
  $('download').addEventListener('click', () => act(async () => save(await download('fixtures.yaml'), `fixtures-${at.sandbox}.yaml`)));
}
