import { Copy, Download } from "lucide-react";
import { toast } from "sonner";
import { Button } from "../../../ui/button.tsx";
import { Menu, MenuItem } from "../../../ui/menu.tsx";
import { useWorkspace } from "../../tenancy/workspace-context.tsx";
import { DownloadItems, downloadUrl } from "./download-items.tsx";

/** Copies or downloads a session's changes. */
export function TakeAwayMenu({ sessionId, withBundle }: { sessionId: string; withBundle: boolean }) {
  const { workspace } = useWorkspace();
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(await readPatch(downloadUrl("patch", sessionId, workspace.slug)));
      toast.success("Patch copied");
    } catch {
      toast.error("The patch could not be copied. Download it instead.");
    }
  };
  return (
    <Menu
      trigger={
        <Button size="icon-sm" aria-label="Copy or download the changes" title="Copy or download the changes">
          <Download aria-hidden />
        </Button>
      }
    >
      <MenuItem onSelect={copy}>
        <Copy aria-hidden />
        Copy patch
      </MenuItem>
      <DownloadItems sessionId={sessionId} withBundle={withBundle} />
    </Menu>
  );
}

async function readPatch(url: string): Promise<string> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`the patch answered ${response.status}`);
  return response.text();
}
