import { findSpender, reserveBudget } from "@opencode/core/modules/billing/index.ts";
import { withTenant } from "@opencode/core/platform/database/database.ts";
import type { SessionId, WorkspaceId } from "@opencode/core/platform/ids.ts";

// A worker that has set money aside for a call and is killed before the call comes back.
const [workspaceId, sessionId, callId = ""] = process.argv.slice(2) as [WorkspaceId, SessionId, string];
const spender = await withTenant(workspaceId, (tx) => findSpender(tx, workspaceId, sessionId));
if (!spender) throw new Error("no such session");
const offers = [{ amountMicros: 1_000_000, maxOutputTokens: 1_000 }];
const outcome = await reserveBudget({ workspaceId, sessionId, spender, callId, offers });
process.send?.("granted" in outcome ? "granted" : outcome.refused);
setInterval(() => undefined, 1_000);
