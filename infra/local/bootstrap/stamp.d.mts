export function hashOf(paths: readonly string[]): string;
export function readStamp(name: string): string | null;
export function writeStamp(name: string, value: string): void;
