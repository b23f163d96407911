import { readOptions } from "./command-options.ts";
import type { ScriptRun } from "./script-runs.ts";
import type { ShellWord } from "./shell-word.ts";

const options = {
  flags: "bmBdeikLnpqrRsStvwh",
  values: "CfIoWE",
  attached: "jlO",
  long: {
    "--always-make": "none",
    "--assume-new": "value",
    "--assume-old": "value",
    "--check-symlink-times": "none",
    "--debug": "optional",
    "--directory": "value",
    "--dry-run": "none",
    "--environment-overrides": "none",
    "--eval": "value",
    "--file": "value",
    "--help": "none",
    "--ignore-errors": "none",
    "--include-dir": "value",
    "--jobs": "optional",
    "--just-print": "none",
    "--keep-going": "none",
    "--load-average": "optional",
    "--makefile": "value",
    "--max-load": "optional",
    "--new-file": "value",
    "--no-builtin-rules": "none",
    "--no-builtin-variables": "none",
    "--no-keep-going": "none",
    "--no-print-directory": "none",
    "--no-silent": "none",
    "--old-file": "value",
    "--output-sync": "optional",
    "--print-data-base": "none",
    "--print-directory": "none",
    "--question": "none",
    "--quiet": "none",
    "--recon": "none",
    "--shuffle": "optional",
    "--silent": "none",
    "--stop": "none",
    "--touch": "none",
    "--trace": "none",
    "--version": "none",
    "--warn-undefined-variables": "none",
    "--what-if": "value",
  },
} as const;

const assignment = /^([^\s=]*?)[:+?!]*=([\s\S]*)$/;

/** What make is told: the files that it reads (undefined where a word is missing), and whether its words alone make it run something. */
export function makeCommand(rest: readonly ShellWord[]): { files: (ShellWord | undefined)[]; isSteered: boolean; settings: string[] } {
  const read = readOptions([{ raw: "make", text: "make", isGlob: false }, ...rest], options);
  const files = read.options.flatMap(({ name, value }) => (/^(-f|--file|--makefile)$/.test(name) ? [value ?? undefined] : []));
  const isEvaluated = read.options.some(({ name }) => name === "-E" || name === "--eval");
  const given = read.operands.flatMap((word) => {
    const match = assignment.exec(word.text ?? word.raw);
    return match ? [{ name: match[1] ?? "", value: match[2] ?? "" }] : [];
  });
  const isSteering = given.some(
    ({ name, value }) => /^(SHELL|\.SHELLFLAGS|MAKEFLAGS|MAKEFILES|\.\w+)$/.test(name) || /[;&|`<>$]/.test(value),
  );
  return { files, isSteered: isEvaluated || isSteering, settings: given.map(({ value }) => value) };
}

export function makeRun(rest: readonly ShellWord[]): ScriptRun {
  const read = readOptions([{ raw: "make", text: "make", isGlob: false }, ...rest], options);
  const texts = (wanted: RegExp) => read.options.flatMap(({ name, value }) => (wanted.test(name) ? [value?.text ?? null] : []));
  const targets = read.operands.flatMap((word) => (word.text === null || !assignment.test(word.text) ? [word.text ?? word.raw] : []));
  return { kind: "make", targets, files: texts(/^(-f|--file|--makefile)$/), inside: texts(/^(-C|--directory)$/) };
}
