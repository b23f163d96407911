"use client";

import { useEffect, useState } from "react";

/** Somebody who is faster than the page is not sent away: what was asked for by `wait` is done (`act`) as soon as it has loaded. */
export function useWhenLoaded(isLoaded: boolean, act: () => void): { readonly isAwaited: boolean; readonly wait: () => void } {
  const [isAwaited, setAwaited] = useState(false);
  useEffect(() => {
    if (!isAwaited || !isLoaded) return;
    setAwaited(false);
    act();
  });
  return { isAwaited, wait: () => setAwaited(true) };
}
