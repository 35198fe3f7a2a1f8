import { spawn } from "node:child_process";

const LISTENS = /^animeloop-mock is listening on (http:\/\/\S+)\/api\/v2\s*$/m;
// What is kept of the output, for the message of a mock that does not start. In characters.
const KEPT = 16_384;
// The mock gives requests in flight 8 s.
const STOP_MS = 12_000;

/**
 * @typedef {object} Child
 * @property {string} url the origin
 * @property {() => Promise<void>} stop
 */

/**
 * Start the mock, and wait until it listens. It ends with this process at the latest.
 *
 * @param {readonly string[]} words program and arguments
 * @param {NodeJS.ProcessEnv} env
 * @param {number} timeoutMs
 * @returns {Promise<Child>}
 */
export async function startChild(words, env, timeoutMs) {
  const [program = "", ...rest] = words;
  const child = spawn(program, rest, { env, stdio: ["ignore", "pipe", "pipe"], windowsHide: true });
  const kill = () => child.kill();
  process.once("exit", kill);
  /** @type {Promise<void>} */
  const ended = new Promise((resolve) => {
    child.once("close", () => {
      process.removeListener("exit", kill);
      resolve();
    });
  });
  let url;
  try {
    url = await listening(child, words, timeoutMs);
  } catch (error) {
    kill();
    throw error;
  }
  // A test run that forgets `close` still ends.
  for (const part of [child, child.stdout, child.stderr]) {
    /** @type {{ unref?: () => void }} */ (part).unref?.();
  }
  return { url, stop: () => stopped(child, ended) };
}

/**
 * @param {import("node:child_process").ChildProcessByStdio<null, import("node:stream").Readable, import("node:stream").Readable>} child
 * @param {readonly string[]} words
 * @param {number} timeoutMs
 * @returns {Promise<string>} the origin
 */
function listening(child, words, timeoutMs) {
  return new Promise((resolve, reject) => {
    let output = "";
    let log = "";
    const failed = (/** @type {string} */ what) => reject(new Error(log ? `${what}:\n${log.trimEnd()}` : what));
    const timer = setTimeout(
      () => failed(`the mock does not listen within ${timeoutMs / 1000} s`),
      timeoutMs,
    );
    child.stdout.setEncoding("utf8").on("data", (text) => {
      output = (output + text).slice(-KEPT);
      const found = LISTENS.exec(output);
      if (found?.[1] === undefined) return;
      clearTimeout(timer);
      resolve(found[1]);
    });
    // Read to its end: the mock would drop lines of a log that nobody reads.
    child.stderr.setEncoding("utf8").on("data", (text) => {
      log = (log + text).slice(-KEPT);
    });
    child.once("error", (error) => {
      clearTimeout(timer);
      const missing = "code" in error && error.code === "ENOENT";
      failed(
        missing
          ? `cannot run '${words[0]}': there is no such command; install animeloop-mock (a Python package), ` +
              "or name the command in ANIMELOOP_MOCK_COMMAND"
          : `cannot run '${words[0]}': ${error.message}`,
      );
    });
    child.once("close", (status, signal) => {
      clearTimeout(timer);
      failed(`'${words.join(" ")}' ended with ${signal ?? `status ${status}`} before it listened`);
    });
  });
}

/**
 * @param {import("node:child_process").ChildProcess} child
 * @param {Promise<void>} ended
 */
async function stopped(child, ended) {
  child.ref();
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
  await ended;
  clearTimeout(timer);
}
