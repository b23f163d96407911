import type { ShellWord } from "./shell-word.ts";

// Formatters and their like: options by which they change what they otherwise only look at.
const rewriting = /^--(write|fix|fix-[\w-]+|in-?place|apply|unsafe|outFile|outDir|out-dir|save|overwrite)(=|$)/;
// What the second word makes of them.
const rewritingWords: Readonly<Record<string, RegExp>> = {
  npm: /^(i|in|install|add|ci|update|up|uninstall|un|remove|rm|r|init|create|version|dedupe|prune|link|rebuild|pkg|shrinkwrap|audit)$/,
  pnpm: /^(i|install|add|update|up|remove|rm|init|create|dedupe|prune|link|rebuild|import|patch)$/,
  yarn: /^(install|add|upgrade|up|remove|init|create|dedupe|link|version)$/,
  bun: /^(i|install|add|update|remove|rm|init|create|link)$/,
  pip: /^(install|uninstall|download|wheel)$/,
  pip3: /^(install|uninstall|download|wheel)$/,
  uv: /^(add|remove|sync|lock|init|venv|pip)$/,
  poetry: /^(add|remove|install|update|lock|init|new|version)$/,
  cargo: /^(fmt|fix|add|remove|rm|update|new|init|vendor|generate-lockfile)$/,
  go: /^(fmt|fix|get|generate|mod|work)$/,
  ruff: /^format$/,
  terraform: /^(fmt|init|apply|destroy|import)$/,
  composer: /^(install|update|require|remove|init)$/,
  bundle: /^(install|update|add|remove|lock|init)$/,
  dotnet: /^(format|new|add|remove|restore)$/,
  docker: /^cp$/,
  kubectl: /^cp$/,
};
const shortRewriting: Readonly<Record<string, RegExp>> = {
  prettier: /^-w$/,
  gofmt: /^-w$/,
  goimports: /^-w$/,
  shfmt: /^-\w*w/,
  "clang-format": /^-i$/,
  yq: /^(-\w*i|--inplace)$/,
  xmlstarlet: /^(-L|-\w*L|--inplace)$/,
  rubocop: /^(-a|-A|-x|--auto-?correct)/,
  python: /^(zipfile|tarfile|venv|json\.tool|zipapp|uu|compileall|ensurepip)$/,
  python3: /^(zipfile|tarfile|venv|json\.tool|zipapp|uu|compileall|ensurepip)$/,
};

/** Whether a program that mostly looks rewrites files with these words. */
export function rewrites(name: string, words: readonly ShellWord[]): boolean {
  const second = rewritingWords[name];
  const short = shortRewriting[name];
  // `python3 -m pip install`
  const at = /^python/.test(name) ? words.findIndex((word, index) => word.text === "pip" && words[index - 1]?.text === "-m") : -1;
  if (at !== -1) return rewrites("pip", words.slice(at));
  const operand = words.slice(1).find((word) => !word.raw.startsWith("-"))?.raw ?? "";
  return (
    (Object.hasOwn(rewritingWords, name) && second?.test(operand) === true) ||
    words.some((word) => rewriting.test(word.raw) || (Object.hasOwn(shortRewriting, name) && short?.test(word.raw) === true))
  );
}
