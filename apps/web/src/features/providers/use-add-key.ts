"use client";

import { type AddKeyInput, addKeySchema, type ProviderView } from "@opencode/core/modules/providers/contract.ts";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { toast } from "sonner";
import { errorMessage } from "../../trpc/error-message.ts";
import { useTRPC } from "../../trpc/trpc-context.ts";

/** The fields of a key that is being entered, and what came of trying it. */
export function useAddKey(provider: ProviderView, onDone: () => void) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [label, setLabel] = useState("");
  const [key, setKey] = useState("");
  const [baseUrl, setBaseUrl] = useState("");
  const [fields, setFields] = useState<Readonly<Record<string, string>>>({});
  const [problem, setProblem] = useState<string | null>(null);
  const add = useMutation(
    trpc.providers.addKey.mutationOptions({
      onSuccess: async () => {
        await queryClient.invalidateQueries(trpc.providers.pathFilter());
        toast.success("The key works, and its models can be chosen now.");
        onDone();
      },
    }),
  );

  const submit = (event: FormEvent) => {
    event.preventDefault();
    const input: AddKeyInput = {
      provider: provider.id,
      label: label.trim() || provider.name.slice(0, 40),
      key: key.trim(),
      fields: { ...fields },
      ...(baseUrl.trim() === "" ? {} : { baseUrl: baseUrl.trim() }),
    };
    const parsed = addKeySchema.safeParse(input);
    const missing = provider.fields.find((field) => field.fallback === null && !fields[field.name]?.trim());
    if (missing) setProblem(`Enter a value for “${missing.label}”.`);
    else if (provider.key !== "none" && key.trim() === "") setProblem("Enter the key.");
    else setProblem(parsed.success ? null : (parsed.error.issues[0]?.message ?? "Check what you entered."));
    if (parsed.success && !missing && (provider.key === "none" || key.trim() !== "")) add.mutate(parsed.data);
  };
  const error = problem ?? (add.error ? errorMessage(add.error) : null);
  const setField = (name: string, value: string) => setFields((before) => ({ ...before, [name]: value }));
  return { label, setLabel, key, setKey, baseUrl, setBaseUrl, fields, setField, submit, busy: add.isPending, error };
}
