const sentences: Readonly<Record<string, string>> = {
  "workspaces.create": "created the workspace",
  "workspaces.rename": "renamed the workspace",
  "members.changeRole": "changed a member’s role",
  "members.remove": "removed a member",
  "members.leave": "left the workspace",
  "invites.create": "invited somebody",
  "invites.accept": "accepted an invitation",
  "invites.revoke": "revoked an invitation",
  "apiKeys.create": "created an API key",
  "apiKeys.revoke": "revoked an API key",
  "providers.addKey": "added a provider’s key",
  "providers.revokeKey": "removed a provider’s key",
  "permissionRules.create": "added a permission rule",
  "permissionRules.remove": "removed a permission rule",
  "permissionPolicy.save": "changed the permission policy",
  "terminal.open": "opened a terminal",
  "terminal.close": "closed a terminal",
  "previews.open": "opened a preview",
  "sandboxes.rebuild": "had a sandbox made anew",
  "sandboxes.updatePolicy": "changed the sandbox policy",
  "sandboxes.setSecret": "set a setup secret",
  "sandboxes.removeSecret": "removed a setup secret",
  "repositories.connect": "connected a repository",
  "repositories.reconnect": "connected a repository anew",
  "repositories.upload": "uploaded a new version of a repository",
  "repositories.remove": "removed a repository",
  "sessions.push": "pushed a session’s work as a branch",
};

/** An audited action as the rest of a sentence; an unknown one by its name. */
export function auditSentence(action: string): string {
  return sentences[action] ?? action;
}
