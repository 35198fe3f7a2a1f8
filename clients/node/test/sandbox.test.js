import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { startMock } from "../src/index.js";

/** @type {import("../src/index.js").Mock} */
let mock;
/** @type {import("../src/index.js").Sandbox} */
let sandbox;
before(async () => { mock = await startMock(); });
after(() => mock.close());
beforeEach(async () => { sandbox = await mock.sandbox(); });
afterEach(() => sandbox.close());

/**
 * @param {string} path
 * @param {string} [cookie] a whole header
 * @param {URLSearchParams} [body]
 */
async function post(path, cookie, body) {
  const headers = cookie === undefined ? {} : { cookie };
  const response = await fetch(sandbox.apiUrl + path, { method: "POST", headers, ...(body ? { body } : {}) });
  return response.json();
}

test("cookies are there at once", async () => {
  assert.equal(sandbox.cookieHeader("alice"), `animeloop.auth.sid=${sandbox.cookie("alice")}`);
  assert.match(sandbox.cookie("alice"), /^s%3A/);
  assert.equal((await post("/auth/token", sandbox.cookieHeader("alice"))).code, 1320001);
});

test("a user without a session is an error that says how to get one", async () => {
  await sandbox.putUser("zoe", { token: "t" });
  assert.throws(() => sandbox.cookie("zoe"), {
    message: /^'zoe' has no session in this sandbox: make one with await sandbox\.login\('zoe'\); those .*alice/,
  });
});

test("a login makes a fresh session, which the cookie is from then on", async () => {
  const first = sandbox.cookie("alice");
  const session = await sandbox.login("alice");
  assert.equal(session.username, "alice");
  assert.notEqual(session.cookie, first);
  assert.equal(sandbox.cookie("alice"), session.cookie);
  assert.equal((await post("/auth/token", session.cookie_header)).code, 1320001);
  await assert.rejects(sandbox.login("alise"), { status: 422, message: /did you mean 'alice'/ });
});

test("a session lives as long as it is told to", async () => {
  const { cookie_header: cookie } = await sandbox.login("alice", { ttl: "1h" });
  await sandbox.clock.advance("61m");
  assert.equal((await post("/auth/token", cookie)).code, 1940103);
});

test("cookies that must be refused", async () => {
  const { cookie_header, code } = await sandbox.refusedCookie("tampered");
  assert.equal(code, 1940102);
  assert.equal((await post("/auth/token", cookie_header)).code, code);
});

test("a scenario is switched, and switched back", async () => {
  const cookie = sandbox.cookieHeader("alice");
  const change = await sandbox.scenario("db-down");
  assert.equal((await post("/auth/token", cookie)).code, 1950301);
  await change[Symbol.asyncDispose]();
  assert.equal((await post("/auth/token", cookie)).code, 1320001);
  await assert.rejects(sandbox.scenario("db-dwn"), {
    status: 422,
    message: /unknown scenario 'db-dwn'; did you mean 'db-down'/,
  });
});

test("a sandbox starts in the scenario that it is given", async () => {
  const other = await mock.sandbox({ scenario: "db-down", ttl: "1m" });
  assert.deepEqual(await other.call("GET", "/scenario"), { name: "db-down" });
  await other.close();
});

test("a fault is added, and removed", async () => {
  const cookie = sandbox.cookieHeader("alice");
  const fault = await sandbox.fault({ operation: "find_user", error: "database" });
  assert.equal(fault.operation, "find_user");
  assert.equal((await post("/auth/token", cookie)).code, 1950301);
  await fault.undo();
  assert.equal((await post("/auth/token", cookie)).code, 1320001);
  await fault.undo(); // gone already
  await assert.rejects(sandbox.fault(/** @type {any} */ ({ operatoin: "find_user" })), {
    status: 422,
    message: /operatoin.*did you mean 'operation'/,
  });
});

test("the clock is read, frozen, moved and put back", async () => {
  const { clock } = sandbox;
  await clock.freeze(new Date("2026-01-01T00:00:00Z"));
  assert.equal((await clock.now()).toISOString(), "2026-01-01T00:00:00.000Z");
  await clock.advance("31h");
  assert.equal((await clock.now()).toISOString(), "2026-01-02T07:00:00.000Z");
  await clock.freeze("2027-01-01T00:00:00Z");
  await clock.freeze();
  assert.equal((await clock.now()).getUTCFullYear(), 2027);
  await clock.reset();
  assert.equal((await sandbox.call("GET", "/clock")).frozen, false);
});

test("users are put and read", async () => {
  const user = await sandbox.putUser("z/ö", { password: "haruhi", email: "z@example.org" });
  assert.equal(user.username, "z/ö");
  assert.equal((await sandbox.user("z/ö")).email, "z@example.org");
  await sandbox.putUser("a&b");
  assert.equal((await sandbox.user("a&b")).verified, true);
});

test("requests are found by what they were", async () => {
  await post("/auth/token", sandbox.cookieHeader("alice"));
  await post("/auth/token");
  assert.equal((await sandbox.requests()).length, 2);
  const [only, ...more] = await sandbox.requests({ code: 1940103 });
  assert.deepEqual(more, []);
  assert.equal(only?.endpoint, "/auth/token");
  assert.equal((await sandbox.requests({ username: "alice" }))[0]?.code, 1320001);
  await assert.rejects(sandbox.requests(/** @type {any} */ ({ cod: 1 })), { status: 422 });
});

