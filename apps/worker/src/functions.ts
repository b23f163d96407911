import { repositoriesFunctions } from "@opencode/core/modules/repositories/index.ts";
import { sessionFunctions } from "@opencode/core/modules/sessions/index.ts";

/** The durable functions of every module. */
export const functions = [...sessionFunctions, ...repositoriesFunctions];
