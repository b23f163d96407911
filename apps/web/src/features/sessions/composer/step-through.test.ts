import { expect, test } from "vitest";
import { isAtEdge, stepThrough } from "./step-through.ts";

const history = ["first", "second"];

test.each([
  ["up from an empty field is the newest", "", 2, -1, 1],
  ["up from the newest is the one before", "second", 1, -1, 0],
  ["up from the oldest stays", "first", 0, -1, null],
  ["down leads back", "first", 0, 1, 1],
  ["and to the empty field", "second", 1, 1, 2],
  ["down in an empty field is nothing", "", 2, 1, null],
  ["a text of one's own is left alone", "something", 2, -1, null],
  ["so is a prompt that was changed", "second, but otherwise", 1, -1, null],
  ["where something was sent in between, the empty field begins anew", "", 0, -1, 1],
] as const)("%s", (_what, value, at, move, place) => {
  expect(stepThrough(history, value, at, move)).toBe(place);
});

test.each([
  ["up in the first line leaves the text", 2, -1, true],
  ["up in the second line is a line up", 6, -1, false],
  ["down in the first line is a line down", 2, 1, false],
  ["down in the last line leaves the text", 9, 1, true],
] as const)("in a text of two lines, %s", (_what, caret, move, leaves) => {
  expect(isAtEdge("first\nlast", { selectionStart: caret, selectionEnd: caret }, move)).toBe(leaves);
});
