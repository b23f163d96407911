/** Where a host shows a branch against the default one, ready for a pull or merge request; null for hosts whose addresses we don't know. */
export function compareUrl(remote: string, defaultBranch: string, branch: string): string | null {
  const ssh = /^(?:ssh:\/\/)?(?:[^@/]+@)([^:/]+)(?::\d+)?[:/](.+)$/.exec(remote);
  const http = /^https?:\/\/(?:[^@/]+@)?([^/]+)\/(.+)$/.exec(remote);
  const [, host, rest] = http ?? ssh ?? [];
  if (host === undefined || rest === undefined) return null;
  const path = rest
    .replace(/^\/+/, "")
    .replace(/\/+$/, "")
    .replace(/\.git$/, "");
  const name = (text: string) => text.split("/").map(encodeURIComponent).join("/");
  if (host === "github.com" || /(^|\.)github\./.test(host))
    return `https://${host}/${path}/compare/${name(defaultBranch)}...${name(branch)}?expand=1`;
  if (host === "gitlab.com" || /(^|\.)gitlab\./.test(host)) {
    return `https://${host}/${path}/-/merge_requests/new?merge_request%5Bsource_branch%5D=${encodeURIComponent(branch)}`;
  }
  if (host === "bitbucket.org") return `https://bitbucket.org/${path}/pull-requests/new?source=${encodeURIComponent(branch)}`;
  if (/(^|\.)(codeberg|gitea|forgejo)\./.test(host)) return `https://${host}/${path}/compare/${name(defaultBranch)}...${name(branch)}`;
  return null;
}
