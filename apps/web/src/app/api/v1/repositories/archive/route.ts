import { uploadArchiveRoute } from "../../../../../server/http/upload-archive-route.ts";

export const POST = uploadArchiveRoute;
