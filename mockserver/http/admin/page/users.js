// Users, their sessions, and this browser's cookie.

import { call, find, get, part, query } from './api.js';
import { $, copy, form, h, say, sync } from './dom.js';

const PAGE = 100;
const MOST_SESSIONS = 1000;
const MOST_TOKENS = 20;
const MOST_USERS = 1000;

/** @param {Act} act @param {() => Health} health @param {() => string} now the time of the sandbox */
export function users(act, health, now) {
  let pages = 1;
  let wanted = '';

  /** @param {string} username */
  const path = (username) => `users/${part(username)}`;
  /** @param {Session} session */
  const isLive = (session) => session.expires > now();
  /** @param {string} username */
  const logIn = (username) => call('POST', 'sessions', { username });
  /** A session that is alive, made if there is none. @param {string} username @returns {Promise<Session>} */
  const session = async (username) => {
    const { sessions } = await get(`sessions?${query({ username, limit: MOST_SESSIONS })}`);
    return sessions.find(isLive) ?? logIn(username);
  };
  /** @param {string} username */
  const use = async (username) => {
    await session(username);
    await call('GET', `use?${query({ username })}`);
    say(`This browser is now ${username}`);
  };
  /** @param {string} username */
  const copyCookie = async (username) => {
    await copy((await session(username)).cookie_header);
    say(`Copied the cookie of ${username}`);
  };

  const isListed = () => health().profile === 'dashboard';
  /** What tells the tokens of a user: a list of them in profile dashboard. @param {User} user @returns {HTMLElement[]} */
  const tokens = (user) => {
    if (!isListed()) return [h('span', { class: user.token === null ? 'tag' : 'tag good' }, user.token === null ? 'no token' : 'token')];
    if (!user.tokens?.length) return [h('span', { class: 'tag' }, 'no tokens')];
    const more = user.tokens.length - MOST_TOKENS;
    return [h('ul', { class: 'tags tokens', 'aria-label': `Tokens of ${user.username}` },
      ...user.tokens.slice(0, MOST_TOKENS).map((one) => h('li', { class: 'tag good' }, `${one.id} ${one.name ?? ''}`.trim())),
      more > 0 ? h('li', { class: 'tag' }, `${more} more`) : null)];
  };

  /** Whether there is such a user. To ask for the user itself would leave a 404 in the console. @param {string} username */
  const isThere = async (username) => {
    for (let after = ''; ;) {
      const { users: some, next } = await get(`users?${query({ limit: MOST_USERS, after })}`);
      if (some.some((/** @type {User} */ user) => user.username === username)) return true;
      if (next === null) return false;
      after = next;
    }
  };

  /** @param {string} username */
  const remove = async (username) => {
    await call('DELETE', path(username));
    if (username === wanted) wanted = '';
  };

  /** @param {Row} of @returns {HTMLElement} */
  const row = ({ user, live, dead, isWhole }) => {
    const { username } = user;
    const button = (/** @type {string} */ name, /** @type {() => Promise<unknown>} */ work, /** @type {string} */ done = '') => h('button', { class: 'quiet', click: () => act(work, done) }, name);
    const sessions = live || isWhole ? `${live}${isWhole ? '' : '+'} session${live === 1 && isWhole ? '' : 's'}` : `none of the first ${MOST_SESSIONS} sessions`;
    return h('tr', { role: 'row', class: 'user' },
      h('td', { role: 'cell', class: 'name' }, h('b', {}, username), h('span', { class: 'dim' }, [user.uid === null ? '' : `uid ${user.uid}`, user.email].filter(Boolean).join(' · '))),
      h('td', { role: 'cell', class: 'tags' }, ...tokens(user),
        user.admin && isListed() ? h('span', { class: 'tag' }, 'admin') : null,
        user.verified ? null : h('span', { class: 'tag warn' }, 'not verified'),
        user.scenario === null ? null : h('span', { class: 'tag bad' }, user.scenario),
        h('span', { class: 'tag' }, sessions), dead ? h('span', { class: 'tag warn' }, `${dead} expired`) : null),
      h('td', { role: 'cell', class: 'tools' },
        button('Use in this browser', () => use(username)), button('Copy cookie', () => copyCookie(username)),
        button('Log in', () => logIn(username), `Logged ${username} in`),
        button('Delete', () => remove(username), `Deleted ${username}`)));
  };

  $('more').addEventListener('click', () => act(async () => { pages += 1; }));
  form('find').addEventListener('submit', (event) => {
    event.preventDefault();
    const name = String(new FormData(form('find')).get('find')).trim();
    act(async () => {
      wanted = '';
      if (name) await get(path(name));
      wanted = name;
    });
  });
  form('add-user').addEventListener('submit', (event) => {
    event.preventDefault();
    const { username = '', password, email, scenario, token } = Object.fromEntries(new FormData(form('add-user')));
    const body = { password: password || null, email: email || null, scenario: scenario || null, token: token ? 'issue' : null,
      tokens: token && isListed() ? [{ name: 'from the page', token: 'issue' }] : [] };
    act(async () => {
      if (await isThere(String(username))) throw new Error(`there is a user ${username} already: delete it first, or choose another name`);
      await call('PUT', path(String(username)), body);
      form('add-user').reset();
    }, `Added ${username}`);
  });

  return async () => {
    const listing = get(`sessions?limit=${MOST_SESSIONS}`);
    listing.catch(() => {}); // it is awaited below
    /** @type {User[]} */
    const all = [];
    let after = '';
    const found = wanted && await find(path(wanted));
    if (found) all.push(found);
    else wanted = '';
    for (let page = 0; !wanted && page < pages; page += 1) {
      const { users: some, next } = await get(`users?${query({ limit: PAGE, after })}`);
      all.push(...some);
      after = next ?? '';
      if (next === null) break;
    }
    const { sessions, next } = await listing;
    /** @type {Map<string | null, Session[]>} */
    const byUser = Map.groupBy(sessions, (/** @type {Session} */ one) => one.username);
    const rows = all.map((user) => {
      const theirs = byUser.get(user.username) ?? [];
      const live = theirs.filter(isLive).length;
      return { user, live, dead: theirs.length - live, isWhole: next === null };
    });
    sync($('rows'), rows, ({ user }) => user.username, row);
    sync($('names'), all.slice(0, PAGE), (user) => user.username, (user) => h('option', { value: user.username }));
    const total = health().users;
    $('shown').textContent = all.length < total ? `${all.length} of ${total.toLocaleString('en')}` : String(total);
    $('more').hidden = after === '';
    $('find').hidden = !wanted && after === '' && pages === 1;
  };
}
