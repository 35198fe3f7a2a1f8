import { Clock } from "./clock.js";
import { ControlPlaneError } from "./control-plane.js";
import { checkOptions } from "./options.js";
import { assertRequested } from "./requested.js";
import { Undo } from "./undo.js";

/**
 * @typedef {import("./control-plane.js").ControlPlane} ControlPlane
 * @typedef {import("./control-plane.js").CallOptions} CallOptions
 * @typedef {import("./requested.js").RequestedOptions} RequestedOptions
 * @typedef {import("./schema.js").components["schemas"]} Schemas
 * @typedef {import("./schema.js").operations} Operations
 * @typedef {Schemas["NewSandboxAnswer"]} NewSandbox
 * @typedef {Schemas["SessionAnswer"]} Session
 * @typedef {Schemas["FaultBody"]} Fault
 * @typedef {Schemas["AdHocFaultAnswer"]} AddedFault
 * @typedef {Schemas["UserAnswer"]} User
 * @typedef {Omit<Schemas["UserBody"], "username">} UserFields
 * @typedef {Schemas["EntryAnswer"]} RecordedRequest
 * @typedef {Schemas["MailAnswer"]} Mail
 * @typedef {Schemas["CoverageAnswer"]} Coverage
 * @typedef {NonNullable<Operations["getRequests"]["parameters"]["query"]>} RequestsQuery
 * @typedef {NonNullable<Operations["getOutbox"]["parameters"]["query"]>} OutboxQuery
 * @typedef {NonNullable<Operations["getCoverage"]["parameters"]["query"]>} CoverageQuery
 * @typedef {NonNullable<Operations["getCookie"]["parameters"]["query"]>["kind"]} RefusedKind
 */

/**
 * A sandbox of a running mock, with users, tokens, scenario, clock and journal of its own.
 *
 * Methods reject with a ControlPlaneError if the mock refuses a call.
 */
export class Sandbox {
  #control;
  #made;
  /** @type {Map<string, Session>} */
  #sessions = new Map();

  /**
   * @param {ControlPlane} control of this sandbox
   * @param {NewSandbox} made
   */
  constructor(control, made) {
    this.#control = control;
    this.#made = made;
    this.id = made.id;
    /** The base URL of the mocked API in this sandbox. It ends in `/api/v2`. */
    this.apiUrl = made.api_url;
    this.clock = new Clock(control);
    this.#startSessions();
  }

  /**
   * The value of a user's session cookie, percent-encoded, without the cookie's name.
   *
   * It belongs to the latest `login` of the user, else to the user's first session in the fixtures.
   *
   * @param {string} username
   * @returns {string}
   */
  cookie(username) {
    return this.#session(username).cookie;
  }

  /**
   * Name and value of a user's session cookie, for a `Cookie` header.
   *
   * @param {string} username
   * @returns {string}
   */
  cookieHeader(username) {
    return this.#session(username).cookie_header;
  }

  /**
   * Create a fresh session of a user, as after a login. `cookie` and `cookieHeader` then give its cookie.
   *
   * Needs no password, and leaves no trace in the journal. To test the login itself, let the client log in.
   *
   * @param {string} username
   * @param {{ ttl?: string }} [options] `ttl`: how long the session lives unused; default `30h`
   * @returns {Promise<Session>} `sid`, `username`, `expires`, `cookie`, `cookie_header`
   */
  async login(username, options = {}) {
    checkOptions("login", options, ["ttl"]);
    /** @type {Session} */
    const session = await this.#control.call("POST", "/sessions", { body: { username, ...options } });
    this.#sessions.set(username, session);
    return session;
  }

  /**
   * A cookie that the mock must refuse.
   *
   * @param {RefusedKind} kind such as `tampered` or `expired`
   * @returns {Promise<Schemas["CookieAnswer"]>} with the `code` of the refusal
   */
  async refusedCookie(kind) {
    return this.#control.call("GET", "/cookies", { query: { kind } });
  }

