// Run with: animeloop-mock exec -- node --test examples/node/token-client.test.mjs
import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { LoggedOut, TokenClient, TryLater } from "./token-client.mjs";

const origin = process.env.ANIMELOOP_MOCK_URL;

async function admin(method, path, body) {
  const response = await fetch(origin + path, {
    method,
    headers: { "content-type": "application/json" },
    body: body && JSON.stringify(body),
  });
  return response.status === 204 ? null : response.json();
}

// Each test has a sandbox of its own: they may run side by side.
let sandbox;
beforeEach(async () => { sandbox = await admin("POST", "/__admin/sandboxes"); });
afterEach(() => admin("DELETE", sandbox.admin));

function client(username) {
  const { cookie } = sandbox.sessions.find((session) => session.username === username);
  return new TokenClient(sandbox.api_url, cookie);
}

test("it returns the token that there is", async () => {
  const user = await admin("GET", `${sandbox.admin}/users/alice`);
  assert.equal(await client("alice").token(), user.token);
});

test("it asks for a new token only where there is none", async () => {
  const first = await client("bob").token();
  assert.equal(await client("bob").token(), first);
  const { count } = await admin("GET", `${sandbox.admin}/requests/count?code=1320002`);
  assert.equal(count, 1);
});

test("it says try later while the database is down", async () => {
  await admin("PUT", `${sandbox.admin}/scenario`, { name: "db-down" });
  await assert.rejects(client("alice").token(), TryLater);
});

test("it says try later where the connection is reset", async () => {
  await admin("PUT", `${sandbox.admin}/scenario`, { name: "connection-reset" });
  await assert.rejects(client("alice").token(), TryLater);
});

test("it asks to log in again where the cookie is refused", async () => {
  for (const kind of ["tampered", "expired"]) {
    const { cookie } = await admin("GET", `${sandbox.admin}/cookies?kind=${kind}`);
    await assert.rejects(new TokenClient(sandbox.api_url, cookie).token(), LoggedOut);
  }
});
