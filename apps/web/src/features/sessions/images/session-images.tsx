"use client";

import { createContext, useContext } from "react";
import { cn } from "../../../ui/cn.ts";
import { useWorkspace } from "../../tenancy/workspace-context.tsx";
import { pictureUrl } from "./copy-pictures.ts";

/** Whose pictures are shown: a sub-agent's timeline stands within its parent's. */
export const ImagesOfSession = createContext<string | null>(null);

interface SessionImagesProps {
  partId: string;
  /** in their order; sizes where they are known, so that nothing jumps when they come */
  images: readonly { readonly name: string; readonly width?: number; readonly height?: number }[];
}

/** Pictures of a part, small; a click opens them as they are. */
export function SessionImages({ partId, images }: SessionImagesProps) {
  const sessionId = useContext(ImagesOfSession);
  const { workspace } = useWorkspace();
  if (sessionId === null) return null;
  return (
    <span className="flex flex-wrap gap-2">
      {images.map(({ name, ...size }, ordinal) => {
        const url = pictureUrl(workspace.slug, sessionId, partId, ordinal);
        return (
          <a key={url} href={url} target="_blank" rel="noreferrer" title={name} className="rounded-lg">
            <Thumbnail src={url} name={name} {...size} />
          </a>
        );
      })}
    </span>
  );
}

interface ThumbnailProps {
  src: string;
  name: string;
  width?: number;
  height?: number;
  className?: string;
}

/** A picture 160 px high at most. */
export function Thumbnail({ src, name, width, height, className }: ThumbnailProps) {
  return (
    // biome-ignore lint/performance/noImgElement: next/image would send people's pictures through its optimizer and its shared cache
    <img
      src={src}
      alt={name}
      width={width}
      height={height}
      loading="lazy"
      decoding="async"
      className={cn("h-auto max-h-40 w-auto max-w-full rounded-lg border border-line bg-surface object-contain", className)}
    />
  );
}
