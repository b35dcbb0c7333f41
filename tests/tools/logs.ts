/** What tests of logs stand on: a sandbox without a login, and a log unfenced. */
import { assertEquals } from "@std/assert";
import { SCALE, type Seeds } from "../../sandbox/seed/mod.ts";
import { type Called, openTestBed, type TestBed } from "../harness.ts";

/** Opens a sandbox that needs no login. */
export function openSandbox(seeded: Seeds): Promise<TestBed> {
  return openTestBed({ sandbox: { auth: "open", seeded } });
}

/** The only log of an answer. */
export function logOf({ data, text }: Called) {
  assertEquals(data.logs?.length, 1, text);
  return data.logs[0];
}

/** The lines of a log without its fence. */
export function linesOf(log: { text: string | null }): string[] {
  const inner = /^<<data-(\w{8}) ([^]*) \1-data>>$/.exec(log.text ?? "")?.[2];
  return inner?.split("\n") ?? [];
}

/** The arguments of a call for the long log. */
export const LONG = { run: SCALE.longLog.name, project: SCALE.project };
