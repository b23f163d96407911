"use client";

import { errorMessage } from "../../trpc/error-message.ts";
import { ErrorState } from "../../ui/error-state.tsx";
import { SkeletonRows } from "../../ui/skeleton.tsx";
import { CallLimits } from "./call-limits.tsx";
import { CustomModels } from "./custom-models.tsx";
import { FallbackChains } from "./fallback-chains.tsx";
import { ModelRules } from "./model-rules.tsx";
import { useModelSettings } from "./use-model-settings.ts";

/** What admins set about models: who may use which, who stands in for whom, own entries, limits. */
export function ModelSettingsSections() {
  const { settings, change, busy } = useModelSettings();
  if (settings.isError && !settings.data) return <ErrorState message={errorMessage(settings.error)} onRetry={() => settings.refetch()} />;
  if (!settings.data) return <SkeletonRows rows={3} label="Loading the settings" />;
  return (
    <>
      <FallbackChains chains={settings.data.chains} busy={busy} onChange={(chains) => change({ chains })} />
      <ModelRules rules={settings.data.rules} busy={busy} onChange={(rules) => change({ rules })} />
      <CustomModels />
      <CallLimits key={settings.dataUpdatedAt} settings={settings.data} busy={busy} onChange={change} />
    </>
  );
}
