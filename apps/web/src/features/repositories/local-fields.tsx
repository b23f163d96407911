import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";

export function LocalFields({ path, onPath }: { path: string; onPath: (path: string) => void }) {
  return (
    <Field label="Folder" hint="Absolute path of a git repository on the machine that runs this server. The agent works on a copy of it.">
      {(control) => (
        <Input
          {...control}
          autoComplete="off"
          spellCheck={false}
          placeholder="/home/you/projects/shop"
          value={path}
          onChange={(event) => onPath(event.target.value)}
          className="font-mono text-sm"
        />
      )}
    </Field>
  );
}
