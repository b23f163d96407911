"use client";

import { type RefObject, useEffect, useState } from "react";

/** Whether an element is, or once was, in or near what is seen of the panel that it scrolls in; true at once when `always`. */
export function useNear(element: RefObject<HTMLElement | null>, always: boolean): boolean {
  const [near, setNear] = useState(always);
  useEffect(() => {
    const target = element.current;
    if (near || !target) return;
    const root = target.closest("[data-scrolls]");
    const observer = new IntersectionObserver((entries) => setNear(entries.some((entry) => entry.isIntersecting)), {
      root,
      rootMargin: "800px 0px",
    });
    observer.observe(target);
    return () => observer.disconnect();
  }, [element, near]);
  return near || always;
}
