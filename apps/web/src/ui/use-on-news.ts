"use client";

import { useEffect, useRef } from "react";

/** Runs when the version is another than at the last look; not for the first one. */
export function useOnNews(version: string, run: () => void): void {
  const seen = useRef(version);
  useEffect(() => {
    if (seen.current === version) return;
    seen.current = version;
    run();
  }, [version, run]);
}
