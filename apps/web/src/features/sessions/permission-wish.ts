const wishes: Readonly<Record<string, string>> = {
  bash: "The agent wants to run a command",
  edit: "The agent wants to change a file",
  read: "The agent wants to read a protected file",
  webfetch: "The agent wants to fetch a page",
  websearch: "The agent wants to search the web",
  external_directory: "The agent wants to leave the repository’s directory",
  doom_loop: "The agent does the same thing again and again. Shall it go on?",
  task: "The agent wants to start a sub-agent",
  skill: "The agent wants to load a skill",
};

/** A permission's key as the sentence that is asked. */
export function permissionWish(permission: string): string {
  return wishes[permission] ?? `The agent asks to use ${permission}`;
}
