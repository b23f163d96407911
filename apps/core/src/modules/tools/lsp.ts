import { z } from "zod";
import { limits } from "../../platform/limits.ts";
import type { ToolResult } from "./contract.ts";
import { type AskingOptions, chooseServer } from "./language/choose-server.ts";
import { describeHover, describeLocations, describeSymbols } from "./language/describe-answers.ts";
import { describeAll } from "./language/describe-diagnostics.ts";
import type { LanguageSettings } from "./language/language-settings.ts";
import { runLanguageTools } from "./language/run-language-tools.ts";
import { limitOutput } from "./limit-output.ts";
import { pathSubject } from "./path-subject.ts";
import { filePathSchema } from "./read.ts";
import { defineTool, failure, type Tool } from "./tool.ts";
import { workspacePath } from "./workspace-path.ts";

const operations = ["diagnostics", "definition", "references", "hover", "documentSymbol", "workspaceSymbol"] as const;
type Operation = (typeof operations)[number];

const inputSchema = z
  .object({
    operation: z.enum(operations).describe("What to ask."),
    filePath: filePathSchema.describe("A file; for workspaceSymbol any file of the project."),
    line: z.number().int().min(1).optional().describe("For definition, references and hover: the line, counted from 1."),
    character: z.number().int().min(1).optional().describe("And the column in it, counted from 1."),
    query: z.string().max(200).optional().describe("For workspaceSymbol: the name, or a part of it."),
  })
  .refine(({ operation, line, character }) => !needsPlace(operation) || (line !== undefined && character !== undefined), {
    path: ["line"],
    error: "definition, references and hover need line and character.",
  });

function needsPlace(operation: Operation): boolean {
  return operation === "definition" || operation === "references" || operation === "hover";
}

/** Asks the language server of a file's language. */
export function lspTool(
  settings: LanguageSettings,
  { provide, idleMs, timeoutMs = limits.language.askTimeoutMs }: AskingOptions = {},
): Tool {
  return defineTool({
    name: "lsp",
    description:
      "Asks the language server (TypeScript, JavaScript, Python; others where the repository configures them): errors of a file, where a symbol is defined or used, its type and documentation, the symbols of a file or of the project. It knows the code where grep knows text.",
    inputSchema,
    readOnly: true,
    subject: ({ operation, filePath }) => {
      const where = pathSubject("lsp", [filePath]);
      return { permission: "lsp", targets: [operation], alwaysRule: "*", ...(where.also ? { also: where.also } : {}) };
    },
    async execute({ operation, filePath, line = 1, character = 1, query = "" }, context): Promise<ToolResult> {
      const path = workspacePath(filePath);
      const title = `${operation} ${operation === "workspaceSymbol" ? query : needsPlace(operation) ? `${path}:${line}:${character}` : path}`;
      if ((await context.sandbox.stat(path))?.kind !== "file") return failure(title, `There is no file ${path}.`);
      const server = await chooseServer(context.sandbox, path, settings.lsp, provide);
      if (!server)
        return failure(
          title,
          `No language server knows ${path}: it has another language, or lies in no project (tsconfig.json, pyproject.toml, …). Use grep and read.`,
        );
      const ask = { operation, line: line - 1, character: character - 1, query };
      const question = { callId: context.callId, format: [], server, files: [path], ask, timeoutMs, idleMs };
      const answered = (await runLanguageTools(context, question))?.answered ?? {
        state: "failed" as const,
        message: "it gave no answer that can be read",
      };
      if (answered.state === "missing")
        return failure(title, `The language server ${server.name} is not in this sandbox. Use grep and read.`);
      if (answered.state === "timeout")
        return failure(
          title,
          `${server.name} did not answer within ${timeoutMs / 1_000} s. The project may be too large for it: use grep and read.`,
        );
      if (answered.state === "failed") return failure(title, `${server.name} failed: ${answered.message}`);
      const { text, count } = await describe(operation, answered.result, context.sandbox);
      const limited = await limitOutput(context, text);
      const metadata = { server: server.name, operation, matches: count, truncated: limited.truncated, outputFile: limited.outputFile };
      return { title, output: limited.text || nothing[operation], exitCode: null, isError: false, metadata };
    },
  });
}

const nothing: Record<Operation, string> = {
  diagnostics: "Nothing is wrong.",
  definition: "No definition is known. Check line and character: they must be on the name.",
  references: "It is used nowhere. Check line and character: they must be on the name.",
  hover: "Nothing is known there. Check line and character: they must be on the name.",
  documentSymbol: "The file has no symbols.",
  workspaceSymbol: "No symbol has such a name.",
};

function describe(
  operation: Operation,
  result: unknown,
  sandbox: Parameters<typeof describeLocations>[1],
): Promise<{ text: string; count: number }> {
  switch (operation) {
    case "diagnostics":
      return Promise.resolve(describeAll(result));
    case "definition":
    case "references":
      return describeLocations(result, sandbox);
    case "hover":
      return Promise.resolve(describeHover(result));
    case "documentSymbol":
    case "workspaceSymbol":
      return Promise.resolve(describeSymbols(result));
  }
}
