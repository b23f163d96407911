import { permissionActionSchema } from "../../tools/contract.ts";

/** What in a definition can't be understood although it forbids something, and its key: "permission.bash". */
export interface PermissionFault {
  readonly path: readonly string[];
  readonly message: string;
}

const maxNameChars = 64;
const maxPatternChars = 2_000;
const isAction = (value: unknown): boolean => permissionActionSchema.safeParse(value).success;
const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The first mistake of a `permission` section; null when it can be understood. */
export function permissionFault(section: unknown, path: readonly string[] = ["permission"]): PermissionFault | null {
  if (isAction(section)) return null;
  // Names of permissions hold one more level: patterns.
  const isInner = path.length > 1;
  if (!isMap(section) || path.length > 2)
    return { path, message: `takes "allow", "ask" or "deny"${path.length > 2 ? "" : ", or a map of them"}` };
  for (const [name, value] of Object.entries(section)) {
    const maxChars = isInner ? maxPatternChars : maxNameChars;
    if (name === "" || name.length > maxChars)
      return { path: [...path, name], message: `is a name of none or more than ${maxChars} characters` };
    const fault = permissionFault(value, [...path, name]);
    if (fault) return fault;
  }
  return null;
}