test("an assertion about requests passes if they came", async () => {
  await post("/auth/token", sandbox.cookieHeader("alice"));
  await sandbox.assertRequested("/auth/token");
  await sandbox.assertRequested("/auth/token", { code: 1320001, times: 1, username: "alice" });
  await sandbox.assertRequested("/auth/token/new", { times: 0 });
});

test("an assertion waits for a client that is still at it", async () => {
  const waiting = sandbox.assertRequested("/auth/token", { times: 1, wait: "30s" });
  await post("/auth/token");
  await waiting;
  const none = sandbox.assertRequested("/auth/token/new", { times: 0, wait: "30s" });
  await post("/auth/token/new");
  await assert.rejects(none, /found it 1 time;/);
});

test("an assertion that fails shows what came instead, and why", async () => {
  await post("/auth/token", sandbox.cookieHeader("alice"));
  await post("/nowhere");
  await assert.rejects(
    sandbox.assertRequested("/auth/token/revoke", { code: 1320003, times: 2 }),
    (/** @type {import("node:assert").AssertionError} */ error) => {
      assert.equal(error.name, "AssertionError");
      assert.deepEqual([error.actual, error.expected], [0, 2]);
      const [first, second, third] = error.message.split("\n");
      assert.equal(
        first,
        "expected /auth/token/revoke answered with 1320003 2 times, found it 0 times; this is what came:",
      );
      assert.match(second ?? "", /^ {2}POST \S*\/auth\/token 1320001 alice: .*token returned$/);
      assert.match(third ?? "", /^ {2}POST \S*\/nowhere 400 -: /);
      assert.match(error.stack ?? "", /sandbox\.test\.js/);
      return true;
    },
  );
});

test("an assertion that fails without any request says so", async () => {
  await assert.rejects(sandbox.assertRequested("/auth/token", { username: "bob" }), {
    message: "expected /auth/token for bob at least once, found it 0 times; this is what came:\n  nothing",
  });
});

test("an assertion that fails after many requests shows the last ones", async () => {
  for (let count = 0; count < 22; count += 1) await post("/auth/token");
  await assert.rejects(
    sandbox.assertRequested("/auth/token", { times: 1 }),
    (/** @type {Error} */ error) => {
      assert.match(error.message, /found it 22 times/);
      assert.match(error.message, /\n {2}\(2 older ones\)\n/);
      assert.equal(error.message.split("\n").length, 22);
      return true;
    },
  );
});

test("an assertion without an endpoint is refused", async () => {
  for (const endpoint of [undefined, null, { code: 1320001 }]) {
    await assert.rejects(sandbox.assertRequested(/** @type {any} */ (endpoint)), {
      name: "TypeError",
      message: /^assertRequested: expected an endpoint such as '\/auth\/token', got /,
    });
  }
});

test("an assertion wants a whole number of times", async () => {
  for (const times of [-1, 1.5, NaN, "1", null]) {
    await assert.rejects(sandbox.assertRequested("/auth/token", { times: /** @type {any} */ (times) }), {
      name: "TypeError",
      message: /^assertRequested: times: expected a whole number from 0, got /,
    });
  }
});

test("a misspelt option of an assertion is refused", async () => {
  const options = /** @type {any} */ ({ cod: 1320001 });
  await assert.rejects(sandbox.assertRequested("/auth/token", options), {
    name: "TypeError",
    message: /unknown option 'cod'; expected one of code, times, /,
  });
  await assert.rejects(sandbox.login("alice", /** @type {any} */ ({ tll: "1h" })), TypeError);
  await assert.rejects(mock.sandbox(/** @type {any} */ ({ scenari: "x" })), TypeError);
});

test("mails are in the outbox", async () => {
  const fields = { username: "yuki-n", password: "nagato-y", email: "yuki@example.org", "g-recaptcha-response": "ok" };
  assert.equal((await post("/auth/register", undefined, new URLSearchParams(fields))).code, 1120001);
  const [mail] = await sandbox.outbox({ to: "yuki@example.org" });
  assert.equal(mail?.username, "yuki-n");
  const verified = await (await fetch(mail?.link ?? "")).json();
  assert.equal(verified.code, 1420001);
  assert.equal((await sandbox.user("yuki-n")).verified, true);
});

test("coverage counts the documented pairs", async () => {
  await post("/auth/token");
  const { covered, documented } = await sandbox.coverage();
  assert.equal(covered, 1);
  assert.equal(documented > covered, true);
  assert.equal((await sandbox.coverage({ page: "account" })).covered, 0);
});

test("a reset brings back users and cookies", async () => {
  const first = sandbox.cookie("alice");
  await sandbox.login("alice");
  await sandbox.putUser("zoe");
  await sandbox.login("zoe");
  await sandbox.reset();
  assert.equal(sandbox.cookie("alice"), first);
  assert.throws(() => sandbox.cookie("zoe"));
  await assert.rejects(sandbox.user("zoe"), { name: "ControlPlaneError", status: 404 });
});

test("sandboxes never see each other, and are gone once closed", async () => {
  const other = await mock.sandbox();
  await post("/auth/token/revoke", sandbox.cookieHeader("alice"));
  assert.equal((await sandbox.user("alice")).token, null);
  assert.notEqual((await other.user("alice")).token, null);
  await other[Symbol.asyncDispose]();
  await assert.rejects(other.user("alice"), { status: 404 });
  await other.close(); // a second time does nothing
});
