/** Secrets as a test says, served by a Flyte that has nothing else. */
import { assertEquals } from "@std/assert";
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import {
  type Secret,
  SecretSchema,
} from "../../idl/flyteidl2/secret/definition_pb.ts";
import {
  type ListSecretsRequest,
  ListSecretsResponseSchema,
} from "../../idl/flyteidl2/secret/payload_pb.ts";
import { SecretService } from "../../idl/flyteidl2/secret/secret_pb.ts";
import type { Called, TestServer } from "../harness.ts";
import { serveFlyte } from "./beds.ts";

type Listed = MessageInitShape<typeof ListSecretsResponseSchema>;

/** A Flyte whose secrets are told like this; what it was asked. */
export async function serveSecrets(
  list: (request: ListSecretsRequest) => Listed,
) {
  const asked: ListSecretsRequest[] = [];
  const flyte = await serveFlyte((router) =>
    router.service(SecretService, {
      listSecrets(request) {
        asked.push(request);
        return create(ListSecretsResponseSchema, list(request));
      },
    })
  );
  return { ...flyte, asked };
}

export function secret(name: string, project = "p", domain = "d"): Secret {
  return create(SecretSchema, { id: { name, project, domain } });
}

/** Owner and name of each, as `project wandb`. */
export function shownBy({ data }: Called): string[] {
  return data.secrets.map((one: { owner: string; name: string }) =>
    `${one.owner} ${one.name}`
  );
}

/** What each page shows, to the last one. */
export async function readPages(
  { call }: TestServer,
  args: Record<string, unknown>,
): Promise<string[][]> {
  const pages: string[][] = [];
  let cursor: string | null = null;
  do {
    const called: Called = await call("list_secrets", {
      ...args,
      ...cursor && { cursor },
    });
    assertEquals(called.data.status, "ok", called.text);
    pages.push(shownBy(called));
    cursor = called.data.next_cursor;
  } while (cursor && pages.length < 50);
  return pages;
}
