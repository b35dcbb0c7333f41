/** Servers that share a folder of logins, and what lies in it. */
import {
  parseRecord,
  serializeRecord,
} from "../../src/auth/store/login_record.ts";
import { type Spawned, type SpawnOptions, spawnServer } from "./spawn.ts";

/** A folder that is gone when the test is over. */
export interface LoginFolder extends AsyncDisposable {
  readonly path: string;
  /** Starts a server that keeps its logins here. */
  spawn(options: SpawnOptions): Promise<Spawned>;
  /** The one record's path. */
  recordPath(): Promise<string>;
  /** Lets the kept token's time be over, as far as clients know. */
  expireToken(): Promise<void>;
}

/** Makes a folder for the logins of one test. */
export async function makeLoginFolder(): Promise<LoginFolder> {
  const path = await Deno.makeTempDir({ prefix: "flyte-mcp-logins-" });
  const recordPath = async () => {
    const names = await Array.fromAsync(Deno.readDir(`${path}/tokens`));
    const records = names.filter(({ name }) => name.endsWith(".json"));
    if (records.length !== 1 || !records[0]) {
      throw new Error(`Expected one record, found ${records.length}`);
    }
    return `${path}/tokens/${records[0].name}`;
  };
  return {
    path,
    recordPath,
    spawn: (options) =>
      spawnServer({
        ...options,
        permissions: options.permissions ?? ["-P", `--allow-write=${path}`],
        env: { ...options.env, FLYTE_MCP_TOKEN_STORE: path },
      }),
    expireToken: async () => {
      const record = await recordPath();
      const content = parseRecord(await Deno.readTextFile(record));
      if (!content.kept) throw new Error("Expected a token");
      const token = { ...content.kept.token, expiresAt: 1000 };
      const expired = { ...content, kept: { ...content.kept, token } };
      await Deno.writeTextFile(record, serializeRecord(expired));
    },
    [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }),
  };
}
