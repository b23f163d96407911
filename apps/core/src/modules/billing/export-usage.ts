import { withTenant } from "../../platform/database/database.ts";
import type { WorkspaceId } from "../../platform/ids.ts";
import { findSessionTitles, findUsage, findUserNames } from "./usage-repo.ts";
import { rangeStart } from "./usage-report.ts";

const maxRows = 50_000;
const columns =
  "time,session,session_title,member,provider,model,input_tokens,output_tokens,cache_read_tokens,cache_write_tokens,reasoning_tokens,cost_usd,price_known";

/** The ledger of the last `days` days as CSV, one line a call, the newest first, at most 50,000. */
export async function exportUsage(workspaceId: WorkspaceId, days: number): Promise<string> {
  return withTenant(workspaceId, async (tx) => {
    const rows = await findUsage(tx, workspaceId, rangeStart(days), maxRows);
    const names = await findUserNames(tx, [...new Set(rows.flatMap((row) => row.userId ?? []))]);
    const titles = await findSessionTitles(tx, workspaceId, [...new Set(rows.map((row) => row.sessionId))]);
    const lines = rows.map((row) =>
      [
        row.createdAt.toISOString(),
        row.sessionId,
        titles.get(row.sessionId) ?? "",
        names.get(row.userId ?? "") ?? "",
        row.provider,
        row.model,
        row.inputTokens,
        row.outputTokens,
        row.cacheReadTokens,
        row.cacheWriteTokens,
        row.reasoningTokens,
        (Number(row.costMicros) / 1_000_000).toFixed(6),
        row.priceKnown,
      ]
        .map(cell)
        .join(","),
    );
    return `${[columns, ...lines].join("\r\n")}\r\n`;
  });
}

/** A value of a line. A spreadsheet takes what begins with `=` for a formula: such a text gets an apostrophe. */
export function cell(value: string | number | boolean): string {
  if (typeof value !== "string") return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
