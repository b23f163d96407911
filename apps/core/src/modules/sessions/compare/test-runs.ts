const runners =
  /(?:^|[\s;&|(])(?:(?:npm|pnpm|yarn|bun)\s+(?:run\s+)?test\b|(?:npx\s+|bunx\s+)?(?:vitest|jest|mocha|ava|playwright\s+test)\b|node\s+--test\b|deno\s+test\b|pytest\b|python3?\s+-m\s+(?:pytest|unittest)\b|tox\b|go\s+test\b|cargo\s+(?:test|nextest)\b|(?:mvn|gradle|\.\/gradlew)\s+\S*test\b|make\s+(?:test|check)\b|rspec\b|phpunit\b|dotnet\s+test\b|mix\s+test\b|ctest\b)/;

const mostRuns = 5;

/** Of commands, the newest first, the last five that look like test runs, in their order, each with how it ended the last time. */
export function testRuns(
  commands: readonly { readonly command: string | null; readonly exitCode: number | null }[],
): { command: string; exitCode: number | null }[] {
  const runs = new Map<string, number | null>();
  for (const { command, exitCode } of commands) {
    if (command === null || runs.has(command) || !runners.test(command)) continue;
    runs.set(command, exitCode);
    if (runs.size === mostRuns) break;
  }
  return [...runs].reverse().map(([command, exitCode]) => ({ command: command.slice(0, 300), exitCode }));
}
