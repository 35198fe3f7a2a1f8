// Writes the types of the control plane: node scripts/generate-types.js FILE
// Runs `animeloop-mock openapi --control-plane`. With a further `-` it reads that from standard input.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import openapiTS, { astToString } from "openapi-typescript";
import { commandOf } from "../src/command.js";

const HEAD = `// Generated from the OpenAPI document of the control plane. Do not edit it: run \`make node-types\`.
/* eslint-disable */

`;

const [file, source] = process.argv.slice(2);
if (file === undefined) {
  process.stderr.write("usage: node scripts/generate-types.js FILE [-]\n");
  process.exit(2);
}
// A field with a default may be left out of a body.
const types = await openapiTS(document(), { defaultNonNullable: false });
writeFileSync(file, HEAD + astToString(types));

function document() {
  if (source === "-") return readFileSync(0, "utf8");
  const [program = "", ...words] = commandOf(process.env.ANIMELOOP_MOCK_COMMAND);
  return execFileSync(program, [...words, "openapi", "--control-plane"], { encoding: "utf8" });
}
