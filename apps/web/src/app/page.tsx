import { cookies } from "next/headers";
import { redirect } from "next/navigation";
import { EntryRedirect } from "../features/tenancy/entry-redirect.tsx";
import { lastWorkspaceCookie } from "../features/tenancy/last-workspace.ts";

/** The last workspace when the browser remembers one; else the page finds out where its reader belongs. */
export default async function EntryPage() {
  const last = (await cookies()).get(lastWorkspaceCookie)?.value ?? "";
  if (/^[a-z0-9-]{1,48}$/.test(last)) redirect(`/w/${last}`);
  return <EntryRedirect />;
}
