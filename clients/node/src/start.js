import { inspect } from "node:util";
import { startChild } from "./child.js";
import { commandOf } from "./command.js";
import { ControlPlaneError } from "./control-plane.js";
import { Mock } from "./mock.js";
import { checkOptions } from "./options.js";

/**
 * @typedef {object} StartOptions
 * @property {string} [fixtures] a YAML file or a directory of them; default: the shipped fixtures
 * @property {string} [scenario] the scenario of the start, such as `db-down`
 * @property {string} [profile] `documented` (default) or another profile of the mock
 * @property {readonly string[]} [args] more flags of `animeloop-mock serve`
 * @property {string | readonly string[]} [command] starts the mock, instead of ANIMELOOP_MOCK_COMMAND or
 *   `animeloop-mock`: a line such as `python -m mockserver`, or its words
 * @property {string} [url] the origin of a mock that runs, instead of ANIMELOOP_MOCK_URL: nothing is started
 * @property {string} [adminToken] for the control plane, instead of ANIMELOOP_MOCK_ADMIN_TOKEN
 * @property {number} [timeoutMs] how long the start may take, in milliseconds; default 30,000
 */

/** @type {readonly (keyof StartOptions)[]} */
const OF_SERVE = ["fixtures", "scenario", "profile", "args"];
const OPTIONS = [...OF_SERVE, "command", "url", "adminToken", "timeoutMs"];
const TIMEOUT_MS = 30_000;
// Variables of a mock that somebody starts by hand.
const OF_OTHERS = ["PORT", "PORT_FILE", "HOST"].map((name) => `ANIMELOOP_MOCK_${name}`);

/**
 * Start the mock on a free port of 127.0.0.1, or use the one that runs at ANIMELOOP_MOCK_URL.
 *
 * @param {StartOptions} [options]
 * @returns {Promise<Mock>}
 * @throws {TypeError} if an option is wrong
 * @throws {Error} if it does not start, with the mock's own words, or if no mock answers at the URL
 */
export async function startMock(options = {}) {
  checkOptions("startMock", options, OPTIONS);
  checkArgs(options.args);
  const adminToken = options.adminToken ?? (process.env.ANIMELOOP_MOCK_ADMIN_TOKEN || undefined);
  const url = options.url ?? (options.command ? undefined : process.env.ANIMELOOP_MOCK_URL || undefined);
  if (url !== undefined) return runningMock(url, adminToken, options);
  const command = commandOf(options.command ?? process.env.ANIMELOOP_MOCK_COMMAND);
  const child = await startChild(
    [...command, "serve", ...flagsOf(options)],
    environment(adminToken),
    options.timeoutMs ?? TIMEOUT_MS,
  );
  return new Mock(child.url, adminToken, child.stop);
}

/**
 * @param {string} url
 * @param {string | undefined} adminToken
 * @param {StartOptions} options
 */
async function runningMock(url, adminToken, options) {
  const origin = originOf(url);
  const ignored = OF_SERVE.filter((name) => options[name] !== undefined);
  if (ignored.length > 0) {
    process.emitWarning(`startMock: ${ignored.join(", ")}: ignored, because the mock at ${url} already runs`);
  }
  const mock = new Mock(origin, adminToken, async () => {});
  const health = await mock.call("GET", "/health");
  if (health?.profile === undefined) throw new ControlPlaneError(`${mock.adminUrl}/health: this is no animeloop-mock`);
  return mock;
}

/**
 * @param {unknown} url of the mock, its API or its control plane
 * @returns {string}
 */
function originOf(url) {
  const text = String(url).replace(/\/+$/, "").replace(/\/(?:api\/v2|__admin)$/, "");
  if (!(URL.canParse(text) && /^https?:\/\//i.test(text))) {
    throw new TypeError(`startMock: expected the URL of a mock, such as http://127.0.0.1:7775, got ${inspect(url)}`);
  }
  return text;
}

/** @param {unknown} args */
function checkArgs(args) {
  if (args === undefined) return;
  if (!(Array.isArray(args) && args.every((one) => typeof one === "string"))) {
    throw new TypeError(`startMock: args: expected an array of flags, such as ["--seed=7"], got ${inspect(args)}`);
  }
  // As a flag, other users of the machine could read it, and the client would not know it.
  if (args.some((one) => one.split("=", 1)[0] === "--admin-token")) {
    throw new TypeError("startMock: args: give the option adminToken instead of the flag --admin-token");
  }
}

/** @param {StartOptions} options */
function flagsOf({ fixtures, scenario, profile, args = [] }) {
  const given = Object.entries({ fixtures, scenario, profile });
  const flags = given.flatMap(([name, value]) => (value === undefined ? [] : [`--${name}=${value}`]));
  return ["--host=127.0.0.1", "--port=0", ...flags, ...args];
}

/** @param {string | undefined} adminToken */
function environment(adminToken) {
  const env = { ...process.env };
  for (const name of OF_OTHERS) delete env[name];
  // Not as a flag: other users of the machine can read those.
  if (adminToken !== undefined) env.ANIMELOOP_MOCK_ADMIN_TOKEN = adminToken;
  return env;
}
