import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { Mock, startMock } from "../src/index.js";

const run = promisify(execFile);
const INDEX = new URL("../src/index.js", import.meta.url).href;

/** @type {string} */
let directory;
before(async () => { directory = await mkdtemp(join(tmpdir(), "animeloop-")); });
after(() => rm(directory, { recursive: true }));

/** @param {string} text */
async function fixtures(text) {
  const file = join(directory, "fixtures.yaml");
  await writeFile(file, text);
  return file;
}

/** @param {string} url */
async function codeOf(url) {
  const response = await fetch(`${url}/auth/token`, { method: "POST" });
  return (await response.json()).code;
}

test("it starts the mock on a free port, and stops it", async () => {
  const mock = await startMock();
  assert.match(mock.url, /^http:\/\/127\.0\.0\.1:\d+$/);
  assert.equal(mock.apiUrl, `${mock.url}/api/v2`);
  assert.equal((await mock.call("GET", "/health")).status, "ok");
  assert.equal(await codeOf(mock.apiUrl), 1940103);
  await mock.close();
  await assert.rejects(fetch(mock.apiUrl));
  await mock.close(); // a second time does nothing
});

test("several mocks run side by side, and each disposes of itself", async () => {
  const mocks = await Promise.all([startMock(), startMock({ scenario: "db-down" })]);
  assert.notEqual(mocks[0].url, mocks[1].url);
  const names = await Promise.all(mocks.map((mock) => mock.call("GET", "/scenario")));
  assert.deepEqual(names, [{ name: "normal" }, { name: "db-down" }]);
  for (const mock of mocks) await mock[Symbol.asyncDispose]();
  await assert.rejects(fetch(mocks[0].url));
});

test("options reach the mock", async () => {
  const file = await fixtures("users: [{username: zoe}]");
  const mock = await startMock({ fixtures: file, profile: "server", args: ["--http-status", "from-code"] });
  const health = await mock.call("GET", "/health");
  assert.equal(health.profile, "server");
  assert.equal(health.users, 1);
  assert.equal((await fetch(`${mock.apiUrl}/auth/token`, { method: "POST" })).status, 401);
  await mock.close();
});

test("it uses a mock that runs, and leaves it running", async () => {
  const owned = await startMock({ adminToken: "let-me-in" });
  for (const url of [owned.url, `${owned.url}/`, owned.apiUrl, owned.adminUrl]) {
    const used = await startMock({ url, adminToken: "let-me-in" });
    assert.equal(used.url, owned.url);
    assert.equal((await used.call("GET", "/health")).users > 0, true);
    await used.close();
  }
  const script = `
    import { startMock } from ${JSON.stringify(INDEX)};
    const mock = await startMock();
    const sandbox = await mock.sandbox();
    console.log(mock.url, sandbox.id);
    await mock.close();`;
  const env = { ...process.env, ANIMELOOP_MOCK_URL: owned.url, ANIMELOOP_MOCK_ADMIN_TOKEN: "let-me-in" };
  const { stdout } = await run(process.execPath, ["--input-type=module", "-e", script], { env });
  const [url, id] = stdout.trim().split(" ");
  assert.equal(url, owned.url);
  const { sandboxes } = await owned.call("GET", "/sandboxes");
  assert.ok(sandboxes.some((/** @type {{ id: string }} */ sandbox) => sandbox.id === id));
  await owned.close();
});

test("a command that is named is run even where a mock runs", async () => {
  process.env.ANIMELOOP_MOCK_URL = "http://127.0.0.1:1";
  try {
    const mock = await startMock({ command: process.env.ANIMELOOP_MOCK_COMMAND ?? "animeloop-mock" });
    assert.notEqual(mock.url, process.env.ANIMELOOP_MOCK_URL);
    await mock.close();
  } finally {
    delete process.env.ANIMELOOP_MOCK_URL;
  }
});

test("a wrong or missing admin token is an error with the mock's reason", async () => {
  const owned = await startMock({ adminToken: "let-me-in" });
  for (const adminToken of ["other", ""]) {
    const stranger = new Mock(owned.url, adminToken, async () => {});
    await assert.rejects(stranger.sandbox(), { name: "ControlPlaneError", status: 401, message: /token/ });
  }
  await owned.close();
});

