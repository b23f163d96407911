import { posix } from "node:path";

// How many words name what a command does; every other command is named by its first word.
const twoWords = new Set(
  "apt apt-get aws az brew bun bundle cargo composer conda deno docker dotnet gcloud gh git go gradle helm jj just kubectl make mix npm npx nx pip pip3 pipenv pnpm podman poetry python python3 rails rake ruby rustup swift systemctl terraform turbo uv yarn".split(
    " ",
  ),
);
const threeWords = new Set([
  "npm run",
  "pnpm run",
  "yarn run",
  "bun run",
  "npm exec",
  "docker compose",
  "python -m",
  "python3 -m",
  "git stash",
  "git remote",
  "gh pr",
  "gh issue",
  "uv run",
  "poetry run",
]);

/**
 * The pattern that "always" would save for a target: what the command is, with any arguments (`rm src/a.ts` → `rm *`,
 * `npm test -- x` → `npm test *`); for an edit the file's directory; otherwise the target itself.
 */
export function suggestRule(permission: string, target: string): string {
  if (permission === "edit") {
    const directory = posix.dirname(target);
    return directory === "." || directory === "/" ? target : `${directory}/*`;
  }
  return permission === "bash" ? suggestCommandRule(target) : target;
}

function suggestCommandRule(command: string): string {
  const words = command.split(" ");
  const [first = "", second = ""] = words;
  const count = threeWords.has(`${first} ${second}`) ? 3 : twoWords.has(first) ? 2 : 1;
  const named = words.slice(0, count);
  // An option or a wildcard names nothing: `git -C x push` would become a rule for all of git.
  if (named.some((word, index) => index > 0 && (word.startsWith("-") ? word !== "-m" : /[*?"'$`]/.test(word)))) return command;
  return `${named.join(" ")} *`;
}
