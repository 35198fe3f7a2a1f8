// Run with: npx vitest run vitest.test.js
import { startMock } from "animeloop-mock";
import { afterAll, beforeAll, expect, test as base } from "vitest";
import { TokenClient, TryLater } from "./token-client.js";

/** @type {import("animeloop-mock").Mock} */
let mock;
beforeAll(async () => { mock = await startMock(); });
afterAll(() => mock.close());

// Each test that asks for a sandbox gets one of its own.
const test = base.extend("sandbox", async ({}, { onCleanup }) => {
  const sandbox = await mock.sandbox();
  onCleanup(() => sandbox.close());
  return sandbox;
});

test("it returns the token that there is", async ({ sandbox }) => {
  const client = new TokenClient(sandbox.apiUrl, sandbox.cookieHeader("alice"));
  expect(await client.token()).toBe((await sandbox.user("alice")).token);
});

test("it retries nothing by itself", async ({ sandbox }) => {
  await sandbox.fault({ operation: "find_user", error: "database", times: 1 });
  const client = new TokenClient(sandbox.apiUrl, sandbox.cookieHeader("alice"));
  await expect(client.token()).rejects.toThrow(TryLater);
  await sandbox.assertRequested("/auth/token", { code: 1950301, times: 1 });
});
