"use client";

import { ImagePlus, X } from "lucide-react";
import { useRef } from "react";
import { IconButton } from "../../../ui/icon-button.tsx";
import { Spinner } from "../../../ui/spinner.tsx";
import { Thumbnail } from "./session-images.tsx";
import type { Attachments } from "./use-attachments.ts";

/** The pictures that a prompt will be sent with. */
export function AttachedImages({ attachments: { images, preparing, remove } }: { attachments: Attachments }) {
  if (images.length + preparing === 0) return null;
  return (
    <ul aria-label="Pictures of this prompt" data-testid="attachments" className="flex flex-wrap gap-2 px-3.5 pt-3">
      {images.map(({ key, name, url }) => (
        <li key={key} className="relative">
          <Thumbnail src={url} name={name} className="max-h-16" />
          <IconButton
            size="icon-sm"
            label={`Take out ${name}`}
            onClick={() => remove(key)}
            className="absolute -top-2 -right-2 size-6 rounded-full border border-line bg-surface shadow-card"
          >
            <X aria-hidden />
          </IconButton>
        </li>
      ))}
      {Array.from({ length: preparing }, (_, at) => `preparing-${at}`).map((key) => (
        <li key={key} className="grid size-16 place-items-center rounded-lg border border-line border-dashed bg-subtle text-faint">
          <Spinner />
          <span className="sr-only">A picture is being made ready</span>
        </li>
      ))}
    </ul>
  );
}

/** Opens the browser's own picker of files. */
export function AttachButton({ onFiles }: { onFiles: (files: readonly File[]) => void }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <IconButton size="icon-sm" label="Attach pictures" onClick={() => input.current?.click()}>
        <ImagePlus aria-hidden />
      </IconButton>
      <input
        ref={input}
        type="file"
        accept="image/*"
        multiple
        hidden
        data-testid="pick-images"
        onChange={(event) => {
          onFiles([...(event.target.files ?? [])]);
          // The same picture may be picked again.
          event.target.value = "";
        }}
      />
    </>
  );
}
