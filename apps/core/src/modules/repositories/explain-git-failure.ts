import { AppError } from "../../platform/errors.ts";
import { limits } from "../../platform/limits.ts";
import type { RepositoryKind } from "./contract.ts";
import { asDiskFull } from "./disk-full.ts";
import { GitError } from "./git.ts";

const minutes = Math.round(limits.repository.fetchTimeoutMs / 60_000);

// What git and curl say, in the order in which it is looked for.
const reasons: readonly { says: RegExp; message: string }[] = [
  {
    says: /Host key verification failed|REMOTE HOST IDENTIFICATION HAS CHANGED/i,
    message:
      "The server shows another key than at the first contact. Find out why before you go on: if it was changed on purpose, connect the repository again.",
  },
  {
    says: /Permission denied \(publickey|Load key .*invalid format|Too many authentication failures/i,
    message:
      "The server refused the deploy key. Add the public key that is shown with this repository to the server's settings, then refresh.",
  },
  {
    says: /ssh: not found|cannot run ssh|ssh: No such file/i,
    message: "OpenSSH is not installed on the worker. Install openssh-client and refresh.",
  },
  { says: /Could not resolve hostname/i, message: "There is no server of this name. Check the address." },
  {
    says: /terminal prompts disabled|could not read (Username|Password)|Authentication failed|HTTP Basic: Access denied|returned error: 40[13]/i,
    message: "The server refused the sign-in. Enter an access token that may read this repository, or renew the one that is there.",
  },
  {
    says: /repository .*not found|returned error: 404|Repository not found/i,
    message:
      "The server knows no such repository. Check the address; if the repository is private, enter an access token that may read it.",
  },
  {
    says: /SSL certificate|certificate verify|SSL_ERROR|TLS|gnutls_handshake|self.signed/i,
    message: "The server's certificate is not trusted. Check the address, or have the operator add the certificate (GIT_SSL_CAINFO).",
  },
  { says: /Could not resolve host/i, message: "There is no server of this name. Check the address." },
  { says: /Operation too slow|low speed/i, message: "The server sends too slowly; the transfer was given up. Refresh to try again." },
  {
    says: /did not send all necessary objects|bad object|pack (is corrupted|has bad|signature mismatch|has junk)|inflate|SHA1 mismatch|unresolved deltas|bad pack header|protocol error|index-pack (failed|abnormal exit)|invalid index-pack output|fetch-pack: invalid/i,
    message: "The server sent something damaged; what was here before is unchanged. Refresh to try again.",
  },
  {
    says: /Failed to connect|Connection refused|Couldn't connect|Connection timed out|Connection reset|early EOF|unexpected disconnect|Empty reply/i,
    message: "The server can't be reached or broke the connection off. Check the address, and refresh when it is up again.",
  },
  {
    says: /redirect|returned error: 30[12378]/i,
    message: "The server answers with another address. Connect the repository by the address that it has now.",
  },
  {
    says: /not valid: is this a git repository|does not appear to be a git repository|not a git repository/i,
    message: "There is no git repository at this address.",
  },
  { says: /Permission denied/i, message: "The worker may not read this path. Give it read access and refresh." },
];

/** A failure of git as a sentence that says what to do; null when it is none of git's. */
export function explainGitFailure(error: unknown, kind: RepositoryKind): string | null {
  if (error instanceof AppError) return error.message;
  const full = asDiskFull(error);
  if (full) return full.message;
  if (!(error instanceof GitError)) return null;
  switch (error.reason) {
    case "timeout":
      return `The server did not deliver the repository within ${minutes} minutes. Refresh to try again.`;
    case "missing":
      return "git is not installed on the worker. Install it and refresh.";
    case "unstarted":
      return "The worker could not start git: it has too much under way. Refresh to try again; the worker's log says more.";
    case "aborted":
      return "The transfer was interrupted. Refresh to try again.";
    case "output":
      return "The repository lists more than can be taken in.";
    case "exit": {
      const reason = reasons.find(({ says }) => says.test(error.stderr));
      if (reason)
        return kind === "local" && reason.message.includes("address")
          ? "There is no git repository at this path. Give the directory that holds .git."
          : reason.message;
      return "git could not fetch the repository. Refresh to try again; the worker's log says more.";
    }
  }
}
