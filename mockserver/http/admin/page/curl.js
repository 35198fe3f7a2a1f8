// A command that sends a recorded request again.

import { at, get, query } from './api.js';

// What curl says by itself, or what only a browser can say.
const LEFT_OUT = /^(host|connection|content-length|accept-encoding|user-agent|cookie|keep-alive|pragma|cache-control|dnt|sec-.*|upgrade-insecure-requests|transfer-encoding|expect)$/i;
const HIDDEN = '[redacted]';
const MOST_SESSIONS = 1000;
const SIGNATURE = /animeloop\.auth\.sid=[^;]*/;

/** @param {string} text */
const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;

/**
 * The session, if it is among the first of this user, or of all. To ask for one that is gone would leave a 404 in the console.
 * @param {string} sid @param {string} username @returns {Promise<Session | undefined>}
 */
async function found(sid, username) {
  const { sessions } = await get(`sessions?${query({ username, limit: MOST_SESSIONS })}`);
  return sessions.find((/** @type {Session} */ one) => one.sid === sid);
}

/**
 * The cookie as it was sent: the journal has no signature, but the session does.
 * @param {Entry} entry @param {string} sent
 */
async function restored(entry, sent) {
  const isTampered = entry.explain.some((step) => step.includes('does not verify'));
  if (!sent.includes('[signature]') || entry.sid === null || isTampered) return sent;
  const session = await found(entry.sid, entry.username ?? '') ?? await found(entry.sid, '');
  return session ? sent.replace(SIGNATURE, () => session.cookie_header) : sent;
}

/** The URL of a request, in the sandbox that the page shows. @param {Entry} entry @param {string} apiUrl */
export function urlOf(entry, apiUrl) {
  const server = apiUrl.slice(0, apiUrl.lastIndexOf('/__sandbox/'));
  const isHere = at.sandbox === 'default' || entry.path.startsWith('/__sandbox/') || !entry.path.startsWith('/api/v2');
  const url = isHere ? server + entry.path : apiUrl + entry.path.slice('/api/v2'.length);
  return entry.request.query ? `${url}?${entry.request.query}` : url;
}

/**
 * The command, and what is not as it was sent.
 * @param {Entry} entry @param {string} apiUrl
 */
export async function curl(entry, apiUrl) {
  const { headers, body, query: sent, truncated } = entry.request;
  const url = urlOf(entry, apiUrl);
  const method = entry.method === 'HEAD' ? '--head' : `-X ${/^[A-Z]+$/.test(entry.method) ? entry.method : quoted(entry.method)}`;
  const flags = `${/[[\]{}]/.test(url) ? ' --globoff' : ''}${/\/\.\.?(\/|$)/.test(entry.path) ? ' --path-as-is' : ''}`;
  const parts = [`curl ${method}${flags} ${quoted(url)}`];
  const cookie = headers['Cookie'] === undefined ? '' : await restored(entry, headers['Cookie']);
  if (cookie) parts.push(`-H ${quoted(`Cookie: ${cookie}`)}`);
  const isUnknown = body === HIDDEN; // it cannot be read, so nothing of it is kept
  for (const [name, value] of Object.entries(headers)) {
    if (!LEFT_OUT.test(name) && !(isUnknown && /^content-encoding$/i.test(name))) parts.push(`-H ${quoted(value === '' ? `${name};` : `${name}: ${value}`)}`);
  }
  if (body && !isUnknown) {
    if (headers['Content-Type'] === undefined) parts.push("-H 'Content-Type:'");
    parts.push(`--data-raw ${quoted(body)}`);
  }
  const notes = [];
  if (cookie.includes('[signature]')) notes.push('the signature of the cookie is redacted, because its session is gone or was not valid');
  if (isUnknown) notes.push('the journal has no body, because it cannot be read and may hold secrets');
  if (`${sent} ${isUnknown ? '' : body}`.includes(HIDDEN)) notes.push('put the password or code in place of [redacted]: the journal does not keep it');
  if (truncated) notes.push('the body is cut after 4 KB');
  return { command: parts.join(' \\\n  '), notes };
}
