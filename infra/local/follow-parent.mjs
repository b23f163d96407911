// Loaded into every supervised process: when the supervisor is gone (even by kill -9), the process ends too.
if (process.channel) {
  process.channel.unref();
  process.once("disconnect", () => {
    process.kill(process.pid, "SIGTERM");
    setTimeout(() => process.kill(process.pid, "SIGKILL"), 4_000).unref();
  });
}
