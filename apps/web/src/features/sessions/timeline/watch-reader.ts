/** A wheel's or finger's move is felt for this long: smooth scrolling and a flick go on after it. */
const moveMs = 400;
/** What is opened by a click grows within this time. */
const openMs = 250;

const keysUp = new Set(["ArrowUp", "PageUp", "Home", "Tab", " "]);

export interface Reader {
  /** the reader is scrolling right now: by wheel, finger, keys, scroll bar, or a selection drawn over the edge */
  readonly isScrolling: () => boolean;
  /** the reader has just opened or closed something in the box */
  readonly hasOpened: () => boolean;
  readonly stop: () => void;
}

/** What the reader does in a scrolling box. Nothing else tells a reader's scrolling from the browser's own. */
export function watchReader(box: HTMLElement): Reader {
  const controller = new AbortController();
  const options = { passive: true, signal: controller.signal } as const;
  let movingUntil = 0;
  let openedUntil = 0;
  let holdsBar = false;
  const moves = () => {
    movingUntil = performance.now() + moveMs;
  };
  box.addEventListener("wheel", (event) => event.deltaY < 0 && moves(), options);
  box.addEventListener("touchmove", moves, options);
  // Tab scrolls to what it focuses, also when it comes from outside.
  document.addEventListener(
    "keydown",
    (event) => {
      const isInside = event.target instanceof Node && box.contains(event.target);
      if (keysUp.has(event.key) && (isInside || event.key === "Tab")) moves();
    },
    options,
  );
  // A press on the box itself is one on its scroll bar; that tells nothing of its moves.
  box.addEventListener(
    "pointerdown",
    (event) => {
      holdsBar = event.target === box;
    },
    options,
  );
  box.addEventListener("pointermove", (event) => event.buttons !== 0 && moves(), options);
  for (const name of ["pointerup", "pointercancel"] as const) {
    window.addEventListener(
      name,
      () => {
        if (holdsBar) moves();
        holdsBar = false;
      },
      options,
    );
  }
  box.addEventListener(
    "click",
    (event) => {
      if (event.target instanceof Element && event.target.closest("[aria-expanded], summary")) openedUntil = performance.now() + openMs;
    },
    options,
  );
  return {
    isScrolling: () => holdsBar || performance.now() < movingUntil,
    hasOpened: () => performance.now() < openedUntil,
    stop: () => controller.abort(),
  };
}
