/** What a rule can say, for choosing. */
export const actionOptions = [
  { value: "allow", label: "Allow", note: "without asking" },
  { value: "ask", label: "Ask", note: "somebody answers each time" },
  { value: "deny", label: "Deny", note: "the agent is told that it may not" },
];

export const permissionOptions = [
  { value: "bash", label: "bash", note: "commands" },
  { value: "edit", label: "edit", note: "changing and writing files" },
  { value: "read", label: "read", note: "reading files" },
  { value: "external_directory", label: "external_directory", note: "outside the repository" },
  { value: "webfetch", label: "webfetch", note: "pages of the web; denied at large, commands have no network either" },
  { value: "websearch", label: "websearch", note: "searching the web" },
  { value: "network", label: "network", note: "denied: commands run without any" },
  { value: "task", label: "task", note: "sub-agents, by name" },
  { value: "skill", label: "skill", note: "loading skills, by name" },
  { value: "doom_loop", label: "doom_loop", note: "the same call again and again" },
  { value: "*", label: "*", note: "everything" },
];
