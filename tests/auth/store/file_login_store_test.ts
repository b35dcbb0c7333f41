import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { FileLoginStore } from "../../../src/auth/store/file_login_store.ts";
import { keyOf } from "../../../src/auth/store/credential_identity.ts";
import { serializeRecord } from "../../../src/auth/store/login_record.ts";
import { systemClock } from "../../../src/clock.ts";
import { ToolError } from "../../../src/errors.ts";
import { fastClock } from "../../harness.ts";
import { IDENTITY, makeFolder, recordWith } from "./records.ts";

const { signal } = new AbortController();
const IS_POSIX = Deno.build.os !== "windows";

function openStore(folder: string, clock = systemClock) {
  const reports: string[] = [];
  const store = new FileLoginStore({
    folder,
    clock,
    report: (message) => reports.push(message),
  });
  const keep = (accessToken: string) =>
    store.update(
      IDENTITY,
      { signal },
      ({ write }) => write(recordWith(accessToken)),
    );
  const kept = async () =>
    (await store.read(IDENTITY))?.kept?.token.accessToken.reveal() ?? null;
  return { store, reports, keep, kept };
}

Deno.test("a file store touches nothing until something is kept", async () => {
  await using folder = await makeFolder();
  const path = `${folder.path}/state/tokens`;
  const { store } = openStore(path);
  assertEquals(await store.read(IDENTITY), null);
  assertEquals(await store.identities(IDENTITY.endpoint), []);
  await assertRejects(() => Deno.stat(path), Deno.errors.NotFound);
});

Deno.test("what one store keeps, another one reads", async () => {
  await using folder = await makeFolder();
  const one = openStore(`${folder.path}/tokens`);
  const other = openStore(`${folder.path}/tokens`);
  await one.keep("made-up-token");
  assertEquals(await other.kept(), "made-up-token");
  assertEquals(await other.store.identities(IDENTITY.endpoint), [IDENTITY]);
  assertEquals(await other.store.identities("https://else.example"), []);
});

Deno.test({
  name: "files are for the person alone: 0600 in 0700",
  ignore: !IS_POSIX,
  fn: async () => {
    await using folder = await makeFolder();
    const path = `${folder.path}/tokens`;
    await openStore(path).keep("made-up-token");
    const modeOf = async (name: string) =>
      ((await Deno.stat(name)).mode ?? 0) & 0o777;
    assertEquals(await modeOf(path), 0o700);
    const names = [];
    for await (const { name } of Deno.readDir(path)) {
      assertEquals(await modeOf(`${path}/${name}`), 0o600, name);
      names.push(name.replace(/^[0-9a-f]{32}/, "key"));
    }
    assertEquals(names.sort(), ["key.json", "key.lock"]);
  },
});

Deno.test({
  name: "a folder that others can read is closed to them",
  ignore: !IS_POSIX,
  fn: async () => {
    await using folder = await makeFolder();
    const path = `${folder.path}/tokens`;
    await Deno.mkdir(path);
    await Deno.chmod(path, 0o755);
    await openStore(path).keep("made-up-token");
    assertEquals(((await Deno.stat(path)).mode ?? 0) & 0o777, 0o700);
  },
});

Deno.test({
  name: "a folder that is a link is not used",
  ignore: !IS_POSIX,
  fn: async () => {
    await using folder = await makeFolder();
    await Deno.mkdir(`${folder.path}/elsewhere`);
    await Deno.symlink(`${folder.path}/elsewhere`, `${folder.path}/tokens`);
    const { store, keep, kept, reports } = openStore(`${folder.path}/tokens`);
    await keep("made-up-token");
    assertEquals(await kept(), "made-up-token");
    assertStringIncludes(store.place.note ?? "", "it is a symbolic link");
    assertEquals(reports.length, 1);
    assertEquals(await namesIn(`${folder.path}/elsewhere`), []);
  },
});

Deno.test({
  name: "a folder of another user is not used",
  // Only root can give a folder away.
  ignore: !IS_POSIX || Deno.uid() !== 0,
  fn: async () => {
    await using folder = await makeFolder();
    const path = `${folder.path}/tokens`;
    await Deno.mkdir(path, { mode: 0o777 });
    await Deno.chown(path, 12345, 12345);
    const { store, keep } = openStore(path);
    await keep("made-up-token");
    assertStringIncludes(store.place.note ?? "", "belongs to another user");
    assertEquals(await namesIn(path), []);
  },
});

Deno.test("a file that is damaged is set aside and reported", async () => {
  await using folder = await makeFolder();
  const path = `${folder.path}/tokens`;
  const { store, keep, reports } = openStore(path);
  await keep("made-up-token");
  const file = `${path}/${await keyOf(IDENTITY)}.json`;
  await Deno.writeTextFile(file, '{"version":1,"kept":{"token":"made-up');
  assertEquals(await store.read(IDENTITY), null);
  assertEquals(reports.length, 1);
  assertStringIncludes(reports[0] ?? "", "set aside as");
  assert(!reports[0]?.includes("made-up"), "nothing of its content is told");
  const names = await namesIn(path);
  assertEquals(names.filter((name) => name.includes(".corrupt-")).length, 1);
  await keep("made-up-again");
  assertEquals(store.place.note, null);
});

