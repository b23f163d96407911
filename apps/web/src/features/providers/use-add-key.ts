"use client";

import { type AddKeyInput, addKeySchema, type ProviderKind } from "@opencode/core/modules/providers/contract.ts";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { toast } from "sonner";
import { errorMessage } from "../../trpc/error-message.ts";
import { useTRPC } from "../../trpc/trpc-context.ts";
import { providerNames } from "./provider-names.ts";

/** The fields of a key that is being entered, and what came of trying it. */
export function useAddKey(onDone: () => void) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [provider, setProvider] = useState<ProviderKind>("anthropic");
  const [label, setLabel] = useState("");
  const [key, setKey] = useState("");
  const [baseUrl, setBaseUrl] = useState("");
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
  const compatible = provider === "openai-compatible";

  const submit = (event: FormEvent) => {
    event.preventDefault();
    const input: AddKeyInput = {
      provider,
      label: label.trim() || providerNames[provider],
      key: key.trim(),
      ...(baseUrl.trim() === "" ? {} : { baseUrl: baseUrl.trim() }),
    };
    const parsed = addKeySchema.safeParse(input);
    setProblem(parsed.success ? null : (parsed.error.issues[0]?.message ?? "Check what you entered."));
    if (parsed.success) add.mutate(parsed.data);
  };
  const error = problem ?? (add.error ? errorMessage(add.error) : null);
  return { provider, setProvider, label, setLabel, key, setKey, baseUrl, setBaseUrl, compatible, submit, busy: add.isPending, error };
}
