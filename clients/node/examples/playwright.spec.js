// Run with: npx playwright test playwright.spec.js
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { test as base, expect } from "@playwright/test";
import { startMock } from "animeloop-mock";

/**
 * @typedef {import("animeloop-mock").Mock} Mock
 * @typedef {import("animeloop-mock").Sandbox} Sandbox
 */

// One mock and one web server for each worker, one sandbox for each test.
const test = /** @type {typeof base.extend<{ sandbox: Sandbox }, { mock: Mock, pageUrl: string }>} */ (base.extend)({
  mock: [
    async ({}, use) => {
      const mock = await startMock();
      await use(mock);
      await mock.close();
    },
    { scope: "worker" },
  ],
  // Stands for your development server. Same host as the mock, so that the browser sends the cookie.
  pageUrl: [
    async ({}, use) => {
      const html = await readFile(new URL("token-page.html", import.meta.url));
      const server = createServer((_request, response) => {
        response.setHeader("content-type", "text/html").end(html);
      });
      await once(server.listen(0, "127.0.0.1"), "listening");
      await use(`http://127.0.0.1:${/** @type {import("node:net").AddressInfo} */ (server.address()).port}/`);
      server.close();
    },
    { scope: "worker" },
  ],
  sandbox: async ({ mock }, use) => {
    const sandbox = await mock.sandbox();
    await use(sandbox);
    await sandbox.close();
  },
});

test("the page shows the token of the user who is logged in", async ({ page, pageUrl, sandbox }) => {
  const value = sandbox.cookie("alice");
  await page.context().addCookies([{ name: "animeloop.auth.sid", value, url: sandbox.apiUrl }]);
  await page.goto(`${pageUrl}?api=${sandbox.apiUrl}`);
  await expect(page.getByRole("status")).toHaveText((await sandbox.user("alice")).token ?? "");
  await sandbox.assertRequested("/auth/token", { code: 1320001, times: 1 });
});

test("the page asks to log in without a session", async ({ page, pageUrl, sandbox }) => {
  await page.goto(`${pageUrl}?api=${sandbox.apiUrl}`);
  await expect(page.getByRole("status")).toHaveText("Please log in.");
  await sandbox.assertRequested("/auth/token", { code: 1940103 });
});
