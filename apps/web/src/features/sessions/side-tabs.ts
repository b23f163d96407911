/** The parts of a session beside its conversation, in the order of their tabs. */
export const sideTabs = [
  { id: "changes", label: "Changes" },
  { id: "files", label: "Files" },
  { id: "terminal", label: "Terminal" },
  { id: "sandbox", label: "Sandbox" },
  { id: "run", label: "Run" },
] as const;

export type SideTab = (typeof sideTabs)[number]["id"];

export function isSideTab(value: string): value is SideTab {
  return sideTabs.some(({ id }) => id === value);
}
