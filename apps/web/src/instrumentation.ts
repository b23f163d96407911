/** Runs once before the server takes requests. What it starts is for Node alone; the bundler drops it elsewhere. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME === "nodejs") {
    const { startProcess } = await import("./server/start-process.ts");
    startProcess();
  }
}
