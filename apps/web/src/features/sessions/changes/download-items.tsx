import { Download, PackageOpen } from "lucide-react";
import { MenuItem } from "../../../ui/menu.tsx";
import { useWorkspace } from "../../tenancy/workspace-context.tsx";

/** The ways to take a session's changes away as they are: as a patch, or for those who may push as a commit. */
export function DownloadItems({ sessionId, withBundle }: { sessionId: string; withBundle: boolean }) {
  const { workspace } = useWorkspace();
  return (
    <>
      <MenuItem asChild>
        <a href={downloadUrl("patch", sessionId, workspace.slug)} download>
          <Download aria-hidden />
          Download patch
        </a>
      </MenuItem>
      {withBundle ? (
        <MenuItem asChild>
          <a href={downloadUrl("bundle", sessionId, workspace.slug)} download title="One commit for git fetch, also of what no patch holds">
            <PackageOpen aria-hidden />
            Download git bundle
          </a>
        </MenuItem>
      ) : null}
    </>
  );
}

/** Where the changes of a session can be had from. */
export function downloadUrl(what: "patch" | "bundle", sessionId: string, slug: string): string {
  return `/api/v1/sessions/${sessionId}/${what}?workspace=${encodeURIComponent(slug)}`;
}
