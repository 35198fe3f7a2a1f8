// Writes the types of the control plane: node scripts/generate-types.js FILE
// Runs `animeloop-mock openapi --control-plane`. With a further `-` it reads that from standard input.
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import openapiTS, { astToString } from "openapi-typescript";
import { commandOf } from "../src/command.js";

const HEAD = `// Generated from the OpenAPI document of the control plane. Do not edit it: run \`make node-types\`.
/* eslint-disable */

`;

const [file, source] = process.argv.slice(2);
if (file === undefined) throw new Error("usage: node scripts/generate-types.js FILE [-]");
const described = JSON.parse(await document());
for (const schema of Object.values(described.components.schemas)) forgetCombinations(schema);
// A field with a default may be left out of a body.
const types = await openapiTS(described, { defaultNonNullable: false });
writeFileSync(file, HEAD + astToString(types));

async function document() {
  if (source === "-") return text(process.stdin);
  const [program = "", ...words] = commandOf(process.env.ANIMELOOP_MOCK_COMMAND);
  return execFileSync(program, [...words, "openapi", "--control-plane"], { encoding: "utf8" });
}

/**
 * Forget which fields of an object go together: it would become `… | unknown`, which is `unknown`.
 *
 * @param {Record<string, any>} schema
 */
function forgetCombinations(schema) {
  if (schema.type !== "object") return;
  for (const word of ["anyOf", "oneOf"]) delete schema[word];
}
