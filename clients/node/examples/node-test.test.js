// Run with: node --test node-test.test.js
import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { startMock } from "animeloop-mock";
import { LoggedOut, TokenClient, TryLater } from "./token-client.js";

/** @type {import("animeloop-mock").Mock} */
let mock;
/** @type {import("animeloop-mock").Sandbox} */
let sandbox;

before(async () => { mock = await startMock(); });
after(() => mock.close());

// Each test has a sandbox of its own: it sees nothing of the others.
beforeEach(async () => { sandbox = await mock.sandbox(); });
afterEach(() => sandbox.close());

/** @param {string} username */
const clientOf = (username) => new TokenClient(sandbox.apiUrl, sandbox.cookieHeader(username));

test("it returns the token that there is", async () => {
  const { token } = await sandbox.user("alice");
  assert.equal(await clientOf("alice").token(), token);
});

test("it asks for a new token only if there is none", async () => {
  const first = await clientOf("bob").token();
  assert.equal(await clientOf("bob").token(), first);
  await sandbox.assertRequested("/auth/token/new", { code: 1320002, times: 1 });
});

test("it revokes a token", async () => {
  await clientOf("alice").revoke();
  await sandbox.assertRequested("/auth/token/revoke", { code: 1320003 });
});

for (const scenario of ["db-down", "connection-reset", "bad-gateway", "malformed-json"]) {
  test(`it says try later under ${scenario}`, async () => {
    await sandbox.scenario(scenario);
    await assert.rejects(clientOf("alice").token(), TryLater);
  });
}

test("it asks to log in again if the cookie is refused", async () => {
  for (const kind of /** @type {const} */ (["tampered", "expired"])) {
    const { cookie_header } = await sandbox.refusedCookie(kind);
    await assert.rejects(new TokenClient(sandbox.apiUrl, cookie_header).token(), LoggedOut);
  }
});

test("it asks to log in again when the session has expired", async () => {
  const client = clientOf("alice");
  await client.token();
  await sandbox.clock.advance("31h");
  await assert.rejects(client.token(), LoggedOut);
});
