import { signOut } from "next-auth/react";
import { emptyShelf } from "../sessions/images/picture-shelf.ts";
import { clearTab } from "../sessions/tab-storage.ts";

/** Signs out; what this person had not sent yet does not stay in the browser for the next one. */
export async function leave(redirectTo: string): Promise<void> {
  clearTab();
  await emptyShelf();
  await signOut({ redirectTo });
}