test("options for a mock that already runs are ignored with a warning", async () => {
  /** @type {Promise<Error>} */
  const warned = new Promise((resolve) => { process.once("warning", resolve); });
  const owned = await startMock();
  await startMock({ url: owned.url, fixtures: "x", args: [] });
  assert.match((await warned).message, /fixtures, args: ignored, because the mock at http:\/\/127\.0\.0\.1:\d+ /);
  await owned.close();
});

test("fixtures with a mistake are an error in the mock's own words", async () => {
  const file = await fixtures("users: [{usrname: zoe}]");
  await assert.rejects(startMock({ fixtures: file }), (/** @type {Error} */ error) => {
    assert.match(error.message, /ended with status 2 before it listened:/);
    assert.match(error.message, /fixtures\.yaml:1:10: .*usrname/);
    return true;
  });
});

test("a command that does not exist is an error that says what to do", async () => {
  await assert.rejects(startMock({ command: ["no-such-command"] }), {
    message: /cannot run 'no-such-command': there is no such command; install animeloop-mock .*ANIMELOOP_MOCK_COMMAND/,
  });
});

test("a command that never listens is ended", async () => {
  const command = [process.execPath, "-e", "console.error('busy'); setInterval(() => {}, 1e6)", "--"];
  await assert.rejects(startMock({ command, timeoutMs: 400 }), /does not listen within 0\.4 s/);
});

test("a misspelt option is refused", async () => {
  const options = /** @type {any} */ ({ fixture: "x" });
  await assert.rejects(startMock(options), {
    name: "TypeError",
    message: /^startMock: unknown option 'fixture'; expected one of fixtures, scenario, /,
  });
});

test("arguments that are no array of flags are refused", async () => {
  for (const args of ["--seed=7", [7], null]) {
    await assert.rejects(startMock({ args: /** @type {any} */ (args) }), {
      name: "TypeError",
      message: /^startMock: args: expected an array of flags, such as \["--seed=7"\], got /,
    });
  }
});

test("an admin token among the arguments is refused in favour of the option", async () => {
  for (const args of [["--admin-token", "x"], ["--admin-token=x"]]) {
    await assert.rejects(startMock({ args }), { name: "TypeError", message: /give the option adminToken instead/ });
  }
});

test("a URL that is none is refused", async () => {
  for (const url of ["", "127.0.0.1:7775", "localhost:7775", "mock", "http://"]) {
    await assert.rejects(startMock({ url }), {
      name: "TypeError",
      message: /^startMock: expected the URL of a mock, such as http:\/\/127\.0\.0\.1:7775, got '/,
    });
  }
});

test("without a mock that answers at the URL, the start says so", async () => {
  await assert.rejects(startMock({ url: "http://127.0.0.1:1/api/v2" }), {
    name: "ControlPlaneError",
    message: /^GET http:\/\/127\.0\.0\.1:1\/__admin\/health: no mock answers: /,
  });
});

test("a server that is no mock is refused at the start", async () => {
  const other = createServer((_, response) => response.end("hello")).listen(0, "127.0.0.1");
  await once(other, "listening");
  const { port } = /** @type {import("node:net").AddressInfo} */ (other.address());
  await assert.rejects(startMock({ url: `http://127.0.0.1:${port}` }), {
    name: "ControlPlaneError",
    message: /__admin\/health: this is no animeloop-mock$/,
  });
  other.close();
});

test("a program that forgets to close ends, and the mock with it", async () => {
  const script = `
    import { startMock } from ${JSON.stringify(INDEX)};
    console.log((await startMock()).url);`;
  const { stdout } = await run(process.execPath, ["--input-type=module", "-e", script]);
  await refused(stdout.trim());
});

test("a program that is killed takes the mock with it", async () => {
  const script = `
    import { startMock } from ${JSON.stringify(INDEX)};
    console.log((await startMock()).url);
    setInterval(() => {}, 1e6);`;
  const killed = spawn(process.execPath, ["--input-type=module", "-e", script], { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = await once(killed.stdout, "data");
  killed.kill("SIGKILL");
  await refused(String(line).trim());
});

/**
 * Wait until nothing listens there any more.
 *
 * @param {string} url
 */
async function refused(url) {
  for (const end = Date.now() + 20_000; Date.now() < end; ) {
    try {
      await fetch(url);
    } catch {
      return;
    }
  }
  assert.fail(`${url} still answers`);
}
