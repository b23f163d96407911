import type { ITheme } from "@xterm/xterm";

const light: ITheme = {
  background: "#ffffff",
  foreground: "#1b1d24",
  cursor: "#1b1d24",
  cursorAccent: "#ffffff",
  selectionBackground: "#c9cdf2",
  black: "#1b1d24",
  red: "#b3261e",
  green: "#1a6e3c",
  yellow: "#7a5500",
  blue: "#2f49c4",
  magenta: "#8a2a86",
  cyan: "#0f6674",
  white: "#5b5f6b",
  brightBlack: "#6d717d",
  brightRed: "#c9372f",
  brightGreen: "#1f7f47",
  brightYellow: "#8d6300",
  brightBlue: "#4560dd",
  brightMagenta: "#a13a9c",
  brightCyan: "#137a8a",
  brightWhite: "#1b1d24",
};

const dark: ITheme = {
  background: "#15161a",
  foreground: "#e9eaee",
  cursor: "#e9eaee",
  cursorAccent: "#15161a",
  selectionBackground: "#3b3f63",
  black: "#5b5f6b",
  red: "#f28b82",
  green: "#7bd88f",
  yellow: "#f0c674",
  blue: "#9db2ff",
  magenta: "#dda0dd",
  cyan: "#7fd4e0",
  white: "#d5d7de",
  brightBlack: "#8b8f9b",
  brightRed: "#ffa8a0",
  brightGreen: "#9be8ab",
  brightYellow: "#ffdb94",
  brightBlue: "#bccaff",
  brightMagenta: "#f0bdf0",
  brightCyan: "#a3e6ef",
  brightWhite: "#ffffff",
};

/** The sixteen colours of a terminal, readable on the page's own background. */
export function terminalTheme(isDark: boolean): ITheme {
  return isDark ? dark : light;
}
