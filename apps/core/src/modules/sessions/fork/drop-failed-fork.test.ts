import { beforeEach, expect, test, vi } from "vitest";
import { notFound } from "../../../platform/errors.ts";
import { newId } from "../../../platform/ids.ts";
import { forgetSession } from "../../repositories/index.ts";
import { getSessionRecord } from "../repo.ts";
import { dropFailedFork } from "./drop-failed-fork.ts";

vi.mock("../../../platform/database/database.ts", () => ({ withTenant: (_id: string, work: (tx: object) => unknown) => work({}) }));
vi.mock("../../repositories/index.ts", () => ({ forgetSession: vi.fn() }));
vi.mock("../repo.ts", () => ({ getSessionRecord: vi.fn() }));
beforeEach(() => void vi.resetAllMocks());

const drop = () => dropFailedFork({ workspaceId: newId("workspace"), sessionId: newId("session") }, newId("repository"));

test("the files of a fork whose row was never written are taken away", async () => {
  vi.mocked(getSessionRecord).mockRejectedValue(notFound("The session"));
  await drop();
  expect(forgetSession).toHaveBeenCalledOnce();
});

test("those of one that is there after all stay, and so they do while nobody can say", async () => {
  vi.mocked(getSessionRecord)
    .mockResolvedValueOnce({} as never)
    .mockRejectedValueOnce(new Error("the database is away"));
  await drop();
  await drop();
  expect(forgetSession).not.toHaveBeenCalled();
});

test("what fails in taking them away does not hide why the fork failed", async () => {
  vi.mocked(getSessionRecord).mockRejectedValue(notFound("The session"));
  vi.mocked(forgetSession).mockRejectedValue(new Error("the disk is full"));
  await expect(drop()).resolves.toBeUndefined();
});
