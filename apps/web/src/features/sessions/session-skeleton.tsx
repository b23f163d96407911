import { Skeleton } from "../../ui/skeleton.tsx";

export function SessionSkeleton() {
  return (
    <div role="status" aria-label="Loading the session" className="flex h-full flex-col">
      <div className="space-y-2 border-line border-b px-4 py-3">
        <Skeleton className="h-4 w-64" />
        <Skeleton className="h-3 w-40" />
      </div>
      <div className="mx-auto w-full max-w-3xl flex-1 space-y-4 px-4 py-6 sm:px-6">
        <Skeleton className="ml-auto h-14 w-2/3 rounded-xl" />
        <Skeleton className="h-4 w-5/6" />
        <Skeleton className="h-4 w-2/3" />
        <Skeleton className="h-24 w-full" />
      </div>
    </div>
  );
}
