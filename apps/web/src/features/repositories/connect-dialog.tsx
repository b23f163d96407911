"use client";

import { type ConnectRepositoryInput, connectRepositorySchema } from "@opencode/core/modules/repositories/contract.ts";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { toast } from "sonner";
import { errorMessage } from "../../trpc/error-message.ts";
import { useTRPC } from "../../trpc/trpc-context.ts";
import { Button } from "../../ui/button.tsx";
import { Callout } from "../../ui/callout.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Tabs, TabsContent, TabsList, TabsTrigger } from "../../ui/tabs.tsx";
import { useWorkspace } from "../tenancy/workspace-context.tsx";
import { ArchiveFields } from "./archive-fields.tsx";
import { LocalFields } from "./local-fields.tsx";
import { SampleNote } from "./sample-note.tsx";
import { SshFields } from "./ssh-fields.tsx";
import { UrlFields } from "./url-fields.tsx";
import { useArchiveUpload } from "./use-archive-upload.ts";

interface ConnectDialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  hasSample: boolean;
}

/** Connects a repository: over https or ssh, from an archive, from this machine, or the sample. */
export function ConnectDialog({ open, onOpenChange, hasSample }: ConnectDialogProps) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title="Connect a repository" className="max-w-lg">
      <ConnectForm hasSample={hasSample} onDone={() => onOpenChange(false)} />
    </Dialog>
  );
}

function ConnectForm({ hasSample, onDone }: { hasSample: boolean; onDone: () => void }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [kind, setKind] = useState("url");
  const [url, setUrl] = useState("");
  const [token, setToken] = useState("");
  const [path, setPath] = useState("");
  const [ssh, setSsh] = useState({ url: "", ownKey: false, privateKey: "" });
  const [file, setFile] = useState<File | null>(null);
  const { workspace } = useWorkspace();
  const { upload, progress } = useArchiveUpload(workspace.slug);
  const [problem, setProblem] = useState<string | null>(null);
  const capabilities = useQuery(trpc.repositories.capabilities.queryOptions(undefined, { staleTime: Number.POSITIVE_INFINITY }));
  const finish = async (repository: { name: string }) => {
    await queryClient.invalidateQueries(trpc.repositories.list.pathFilter());
    toast.success(`${repository.name} is being ${kind === "archive" ? "read" : "fetched"}`);
    onDone();
  };
  const connect = useMutation(trpc.repositories.connect.mutationOptions({ onSuccess: finish }));
  const send = useMutation({ mutationFn: (archive: File) => upload(archive, null), onSuccess: finish });

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (kind === "archive") {
      setProblem(file ? null : "Choose an archive first.");
      if (file) send.mutate(file);
      return;
    }
    const parsed = connectRepositorySchema.safeParse(inputOf(kind, { url: url.trim(), token: token.trim(), path: path.trim(), ssh }));
    setProblem(parsed.success ? null : (parsed.error.issues[0]?.message ?? "Check what you entered."));
    if (parsed.success) connect.mutate(parsed.data);
  };
  const choose = (next: string) => {
    setKind(next);
    setProblem(null);
    connect.reset();
    send.reset();
  };
  const error = problem ?? (connect.error || send.error ? errorMessage(connect.error ?? send.error) : null);

  return (
    <form onSubmit={submit} noValidate>
      <Tabs value={kind} onValueChange={choose}>
        <TabsList label="Where the repository is" className="mb-4 border-line border-b">
          <TabsTrigger value="url">https</TabsTrigger>
          <TabsTrigger value="ssh">ssh</TabsTrigger>
          <TabsTrigger value="archive">Upload</TabsTrigger>
          {capabilities.data?.localPaths ? <TabsTrigger value="local">On this machine</TabsTrigger> : null}
          <TabsTrigger value="sample">Sample</TabsTrigger>
        </TabsList>
        <TabsContent value="url" className="space-y-4 outline-none">
          <UrlFields url={url} token={token} onUrl={setUrl} onToken={setToken} />
        </TabsContent>
        <TabsContent value="ssh" className="space-y-4 outline-none">
          <SshFields
            {...ssh}
            onUrl={(given) => setSsh({ ...ssh, url: given })}
            onOwnKey={(ownKey) => setSsh({ ...ssh, ownKey })}
            onPrivateKey={(privateKey) => setSsh({ ...ssh, privateKey })}
          />
        </TabsContent>
        <TabsContent value="archive" className="space-y-3 outline-none">
          <ArchiveFields file={file} progress={progress} onFile={setFile} />
        </TabsContent>
        <TabsContent value="local" className="outline-none">
          <LocalFields path={path} onPath={setPath} />
        </TabsContent>
        <TabsContent value="sample" className="outline-none">
          <SampleNote connected={hasSample} />
        </TabsContent>
      </Tabs>
      {error ? (
        <Callout tone="danger" className="mt-4">
          {error}
        </Callout>
      ) : null}
      <div className="mt-5 flex justify-end gap-2">
        <Button onClick={onDone}>Cancel</Button>
        <Button type="submit" variant="primary" busy={connect.isPending || send.isPending} disabled={kind === "sample" && hasSample}>
          Connect
        </Button>
      </div>
    </form>
  );
}

interface Given {
  url: string;
  token: string;
  path: string;
  ssh: { url: string; ownKey: boolean; privateKey: string };
}

function inputOf(kind: string, given: Given): ConnectRepositoryInput {
  if (kind === "ssh") return { kind: "ssh", url: given.ssh.url, ...(given.ssh.ownKey ? { privateKey: given.ssh.privateKey } : {}) };
  if (kind === "local") return { kind: "local", path: given.path };
  if (kind === "sample") return { kind: "sample" };
  return { kind: "url", url: given.url, ...(given.token === "" ? {} : { token: given.token }) };
}
