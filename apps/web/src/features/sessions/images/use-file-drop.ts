"use client";

import { useEffect, useRef, useState } from "react";

/**
 * Files that are dropped anywhere on the page, unless something on it takes them itself: beside a drop zone the browser
 * would open the file in place of the page. Answers whether files are over the page.
 */
export function useFileDrop(onFiles: (files: readonly File[]) => void): boolean {
  const [isOver, setIsOver] = useState(false);
  const take = useRef(onFiles);
  useEffect(() => {
    take.current = onFiles;
  });
  useEffect(() => {
    const isMeant = (event: DragEvent) => !event.defaultPrevented && (event.dataTransfer?.types.includes("Files") ?? false);
    const over = (event: DragEvent) => {
      if (!isMeant(event)) return;
      event.preventDefault();
      setIsOver(true);
    };
    // Only out of the window, not from one element to another.
    const leave = ({ relatedTarget }: DragEvent) => {
      if (relatedTarget === null) setIsOver(false);
    };
    const drop = (event: DragEvent) => {
      setIsOver(false);
      if (!isMeant(event)) return;
      event.preventDefault();
      take.current([...(event.dataTransfer?.files ?? [])]);
    };
    window.addEventListener("dragover", over);
    window.addEventListener("dragleave", leave);
    window.addEventListener("drop", drop);
    return () => {
      window.removeEventListener("dragover", over);
      window.removeEventListener("dragleave", leave);
      window.removeEventListener("drop", drop);
    };
  }, []);
  return isOver;
}
