import { spawn } from "node:child_process";
import { root } from "./root.mjs";

/** Runs a program and says how long it has been at it; its output is shown only when it fails. */
export function runQuietly(title, program, args, extraEnv = {}) {
  return new Promise((resolve, reject) => {
    const began = Date.now();
    const seconds = () => Math.round((Date.now() - began) / 1000);
    process.stderr.write(`• ${title}\n`);
    const stillAtIt = setInterval(() => process.stderr.write(`  … ${title}: ${seconds()} s\n`), 10_000);
    const child = spawn(program, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, ...extraEnv } });
    const output = [];
    child.stdout.on("data", (chunk) => output.push(chunk));
    child.stderr.on("data", (chunk) => output.push(chunk));
    child.on("error", (error) => {
      clearInterval(stillAtIt);
      reject(new Error(`${title}: ${program} could not be run (${error.message})`));
    });
    child.on("close", (code) => {
      clearInterval(stillAtIt);
      if (code === 0) return resolve(seconds());
      reject(new Error(`${title} failed (exit code ${code}):\n${Buffer.concat(output).toString().slice(-4000)}`));
    });
  });
}
