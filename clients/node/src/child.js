import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const GUARD = fileURLToPath(new URL("guard.js", import.meta.url));
const LISTENS = /^animeloop-mock is listening on (http:\/\/\S+)\/api\/v2\s*$/m;
// What is kept of the output, for the message of a mock that does not start. In characters.
const KEPT = 16_384;

/**
 * @typedef {object} Child
 * @property {string} url the origin
 * @property {() => Promise<void>} stop
 * @typedef {import("node:child_process").ChildProcessByStdio<
 *   import("node:stream").Writable, import("node:stream").Readable, import("node:stream").Readable>} Guard
 */

/**
 * Start the mock, and wait until it listens. It ends with this process at the latest, however that ends.
 *
 * @param {readonly string[]} words program and arguments
 * @param {NodeJS.ProcessEnv} env
 * @param {number} timeoutMs
 * @returns {Promise<Child>}
 */
export async function startChild(words, env, timeoutMs) {
  const guard = spawn(process.execPath, [GUARD, ...words], { env, stdio: "pipe", windowsHide: true });
  const ended = once(guard, "close");
  guard.stdin.on("error", () => {}); // it has ended already
  let url;
  try {
    url = await listening(guard, words, timeoutMs);
  } catch (error) {
    guard.stdin.end();
    throw error;
  }
  // A test run that forgets `close` still ends.
  for (const part of [guard, guard.stdin, guard.stdout, guard.stderr]) {
    /** @type {{ unref?: () => void }} */ (part).unref?.();
  }
  return {
    url,
    async stop() {
      guard.ref();
      guard.stdin.end();
      await ended;
    },
  };
}

/**
 * @param {Guard} guard
 * @param {readonly string[]} words
 * @param {number} timeoutMs
 * @returns {Promise<string>} the origin
 */
function listening(guard, words, timeoutMs) {
  return new Promise((resolve, reject) => {
    let output = "";
    let log = "";
    const failed = (/** @type {string} */ what) => {
      clearTimeout(timer);
      reject(new Error(log ? `${what}:\n${log.trimEnd()}` : what));
    };
    const timer = setTimeout(
      () => failed(`the mock does not listen within ${timeoutMs / 1000} s`),
      timeoutMs,
    );
    guard.stdout.setEncoding("utf8").on("data", (text) => {
      output = (output + text).slice(-KEPT);
      const found = LISTENS.exec(output);
      if (found?.[1] === undefined) return;
      clearTimeout(timer);
      resolve(found[1]);
    });
    // Read to its end: the mock would drop lines of a log that nobody reads.
    guard.stderr.setEncoding("utf8").on("data", (text) => {
      log = (log + text).slice(-KEPT);
    });
    guard.once("error", (error) => failed(`cannot run '${process.execPath}': ${error.message}`));
    guard.once("close", (status, signal) => {
      failed(`'${words.join(" ")}' ended with ${signal ?? `status ${status}`} before it listened`);
    });
  });
}
