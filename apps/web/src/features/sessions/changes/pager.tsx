import { ChevronLeft, ChevronRight } from "lucide-react";
import { Button } from "../../../ui/button.tsx";

interface PagerProps {
  /** from 0 */
  page: number;
  pages: number;
  /** of what the pages are */
  what: string;
  onPage: (page: number) => void;
}

/** Leads through the pages of a long list. */
export function Pager({ page, pages, what, onPage }: PagerProps) {
  return (
    <nav aria-label={`Pages of ${what}`} className="flex items-center justify-center gap-3 text-sm">
      <Button size="sm" disabled={page === 0} onClick={() => onPage(page - 1)}>
        <ChevronLeft aria-hidden />
        Earlier
      </Button>
      <span className="text-muted tabular-nums">
        Page {page + 1} of {pages}
      </span>
      <Button size="sm" disabled={page + 1 >= pages} onClick={() => onPage(page + 1)}>
        Later
        <ChevronRight aria-hidden />
      </Button>
    </nav>
  );
}
