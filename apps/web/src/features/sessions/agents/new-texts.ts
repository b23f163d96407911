/** What a new agent begins with. */
export const newAgentText = `---
description: Reviews changes for security.
mode: all
permission:
  edit: deny
  bash:
    "*": ask
    "git diff *": allow
---
You review changes of this repository for security. Report what you made sure of, with path and line.
`;

/** What a new command begins with. */
export const newCommandText = `---
description: Write the tests that are missing.
agent: build
---
Write the tests that are missing for $ARGUMENTS. Run them.
`;
