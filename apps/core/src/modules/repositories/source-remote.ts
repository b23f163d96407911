import { unseal } from "../../platform/secrets.ts";
import { tokenContext } from "./credential-context.ts";
import { type Remote, urlRemote } from "./remote.ts";
import type { RepositoryKey, RepositorySource } from "./repo.ts";
import { withSshRemote } from "./ssh-remote.ts";
import { localRemote } from "./sync-mirror.ts";

/** Runs work with the way to a repository's origin; what a credential needs on disk is there only as long. For sources that have an origin. */
export async function remoteOf<T>(key: RepositoryKey, source: RepositorySource, work: (remote: Remote) => Promise<T>): Promise<T> {
  const location = source.location ?? "";
  switch (source.kind) {
    case "local":
      return work(await localRemote(location));
    case "ssh":
      return withSshRemote(key, source, work);
    case "url": {
      const token = source.sealedToken && unseal(source.sealedToken, tokenContext(key));
      return work(await urlRemote(location, token));
    }
    case "sample":
    case "archive":
      throw new Error("this repository has no origin");
  }
}
