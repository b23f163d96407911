import type { Metadata } from "next";
import { RepositoriesPage } from "../../../../features/repositories/repositories-page.tsx";

export const metadata: Metadata = { title: "Repositories" };

export default async function RepositoriesRoute({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}) {
  const { connect } = await searchParams;
  return <RepositoriesPage connectAtOnce={connect !== undefined} />;
}
