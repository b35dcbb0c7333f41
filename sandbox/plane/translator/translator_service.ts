import { Code, ConnectError, type ServiceImpl } from "@connectrpc/connect";
import type { TriggerIdentifier } from "../../../idl/flyteidl2/common/identifier_pb.ts";
import {
  InputsSchema,
  type NamedLiteral,
} from "../../../idl/flyteidl2/task/common_pb.ts";
import type {
  LiteralsToLaunchFormJsonRequest,
  TranslatorService,
} from "../../../idl/flyteidl2/workflow/translator_service_pb.ts";
import { readFile } from "../dataproxy/action_data.ts";
import { invalidArgument } from "../list/sql_error.ts";
import type { Store } from "../store.ts";
import { requireRevision } from "../trigger/trigger_service.ts";
import { dataUris } from "../workflow/data_uris.ts";
import { literalsOfForm, literalsOfValues } from "./form_literals.ts";
import { formOfLiterals, formOfVariables } from "./launch_form.ts";

/** TranslatorService: literals to JSON and back. */
export function translatorService(
  store: Store,
): ServiceImpl<typeof TranslatorService> {
  return {
    literalsToLaunchFormJson: (request) => ({
      json: formOfLiterals(literalsFor(store, request), request.variables),
    }),
    launchFormJsonToLiterals: ({ json }) => ({
      literals: literalsOfForm(json),
    }),
    taskSpecToLaunchFormJson: ({ taskSpec }) => ({
      json: formOfVariables(taskSpec?.taskTemplate?.interface?.inputs),
    }),
    jsonValuesToLiterals: ({ variables, values }) => ({
      literals: literalsOfValues(variables, values),
    }),
  };
}

/** Literals given inline, or those that a trigger or an action has stored. */
function literalsFor(
  store: Store,
  request: LiteralsToLaunchFormJsonRequest,
): readonly NamedLiteral[] {
  const { owner, literalsUri, literals } = request;
  if (owner.case === "triggerId") return triggerLiterals(store, owner.value);
  if (literalsUri === "") return literals;
  const id = owner.case === "actionId" ? owner.value : undefined;
  if (!id) {
    throw invalidArgument("action_id is required when literals_uri is set");
  }
  if (!id.run) throw new ConnectError("unexpected EOF", Code.Unavailable);
  const uris = dataUris(store, { run: id.run, name: id.name });
  if (literalsUri !== uris.inputsUri && literalsUri !== uris.outputsUri) {
    throw invalidArgument(
      `literals_uri does not match any data URI of action ${id.name}`,
    );
  }
  return readLiterals(store, literalsUri);
}

function triggerLiterals(
  store: Store,
  id: TriggerIdentifier,
): readonly NamedLiteral[] {
  const { inputWrapper } = requireRevision(store, id).spec;
  if (inputWrapper.case === "offloadedInputData") {
    return readLiterals(store, inputWrapper.value.uri);
  }
  throw invalidArgument(
    `trigger ${id.name?.name ?? ""} has no offloaded input data`,
  );
}

function readLiterals(store: Store, uri: string): readonly NamedLiteral[] {
  const inputs = readFile(store, uri, InputsSchema);
  if (inputs) return inputs.literals;
  throw new ConnectError(
    `failed to read literals from ${uri}: not found`,
    Code.Internal,
  );
}
