/** From its third time on a statement is worth keeping. */
const keptFrom = 3;
/** A bound for what one connection holds; a plan takes some ten kilobytes. */
const maxKept = 200;
/** A bound for texts of which it is not known yet whether they come again. */
const maxCounted = 2_000;

/**
 * Names for the statements that come again and again, for node-postgres: a named statement is parsed and planned once
 * for each connection, instead of each time. An empty name is none: so go statements without parameters, as what opens and
 * ends transactions has nothing to plan.
 */
export function nameStatements(): (query: { sql: string; args: readonly unknown[] }) => string {
  const names = new Map<string, string>();
  const uses = new Map<string, number>();
  return ({ sql, args }) => {
    const known = names.get(sql);
    if (known !== undefined || args.length === 0 || names.size >= maxKept) return known ?? "";
    const count = (uses.get(sql) ?? 0) + 1;
    if (count < keptFrom) {
      if (uses.size >= maxCounted) uses.clear();
      uses.set(sql, count);
      return "";
    }
    uses.delete(sql);
    const name = `kept_${names.size}`;
    names.set(sql, name);
    return name;
  };
}
