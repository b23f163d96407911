// Loaded into every supervised process: when the supervisor is gone (even by kill -9), the process ends too.
// Processes that those fork inherit this file with the flag; their channel belongs to them (unref'd, "next dev" would end at once).
if (process.channel && process.env.SUPERVISOR_PID === String(process.ppid)) {
  process.channel.unref();
  process.once("disconnect", () => {
    process.kill(process.pid, "SIGTERM");
    setTimeout(() => process.kill(process.pid, "SIGKILL"), 4_000).unref();
  });
}
