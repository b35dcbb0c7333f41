import {
  create,
  type DescMessage,
  fromBinary,
  type MessageShape,
} from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import {
  InputsSchema,
  OutputsSchema,
} from "../../../idl/flyteidl2/task/common_pb.ts";
import type { Store } from "../store.ts";
import type { ActionKey } from "../workflow/actions.ts";
import { dataUris } from "../workflow/data_uris.ts";

/** Files beyond 2 MB are not read. */
const MAX_BYTES = 2 * 1024 * 1024;

/** The inputs and outputs of an action; a file that is missing counts as empty. */
export function actionData(store: Store, key: ActionKey) {
  const uris = dataUris(store, key);
  const inputs = readFile(store, uris.inputsUri, InputsSchema);
  const outputs = readFile(store, uris.outputsUri, OutputsSchema);
  return {
    inputs: inputs ?? create(InputsSchema),
    outputs: outputs ?? create(OutputsSchema),
    inputsUri: inputs ? uris.inputsUri : "",
    outputsUri: outputs ? uris.outputsUri : "",
  };
}

/**
 * Reads a message from the object store; `undefined` where there is no file.
 *
 * @throws {ConnectError} `internal` for a file that is too big or holds no such message
 */
export function readFile<Schema extends DescMessage>(
  { objects }: Store,
  uri: string,
  schema: Schema,
): MessageShape<Schema> | undefined {
  const content = uri === "" ? undefined : objects.get(uri);
  if (!content) return undefined;
  const what = schema.name.toLowerCase();
  const failure = (why: string) =>
    new ConnectError(
      `failed to read ${what} from ${uri}: ${why}`,
      Code.Internal,
    );
  if (content.byteLength > MAX_BYTES) {
    throw failure(
      `limit exceeded: ${content.byteLength} bytes, at most ${MAX_BYTES}`,
    );
  }
  try {
    return fromBinary(schema, content);
  } catch (cause) {
    throw failure(cause instanceof Error ? cause.message : String(cause));
  }
}