Deno.test("writers wait for each other, so that no change is lost", async () => {
  await using folder = await makeFolder();
  const stores = [1, 2, 3, 4].map(() => openStore(`${folder.path}/tokens`));
  await Promise.all(
    Array.from({ length: 40 }, (_, n) =>
      stores[n % 4]?.store.update(
        IDENTITY,
        { signal },
        async ({ record, write }) => {
          const count = Number(record?.kept?.token.accessToken.reveal() ?? 0);
          await write(recordWith(`${count + 1}`));
        },
      )),
  );
  assertEquals(await stores[0]?.kept(), "40");
});

Deno.test("readers always see a whole record while it is replaced", async () => {
  await using folder = await makeFolder();
  const { keep, kept } = openStore(`${folder.path}/tokens`);
  const reader = openStore(`${folder.path}/tokens`);
  await keep("made-up-0");
  let isOver = false;
  const writing = (async () => {
    for (let n = 1; n <= 50; n++) await keep(`made-up-${n}`);
    isOver = true;
  })();
  while (!isOver) {
    assert((await reader.kept())?.startsWith("made-up-"));
  }
  await writing;
  assertEquals(await kept(), "made-up-50");
  assertEquals(reader.reports, []);
});

Deno.test("who waits 15 s for another process is told to come back", async () => {
  await using folder = await makeFolder();
  const holder = openStore(`${folder.path}/tokens`);
  const waiter = openStore(`${folder.path}/tokens`, fastClock(1000));
  const held = Promise.withResolvers<void>();
  const holds = Promise.withResolvers<void>();
  const holding = holder.store.update(IDENTITY, { signal }, async () => {
    holds.resolve();
    await held.promise;
  });
  await holds.promise;
  const error = await assertRejects(() => waiter.keep("x"), ToolError);
  assertEquals([error.code, error.retryAfterS], ["refresh_busy", 5]);
  held.resolve();
  await holding;
  await waiter.keep("made-up-token");
  assertEquals(waiter.store.place.note, null);
});

Deno.test("a wait for another process ends when the caller gives up", async () => {
  await using folder = await makeFolder();
  const { store } = openStore(`${folder.path}/tokens`);
  const held = Promise.withResolvers<void>();
  const holding = store.update(IDENTITY, { signal }, () => held.promise);
  const caller = new AbortController();
  const waiting = store.update(
    IDENTITY,
    { signal: caller.signal },
    () => Promise.resolve(),
  );
  caller.abort(new Error("Given up"));
  await assertRejects(() => waiting, Error, "Given up");
  held.resolve();
  await holding;
});

Deno.test("one process leads a login, until it lets go", async () => {
  await using folder = await makeFolder();
  const one = openStore(`${folder.path}/tokens`).store;
  const other = openStore(`${folder.path}/tokens`).store;
  {
    await using lead = await one.tryLead(IDENTITY);
    assert(lead);
    assertEquals(await other.tryLead(IDENTITY), null);
  }
  await using lead = await other.tryLead(IDENTITY);
  assert(lead);
});

Deno.test("a folder that cannot be made is reported once, and memory serves", async () => {
  await using folder = await makeFolder();
  await Deno.writeTextFile(`${folder.path}/file`, "in the way");
  const { store, keep, kept, reports } = openStore(
    `${folder.path}/file/tokens`,
  );
  await keep("made-up-token");
  await keep("made-up-other");
  assertEquals(await kept(), "made-up-other");
  assertEquals(reports.length, 1);
  assertStringIncludes(reports[0] ?? "", "kept in the memory");
  assertEquals(store.place.kept, "memory of this process");
});

Deno.test("a disk that is full in the middle keeps the login in memory", async () => {
  await using folder = await makeFolder();
  const path = `${folder.path}/tokens`;
  const { store, keep, kept } = openStore(path);
  await keep("made-up-token");
  await store.update(IDENTITY, { signal }, async ({ write }) => {
    // Writing fails from here on: the folder is gone.
    await Deno.remove(path, { recursive: true });
    await write(recordWith("made-up-renewed"));
  });
  assertEquals(await kept(), "made-up-renewed");
  assert(store.place.note);
});

Deno.test("what is left of writers that were killed is not taken for a login", async () => {
  await using folder = await makeFolder();
  const path = `${folder.path}/tokens`;
  const { store, keep, reports } = openStore(path);
  await keep("made-up-token");
  const half = serializeRecord(recordWith("made-up-half")).slice(0, 40);
  await Deno.writeTextFile(`${path}/${await keyOf(IDENTITY)}.json.x.tmp`, half);
  assertEquals((await store.identities(IDENTITY.endpoint)).length, 1);
  assertEquals(reports, []);
});

async function namesIn(path: string): Promise<string[]> {
  const entries = await Array.fromAsync(Deno.readDir(path));
  return entries.map(({ name }) => name);
}
