import { actAtTerminal } from "../../../../server/terminal/act-at-terminal.ts";
import { followTerminal } from "../../../../server/terminal/follow-terminal.ts";

export const GET = followTerminal;
export const POST = actAtTerminal;
