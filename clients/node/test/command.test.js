import assert from "node:assert/strict";
import { test } from "node:test";
import { commandOf } from "../src/command.js";

for (const [command, words] of /** @type {const} */ ([
  [undefined, ["animeloop-mock"]],
  ["", ["animeloop-mock"]],
  ["python -m mockserver", ["python", "-m", "mockserver"]],
  [`"C:\\Program Files\\mock.exe"  --quiet`, ["C:\\Program Files\\mock.exe", "--quiet"]],
  ["'a b'/mock --flag='x \"y\"'", ["a b/mock", '--flag=x "y"']],
  [["a b", "c"], ["a b", "c"]],
])) {
  test(`the words of ${JSON.stringify(command)}`, () => {
    assert.deepEqual(commandOf(command), words);
  });
}
