import type { Metadata } from "next";
import { notFound, redirect } from "next/navigation";

export const metadata: Metadata = { title: "Connecting", referrer: "no-referrer" };

/** Where a server's sign-in sends people back to: the one address that is registered there. `state` names the workspace. */
export default async function McpCallbackRoute({ searchParams }: { searchParams: Promise<Record<string, string | string[] | undefined>> }) {
  const given = await searchParams;
  const [slug] = String(given.state ?? "").split(".");
  if (!slug || !/^[a-z0-9-]{1,64}$/.test(slug)) notFound();
  const passed = new URLSearchParams();
  for (const name of ["code", "state", "iss", "error"]) {
    const value = given[name];
    if (typeof value === "string") passed.set(name, value);
  }
  redirect(`/w/${slug}/settings/mcp?${passed}`);
}
