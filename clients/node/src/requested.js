import { AssertionError } from "node:assert";
import { inspect } from "node:util";
import { checkOptions } from "./options.js";

/**
 * @typedef {import("./control-plane.js").ControlPlane} ControlPlane
 * @typedef {import("./schema.js").components["schemas"]} Schemas
 * @typedef {object} RequestedOptions
 * @property {number} [code] only replies with this code count
 * @property {number} [times] exactly so many; default: at least one
 * @property {string} [username] only requests of this user count
 * @property {string} [wait] the longest time to wait for an asynchronous client, such as `2s`
 */

const OPTIONS = ["code", "times", "username", "wait"];
const SHOWN = 20;

/**
 * Assert that an endpoint was requested. The message shows what came instead, and why.
 *
 * @param {ControlPlane} control
 * @param {string} endpoint such as `/auth/token`
 * @param {RequestedOptions} options
 * @returns {Promise<void>}
 * @throws {AssertionError}
 * @throws {TypeError} if an argument is none that could match
 */
export async function assertRequested(control, endpoint, options) {
  if (typeof endpoint !== "string") {
    throw new TypeError(`assertRequested: expected an endpoint such as '/auth/token', got ${inspect(endpoint)}`);
  }
  checkOptions("assertRequested", options, OPTIONS);
  const { code, times, username, wait } = options;
  if (times !== undefined && !(Number.isInteger(times) && times >= 0)) {
    throw new TypeError(`assertRequested: times: expected a whole number from 0, got ${inspect(times)}`);
  }
  // That nothing comes is certain only when the time is up.
  const query = { endpoint, code, username, at_least: times || 1, wait };
  /** @type {Schemas["CountAnswer"]} */
  const { count, complete } = await control.call("GET", "/requests/count", { query });
  if (times === undefined ? count > 0 : complete && count === times) return;
  const wanted =
    `${endpoint}${code === undefined ? "" : ` answered with ${code}`}` +
    `${username === undefined ? "" : ` for ${username}`}`;
  const often = times === undefined ? "at least once" : timesOf(times);
  throw new AssertionError({
    message:
      `expected ${wanted} ${often}, found it ${timesOf(count)}; this is what came:\n` +
      `${await whatCame(control)}${complete ? "" : "\n(the journal has evicted older requests)"}`,
    actual: count,
    expected: times ?? 1,
    operator: "assertRequested",
    stackStartFn: assertRequested,
  });
}

/** @param {ControlPlane} control */
async function whatCame(control) {
  const query = { order: "newest", limit: SHOWN };
  /** @type {Schemas["EntriesAnswer"]} */
  const { requests, total } = await control.call("GET", "/requests", { query });
  if (requests.length === 0) return "  nothing";
  const lines = requests.reverse().map(lineOf);
  const older = total - requests.length;
  return [...(older > 0 ? [`  (${older} older ones)`] : []), ...lines].join("\n");
}

/** @param {Schemas["EntryAnswer"]} entry */
function lineOf({ method, path, status, code, username, explain }) {
  const answer = code === null ? `HTTP ${status}` : `${code}`;
  return `  ${method} ${path} ${answer} ${username ?? "-"}: ${explain.join("; ")}`;
}

/** @param {number} count */
function timesOf(count) {
  return count === 1 ? "1 time" : `${count} times`;
}
