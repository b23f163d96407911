import { z } from "zod";
import { Prisma, type Tx } from "../../platform/database/database.ts";
import { newId, type SessionId, type UserId, type WorkspaceId } from "../../platform/ids.ts";
import { type Spender, spenderQuery, toSpender } from "../billing/index.ts";
import {
  type CustomModel,
  type CustomModelView,
  customModelSchema,
  type ModelSettings,
  modelAbilitiesSchema,
  modelSettingsSchema,
} from "./contract.ts";

/** What holds while nobody has set anything. */
const defaults: ModelSettings = { rules: [], chains: [], unknownPrice: "count-zero", maxConcurrentCalls: null };

function toCustomModel(row: Record<string, unknown>): CustomModelView {
  const unknown = { tools: null, images: null, reasoning: null, structuredOutput: null };
  const abilities = modelAbilitiesSchema.parse({ ...unknown, ...z.record(z.string(), z.unknown()).parse(row.abilities) });
  return z.object({ id: z.string(), ...customModelSchema.shape }).parse({ ...row, abilities });
}

export interface SetupState {
  /** another one means that something was changed of what decides about the workspace's calls */
  readonly mark: string;
  /** whose call it is; null outside of sessions */
  readonly spender: Spender | null;
}

/**
 * What everything that decides about a workspace's calls looks like now, and whose call it is: one question instead of
 * five. Who has read it all under the same mark needs not read it again.
 */
export async function findSetupState(tx: Tx, workspaceId: WorkspaceId, sessionId: SessionId | null): Promise<SetupState> {
  const spender = sessionId === null ? Prisma.empty : Prisma.sql`LEFT JOIN (${spenderQuery(workspaceId, sessionId)}) spender ON true`;
  const [row] = await tx.$queryRaw<{ mark: string }[]>`SELECT * FROM (SELECT md5(concat(
    (SELECT string_agg(CAST(k AS text), ',' ORDER BY k.id) FROM "ProviderKey" k WHERE k."workspaceId" = ${workspaceId}), '|keys|',
    (SELECT CAST(s AS text) FROM "ModelSettings" s WHERE s."workspaceId" = ${workspaceId}), '|settings|',
    (SELECT string_agg(CAST(m AS text), ',' ORDER BY m.id) FROM "CustomModel" m WHERE m."workspaceId" = ${workspaceId}), '|models|',
    (SELECT string_agg(CAST(c AS text), ',' ORDER BY c.source) FROM "ModelCircuit" c WHERE c."workspaceId" = ${workspaceId} AND c.failures > 0)
  )) AS mark) setup ${spender}`;
  return { mark: row?.mark ?? "", spender: toSpender(row) };
}

/** The workspace's settings of models. */
export async function findSettings(tx: Tx, workspaceId: WorkspaceId): Promise<ModelSettings> {
  const row = await tx.modelSettings.findUnique({ where: { workspaceId } });
  return row ? modelSettingsSchema.parse(row) : defaults;
}

export async function saveSettings(tx: Tx, workspaceId: WorkspaceId, settings: ModelSettings): Promise<void> {
  await tx.modelSettings.upsert({ where: { workspaceId }, create: { workspaceId, ...settings }, update: settings });
}

export async function findCustomModels(tx: Tx, workspaceId: WorkspaceId): Promise<CustomModelView[]> {
  const rows = await tx.customModel.findMany({ where: { workspaceId }, orderBy: { modelId: "asc" } });
  return rows.map(toCustomModel);
}

/** Writes what the workspace says about a model; a second time for the same id takes the first one's place. */
export async function saveCustomModel(tx: Tx, workspaceId: WorkspaceId, actorId: UserId, model: CustomModel): Promise<CustomModelView> {
  const { modelId, price, ...rest } = model;
  // A JSON null of its own kind would stand in the column else.
  await tx.customModel.deleteMany({ where: { workspaceId, modelId } });
  const row = await tx.customModel.create({
    data: { id: newId("customModel"), workspaceId, modelId, ...rest, ...(price ? { price } : {}), createdById: actorId },
  });
  return toCustomModel(row);
}

/** Takes one back; answers its model's id, null when there was none. */
export async function deleteCustomModel(tx: Tx, workspaceId: WorkspaceId, id: string): Promise<string | null> {
  const row = await tx.customModel.findFirst({ where: { id, workspaceId }, select: { modelId: true } });
  if (!row) return null;
  await tx.customModel.deleteMany({ where: { id, workspaceId } });
  return row.modelId;
}
