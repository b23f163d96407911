import type { ToolPart } from "@opencode/core/modules/sessions/contract.ts";
import { z } from "zod";
import { SessionImages } from "../images/session-images.tsx";
import { DecisionLine } from "./decision-line.tsx";
import { LabelledBlock } from "./labelled-block.tsx";
import { OpenFileLinks } from "./open-file-links.tsx";
import { searchResults, toolFacts } from "./tool-facts.ts";
import { ToolInput } from "./tool-input.tsx";
import { standingOf } from "./tool-presentation.ts";

const cutMetadata = z.object({ truncated: z.literal(true), outputFile: z.string().nullable().optional() });

const imagesMetadata = z.object({ images: z.array(z.unknown()) }).catch({ images: [] });

/** Everything about one call: what it was given, what came back, and what allowed it. */
export function ToolDetails({ part }: { part: ToolPart }) {
  const facts = toolFacts(part.metadata);
  const results = searchResults(part.metadata);
  const { images } = imagesMetadata.parse(part.metadata);
  return (
    <div className="divide-y divide-line overflow-hidden rounded-lg border border-line bg-surface text-sm">
      <ToolInput part={part} />
      <CallError part={part} />
      {images.length > 0 ? (
        <div className="px-3 py-2">
          <SessionImages partId={part.id} images={images.map(() => ({ name: part.title }))} />
        </div>
      ) : null}
      {results.length > 0 ? <SearchResults results={results} /> : <ToolOutput part={part} />}
      {facts.length > 0 ? <p className="px-3 py-1.5 text-faint text-xs [overflow-wrap:anywhere]">{facts.join(" ")}</p> : null}
      <OpenFileLinks part={part} />
      <DecisionLine part={part} />
    </div>
  );
}

function CallError({ part }: { part: ToolPart }) {
  if (!part.error) return null;
  if (standingOf(part) !== "stopped") return <p className="break-words bg-danger-soft px-3 py-2 text-danger">{part.error}</p>;
  return <p className="px-3 py-2 text-muted">{part.startedAt === null ? "Stopped before it began." : "Stopped before its end."}</p>;
}

function ToolOutput({ part }: { part: ToolPart }) {
  // The list itself stands above it.
  if (part.output === "" || part.output === part.error || (part.tool === "todowrite" && part.state === "completed")) return null;
  const cut = cutMetadata.safeParse(part.metadata);
  return (
    <LabelledBlock label="Output" copy={part.output}>
      <pre className="max-h-96 overflow-auto px-3 pb-2 font-mono text-xs leading-5 whitespace-pre-wrap [overflow-wrap:anywhere]">
        {part.output}
      </pre>
      {cut.success ? (
        <p className="px-3 pb-2 text-faint text-xs">
          Cut in the middle.{cut.data.outputFile ? ` The whole is in the sandbox: ${cut.data.outputFile}` : ""}
        </p>
      ) : null}
    </LabelledBlock>
  );
}

function SearchResults({ results }: { results: readonly { title: string; url: string }[] }) {
  return (
    <ol className="space-y-1 px-3 py-2">
      {results.map(({ title, url }) => (
        <li key={url} className="min-w-0">
          <a href={url} target="_blank" rel="noreferrer noopener" className="text-accent hover:underline [overflow-wrap:anywhere]">
            {title}
          </a>
          <span className="block truncate text-faint text-xs">{url}</span>
        </li>
      ))}
    </ol>
  );
}
