// The calls of the control plane, relative to this page, so that it works below any mount prefix.

const KEY = 'animeloop-mock-token';
const PATIENCE_MS = 10_000;
const SENDABLE = /^[ -~]+$/; // what an admin token can be: printable ASCII. Nothing else can safely be in a header.

/** A call that failed. `status` is 0 if there was no reply, and 502 if it is not the mock's. */
export class CallError extends Error {
  /** @param {number} status @param {string} message @param {string} sandbox */
  constructor(status, message, sandbox) {
    super(message);
    this.status = status;
    this.sandbox = sandbox;
  }
}

/** The sandbox that the address names. */
export const addressed = () => new URLSearchParams(location.search).get('sandbox') || 'default';

/** The sandbox that the page shows, and how many writes it has begun or ended: what was read before one is old. */
export const at = { sandbox: addressed(), writes: 0 };

/** @param {string | null} token */
export function useToken(token) {
  if (token === null) sessionStorage.removeItem(KEY);
  else sessionStorage.setItem(KEY, token);
}
export const hasToken = () => sessionStorage.getItem(KEY) !== null;

/** @param {Record<string, string | number | undefined>} parameters */
export function query(parameters) {
  const given = Object.entries(parameters).filter(([, value]) => value !== undefined && value !== '');
  return new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
}

/** A name as a part of a path. Browsers resolve dots there, even encoded ones. @param {string} name */
export function part(name) {
  if (name === '.' || name === '..') throw new CallError(404, `a browser cannot ask for the name ${name}; curl --path-as-is can`, at.sandbox);
  return encodeURIComponent(name);
}

/**
 * Makes a call on the sandbox, or with a leading slash on the server. Returns its reply.
 * @param {string} method @param {string} path @param {unknown} [body]
 * @param {{ signal?: AbortSignal | undefined, patience?: number }} [options]
 */
async function send(method, path, body, { signal, patience = PATIENCE_MS } = {}) {
  const token = sessionStorage.getItem(KEY);
  const { sandbox } = at;
  if (token !== null && !SENDABLE.test(token)) throw new CallError(401, 'no mock has such a token', sandbox);
  const below = sandbox === 'default' ? '' : `sandboxes/${part(sandbox)}/`;
  const limit = AbortSignal.timeout(patience);
  /** @type {RequestInit} */
  const request = { method, signal: signal ? AbortSignal.any([signal, limit]) : limit, cache: 'no-store', headers: {
    ...(token === null ? {} : { Authorization: `Bearer ${token}` }),
    ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
  } };
  if (body !== undefined) request.body = JSON.stringify(body);
  let response;
  try {
    response = await fetch(path.startsWith('/') ? path.slice(1) : below + path, request);
  } catch {
    signal?.throwIfAborted();
    throw new CallError(0, limit.aborted ? `no answer within ${patience / 1000} s` : 'the mock is not reachable', sandbox);
  }
  if (!response.ok) {
    const problem = await response.json().catch(() => ({}));
    throw new CallError(response.status, problem.detail ?? `HTTP ${response.status}, not from the mock`, sandbox);
  }
  return response;
}

/**
 * @param {string} method @param {string} path @param {unknown} [body]
 * @param {{ signal?: AbortSignal | undefined, patience?: number }} [options]
 * @returns {Promise<any>}
 */
export async function call(method, path, body, options) {
  if (method !== 'GET') at.writes += 1;
  const response = await send(method, path, body, options).finally(() => { if (method !== 'GET') at.writes += 1; });
  if (response.status === 204 || response.headers.get('Content-Type')?.startsWith('text/html')) return null;
  try {
    return await response.json();
  } catch {
    options?.signal?.throwIfAborted();
    throw new CallError(502, 'the reply was cut off, or is not from the mock', at.sandbox);
  }
}

/** @param {string} path @param {{ signal?: AbortSignal | undefined, patience?: number }} [options] */
export const get = (path, options) => call('GET', path, undefined, options);

/** What is there, or null. @param {string} path */
export const find = (path) => get(path).catch((error) => {
  if (error instanceof CallError && error.status === 404) return null;
  throw error;
});

/** @param {string} path */
export const download = async (path) => (await send('GET', path, undefined, { patience: 60_000 })).blob();
