// Runs a command for as long as standard input is open: node guard.js PROGRAM [ARGUMENT …]
// The process that started this holds the other end, and however that process ends, the command ends too.
import { spawn } from "node:child_process";
import { writeSync } from "node:fs";
import process from "node:process";

// The mock gives requests in flight 8 s.
const STOP_MS = 12_000;
const NOT_FOUND = 127;

const [program = "", ...words] = process.argv.slice(2);
const child = spawn(program, words, { stdio: ["ignore", "inherit", "inherit"], windowsHide: true });

child.once("error", (error) => {
  const missing = "code" in error && error.code === "ENOENT";
  const reason = missing
    ? "there is no such command; install animeloop-mock (a Python package), or name the command in ANIMELOOP_MOCK_COMMAND"
    : error.message;
  writeSync(process.stderr.fd, `cannot run '${program}': ${reason}\n`);
  process.exit(NOT_FOUND);
});
child.once("exit", (status, signal) => process.exit(status ?? (signal === null ? 1 : 128)));

// Ctrl-C in a terminal reaches the mock as well, which then stops by itself.
for (const signal of ["SIGINT", "SIGHUP"]) process.on(signal, () => {});
process.stdin.resume().once("close", () => {
  child.kill("SIGTERM");
  setTimeout(() => child.kill("SIGKILL"), STOP_MS);
});
