import { v7 as uuidv7 } from "uuid";
import { z } from "zod";

/** Prefix of each id; the part before the underscore names the kind of row. */
const prefixes = {
  user: "usr",
  workspace: "wsp",
  member: "mem",
  invite: "inv",
  apiKey: "key",
  audit: "aud",
  signInLink: "sil",
  providerKey: "pky",
  usage: "use",
  customModel: "cmo",
  modelTicket: "mct",
  budget: "bud",
  repository: "rep",
  sandbox: "sbx",
  setupSecret: "sec",
  snapshot: "snp",
  session: "ses",
  turn: "trn",
  message: "msg",
  part: "prt",
  steer: "str",
  permissionRequest: "prq",
  permissionRule: "prl",
  permissionPolicy: "ppo",
  skill: "skl",
  skillFile: "skf",
  searchKey: "sky",
  mcpServer: "mcp",
  event: "evt",
  request: "req",
  customAgent: "agt",
  customCommand: "cmd",
  compareGroup: "cmp",
} as const;

export type IdKind = keyof typeof prefixes;
type Branded<K extends IdKind> = string & { readonly __kind: K };

export type UserId = Branded<"user">;
export type WorkspaceId = Branded<"workspace">;
export type RepositoryId = Branded<"repository">;
export type SessionId = Branded<"session">;
export type TurnId = Branded<"turn">;
export type MessageId = Branded<"message">;
export type PartId = Branded<"part">;
export type SteerId = Branded<"steer">;
export type SandboxId = Branded<"sandbox">;

/** A new id: `<prefix>_<UUIDv7 without dashes>`; sorts by creation time (millisecond), printable, URL-safe. */
export function newId<K extends IdKind>(kind: K): Branded<K> {
  return `${prefixes[kind]}_${uuidv7().replaceAll("-", "")}` as Branded<K>;
}

/** A schema that accepts ids of one kind and gives them their type. */
export function idSchema<K extends IdKind>(kind: K) {
  return z
    .string()
    .regex(new RegExp(`^${prefixes[kind]}_[0-9a-f]{32}$`), `not a ${kind} id`)
    .transform((value) => value as Branded<K>);
}
