const units = ["bytes", "KB", "MB", "GB", "TB"] as const;

/** A size for people: "512 bytes", "1.2 MB". */
export function formatBytes(bytes: number): string {
  let [value, unit] = [bytes, 0];
  while (value >= 1_000 && unit < units.length - 1) {
    value /= 1_000;
    unit += 1;
  }
  const shown = unit === 0 || value >= 100 ? Math.round(value) : Math.round(value * 10) / 10;
  return `${shown.toLocaleString("en")} ${bytes === 1 ? "byte" : units[unit]}`;
}
