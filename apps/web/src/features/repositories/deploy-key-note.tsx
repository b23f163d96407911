import type { RepositoryView } from "@opencode/core/modules/repositories/contract.ts";
import { CopyButton } from "../../ui/copy-button.tsx";

/** The public half of a repository's deploy key, and which server it is talked to. */
export function DeployKeyNote({ repository }: { repository: RepositoryView }) {
  const { publicKey, hostKeys } = repository;
  if (publicKey === null) return null;
  return (
    <details className="mt-1.5 text-xs" open={repository.state === "failed"}>
      <summary className="cursor-pointer text-muted">Deploy key</summary>
      <div className="mt-1 space-y-1">
        <div className="flex items-start gap-1 rounded-md border border-line bg-subtle p-2">
          <code className="min-w-0 flex-1 break-all font-mono" data-testid="deploy-key">
            {publicKey}
          </code>
          <CopyButton text={publicKey} label="Copy the public key" />
        </div>
        <p className="text-faint">Add it to the repository's deploy keys, with write access if branches are to be pushed.</p>
        {hostKeys.length > 0 ? (
          <p className="break-all text-faint">The server's key, pinned at the first contact: {hostKeys.join(", ")}</p>
        ) : null}
      </div>
    </details>
  );
}
