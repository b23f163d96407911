import { Compass } from "lucide-react";
import Link from "next/link";
import { Button } from "../ui/button.tsx";
import { FullPageNotice } from "../ui/full-page-notice.tsx";

export default function NotFound() {
  return (
    <FullPageNotice
      icon={Compass}
      title="There is no such page"
      actions={
        <Button asChild variant="primary">
          <Link href="/">Go to your workspace</Link>
        </Button>
      }
    >
      The address may be mistyped, or what it named was removed.
    </FullPageNotice>
  );
}
