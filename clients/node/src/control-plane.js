/**
 * @typedef {string | number | boolean | null | undefined} QueryValue
 * @typedef {{ query?: object | undefined, body?: unknown }} CallOptions
 */

/** The mock refused a call of the control plane, or no mock answered. */
export class ControlPlaneError extends Error {
  /**
   * @param {string} message
   * @param {{ status?: number | undefined, detail?: string | undefined, cause?: unknown }} [facts]
   */
  constructor(message, { status, detail, cause } = {}) {
    super(message, cause === undefined ? {} : { cause });
    this.name = "ControlPlaneError";
    /** The HTTP status of the refusal. Undefined if no mock answered. */
    this.status = status;
    /** The mock's reason alone. */
    this.detail = detail;
  }
}

/** An HTTP client for one admin URL. */
export class ControlPlane {
  #url;
  #headers;

  /**
   * @param {string} adminUrl ends in `/__admin` or in the id of a sandbox
   * @param {string | undefined} adminToken
   */
  constructor(adminUrl, adminToken) {
    this.#url = adminUrl;
    /** @type {Record<string, string>} */
    this.#headers = adminToken ? { authorization: `Bearer ${adminToken}` } : {};
  }

  /**
   * Send a call, and check its status.
   *
   * @param {string} method
   * @param {string} path such as `/users/alice`
   * @param {CallOptions} [options]
   * @returns {Promise<any>} the JSON document, other text as it is, or undefined without a body
   * @throws {ControlPlaneError}
   */
  async call(method, path, { query = {}, body } = {}) {
    const target = this.#url + path + queryOf(query);
    const json = body === undefined ? {} : { "content-type": "application/json" };
    let response, text;
    try {
      response = await fetch(target, {
        method,
        headers: { ...this.#headers, ...json },
        redirect: "error",
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      text = await response.text();
    } catch (cause) {
      throw new ControlPlaneError(`${method} ${target}: no mock answers: ${reasonOf(cause)}`, { cause });
    }
    if (!response.ok) throw refusal(`${method} ${target}`, response.status, text);
    const type = response.headers.get("content-type") ?? "";
    if (text === "") return undefined;
    return type.startsWith("application/json") ? parsed(`${method} ${target}`, text) : text;
  }
}

/** @param {object} query */
function queryOf(query) {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null);
  const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return text && `?${text}`;
}

/**
 * @param {string} call
 * @param {string} text
 */
function parsed(call, text) {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ControlPlaneError(`${call}: this is no animeloop-mock`, { cause });
  }
}

/**
 * @param {string} call
 * @param {number} status
 * @param {string} text
 */
function refusal(call, status, text) {
  let detail;
  try {
    detail = JSON.parse(text).detail;
  } catch {
    // What is no problem document comes from something else.
  }
  if (typeof detail !== "string") {
    return new ControlPlaneError(`${call}: HTTP ${status}: this is no animeloop-mock`, { status });
  }
  return new ControlPlaneError(`${call}: ${detail}`, { status, detail });
}

/** @param {unknown} error */
function reasonOf(error) {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  if (cause instanceof AggregateError && cause.errors.length > 0) return String(cause.errors[0].message);
  return cause instanceof Error ? cause.message : String(cause);
}
