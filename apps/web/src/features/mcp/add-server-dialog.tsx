"use client";

import { Button } from "../../ui/button.tsx";
import { Callout } from "../../ui/callout.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { Select } from "../../ui/select.tsx";
import { kinds, useAddServer } from "./use-add-server.ts";

export function AddServerDialog({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title="Add an MCP server" description="It is asked for its tools before it is used.">
      <AddServerForm onDone={() => onOpenChange(false)} />
    </Dialog>
  );
}

const areaClass = "min-h-20 w-full rounded-lg border border-line bg-surface px-3 py-2 font-mono text-sm placeholder:text-faint";

function AddServerForm({ onDone }: { onDone: () => void }) {
  const form = useAddServer(onDone);
  const isHttp = form.kind === "http";
  return (
    <form onSubmit={form.submit} noValidate className="space-y-4">
      <Field label="Where it runs">
        {({ id }) => (
          <Select
            id={id}
            label="Where it runs"
            value={form.kind}
            onChange={(value) => form.setKind(value === "stdio" ? "stdio" : "http")}
            options={kinds}
          />
        )}
      </Field>
      <Field label="Name" hint="First part of its tools’ names, e.g. issues gives issues_search.">
        {(control) => (
          <Input
            {...control}
            value={form.name}
            maxLength={30}
            placeholder="issues"
            spellCheck={false}
            onChange={(event) => form.setName(event.target.value)}
          />
        )}
      </Field>
      {isHttp ? (
        <Field label="Address" hint="Of its Streamable HTTP endpoint. A sign-in is asked for when the server wants one.">
          {(control) => (
            <Input
              {...control}
              type="url"
              spellCheck={false}
              placeholder="https://mcp.example.com/mcp"
              value={form.address}
              onChange={(event) => form.setAddress(event.target.value)}
            />
          )}
        </Field>
      ) : (
        <Field label="Command" hint="Program and arguments, separated by spaces; run in the workspace of each session. It gets no secrets.">
          {(control) => (
            <Input
              {...control}
              spellCheck={false}
              placeholder="npx -y @modelcontextprotocol/server-everything"
              value={form.command}
              onChange={(event) => form.setCommand(event.target.value)}
              className="font-mono"
            />
          )}
        </Field>
      )}
      <Field
        label={isHttp ? "Headers (optional)" : "Environment (optional)"}
        hint={isHttp ? "One a line, Name: value. Kept sealed." : "One a line, NAME=value. Visible in the sandbox: nothing secret."}
      >
        {(control) => (
          <textarea
            {...control}
            className={areaClass}
            spellCheck={false}
            autoComplete="off"
            placeholder={isHttp ? "Authorization: Bearer …" : "LOG_LEVEL=info"}
            value={form.pairs}
            onChange={(event) => form.setPairs(event.target.value)}
          />
        )}
      </Field>
      {form.error ? <Callout tone="danger">{form.error}</Callout> : null}
      <div className="flex justify-end gap-2">
        <Button onClick={onDone}>Cancel</Button>
        <Button type="submit" variant="primary" busy={form.busy}>
          {form.busy ? "Asking it" : "Add"}
        </Button>
      </div>
    </form>
  );
}