  /**
   * Switch to a scenario.
   *
   * @param {string} name such as `db-down`
   * @returns {Promise<Undo>} switches back
   */
  async scenario(name) {
    const { name: before } = await this.#control.call("GET", "/scenario");
    await this.#control.call("PUT", "/scenario", { body: { name } });
    return new Undo(() => this.#control.call("PUT", "/scenario", { body: { name: before } }));
  }

  /**
   * Add a fault to the active scenario, with the fields of the fixtures.
   *
   * @param {Fault} fields such as `{ operation: "save_token", error: "database", times: 1 }`
   * @returns {Promise<Undo & AddedFault>} removes it
   */
  async fault(fields) {
    /** @type {AddedFault} */
    const added = await this.#control.call("POST", "/faults", { body: fields });
    return Object.assign(new Undo(() => this.#remove(`/faults/${added.id}`)), added);
  }

  /**
   * Create or replace a user. What is not given gets its default.
   *
   * @param {string} username
   * @param {UserFields} [fields] `uid`, `email`, `password`, `verified`, `token`, `scenario`
   * @returns {Promise<User>} without the password
   */
  async putUser(username, fields = {}) {
    return this.#control.call("PUT", `/users/${encodeURIComponent(username)}`, { body: fields });
  }

  /**
   * A user as of now, with the token.
   *
   * @param {string} username
   * @returns {Promise<User>}
   */
  async user(username) {
    return this.#control.call("GET", `/users/${encodeURIComponent(username)}`);
  }

  /**
   * The requests to this sandbox that match, oldest first.
   *
   * @param {RequestsQuery} [query] `endpoint`, `code`, `username`, `after`, `limit`, `order`, `wait`
   * @returns {Promise<RecordedRequest[]>}
   */
  async requests(query = {}) {
    return (await this.#control.call("GET", "/requests", { query })).requests;
  }

  /**
   * Assert that an endpoint was requested.
   *
   * @param {string} endpoint such as `/auth/token`
   * @param {RequestedOptions} [options] default: at least once, with any code
   * @returns {Promise<void>} rejects with an AssertionError that shows what came instead, and why
   */
  async assertRequested(endpoint, options = {}) {
    await assertRequested(this.#control, endpoint, options);
  }

  /**
   * The mails of this sandbox that match, oldest first. No mail is ever sent.
   *
   * @param {OutboxQuery} [query] `to`, `username`, `after`, `limit`, `wait`
   * @returns {Promise<Mail[]>}
   */
  async outbox(query = {}) {
    return (await this.#control.call("GET", "/outbox", { query })).messages;
  }

  /**
   * How often each documented pair of endpoint and code was answered.
   *
   * @param {CoverageQuery} [query] `page`: `token` (default), `account` or `all`
   * @returns {Promise<Coverage>}
   */
  async coverage(query = {}) {
    return this.#control.call("GET", "/coverage", { query });
  }

  /**
   * Put the sandbox back to its start. Sessions of the fixtures keep their ids.
   *
   * @returns {Promise<void>}
   */
  async reset() {
    await this.#control.call("POST", "/reset");
    this.#startSessions();
  }

  /**
   * Any other call of the sandbox's control plane.
   *
   * @param {string} method
   * @param {string} path such as `/users`
   * @param {CallOptions} [options]
   * @returns {Promise<any>}
   */
  async call(method, path, options) {
    return this.#control.call(method, path, options);
  }

  /**
   * Delete the sandbox. Does nothing if it is gone already.
   *
   * @returns {Promise<void>}
   */
  async close() {
    await this.#remove("");
  }

  /** @returns {Promise<void>} */
  async [Symbol.asyncDispose]() {
    await this.close();
  }

  #startSessions() {
    this.#sessions.clear();
    for (const session of this.#made.sessions) {
      const { username } = session;
      if (username !== null && !this.#sessions.has(username)) this.#sessions.set(username, session);
    }
  }

  /** @param {string} username */
  #session(username) {
    const session = this.#sessions.get(username);
    if (session !== undefined) return session;
    const known = [...this.#sessions.keys()].join(", ") || "nobody";
    throw new Error(
      `'${username}' has no session in this sandbox: make one with await sandbox.login('${username}'); ` +
        `those with a session: ${known}`,
    );
  }

  /** @param {string} path */
  async #remove(path) {
    try {
      await this.#control.call("DELETE", path);
    } catch (error) {
      if (!(error instanceof ControlPlaneError && error.status === 404)) throw error;
    }
  }
}
