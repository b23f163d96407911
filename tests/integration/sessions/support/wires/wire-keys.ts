import { generateKeyPairSync } from "node:crypto";
import type { AddKeyInput } from "@opencode/core/modules/providers/contract.ts";
import { modelNames, type Wire, type WireServer, wireKey } from "./wire-server.ts";

/** A key as a person enters it for a stand-in, and the id of its model. */
export function wireKeyInput(server: WireServer, wire: Wire): { readonly input: AddKeyInput; readonly model: string } {
  const provider = wire === "compatible" ? "openai-compatible" : wire;
  const name = (modelNames[wire][0] ?? "").replace(/^models\//, "");
  const input = { provider, label: wire === "compatible" ? "Team box" : wire, key: wireKey, baseUrl: server.url(wire) };
  const model = `${wire === "compatible" ? "team-box" : provider}/${name}`;
  if (wire === "bedrock") return { input: { ...input, fields: { region: "eu-central-1", accessKeyId: "AKIAIOSFODNN7EXAMPLE" } }, model };
  if (wire === "vertex") return { input: { ...input, key: accountOf(server), fields: { region: "global", project: "my-project" } }, model };
  if (wire === "azure") return { input: { ...input, fields: { resource: "my-resource" } }, model };
  return { input, model };
}

/** A Google service account's key file. */
function accountOf({ tokenUrl }: WireServer): string {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2_048 });
  const private_key = privateKey.export({ type: "pkcs8", format: "pem" });
  return JSON.stringify({
    type: "service_account",
    client_email: "agent@my-project.iam.gserviceaccount.com",
    private_key,
    token_uri: tokenUrl,
  });
}
