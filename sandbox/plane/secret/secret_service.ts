import { create } from "@bufbuild/protobuf";
import { Code, ConnectError, type ServiceImpl } from "@connectrpc/connect";
import {
  OverallStatus,
  type Secret,
  type SecretIdentifier,
  SecretPresenceStatus,
  SecretSchema,
  type SecretSpec,
} from "../../../idl/flyteidl2/secret/definition_pb.ts";
import type {
  CreateSecretRequest,
  ListSecretsRequest,
} from "../../../idl/flyteidl2/secret/payload_pb.ts";
import type { SecretService } from "../../../idl/flyteidl2/secret/secret_pb.ts";
import { type Micros, toTimestamp } from "../clock.ts";
import { wholeSecond } from "../kubernetes/attempt.ts";
import type { ResourcePage } from "../kubernetes/resource_page.ts";
import {
  resourceName,
  type SecretKey,
  type SecretRow,
  type Secrets,
} from "../kubernetes/secrets.ts";
import { invalidArgument } from "../list/sql_error.ts";

/** The cluster's name where nothing is configured. */
const CLUSTER = "flyte-devbox";

/** SecretService over the secrets of a cluster. It gives away neither value nor type. */
export function secretService(
  secrets: Secrets,
  reading: () => Micros,
): ServiceImpl<typeof SecretService> {
  return {
    createSecret(request) {
      createSecret(secrets, request, reading());
      return {};
    },
    updateSecret({ id, secretSpec }) {
      requireSecret(secrets, keyOf(id));
      checkValue(secretSpec);
      return {};
    },
    getSecret({ id }) {
      const row = requireSecret(secrets, keyOf(id));
      const secret = secretMessage(row);
      // The id is the request's, and missing where that had none.
      if (id) secret.id = id;
      else delete secret.id;
      return { secret };
    },
    deleteSecret({ id }) {
      const key = keyOf(id);
      if (!secrets.remove(key)) throw notFound(key);
      return {};
    },
    listSecrets(request) {
      const { items, token } = listSecrets(secrets, request);
      return { secrets: items.map(secretMessage), token };
    },
  };
}

function createSecret(
  secrets: Secrets,
  { id, secretSpec }: CreateSecretRequest,
  createdAt: Micros,
): void {
  const key = keyOf(id);
  checkValue(secretSpec);
  if (secrets.get(key)) {
    throw new ConnectError(
      `secrets "${resourceName(key)}" already exists`,
      Code.AlreadyExists,
    );
  }
  try {
    secrets.create({ ...key, createdAt });
  } catch (error) {
    throw internal(error);
  }
}

function listSecrets(
  secrets: Secrets,
  { project, domain, limit, token }: ListSecretsRequest,
): ResourcePage<SecretRow> {
  checkScope({ project, domain });
  try {
    return secrets.list({ project, domain }, { limit, token });
  } catch (error) {
    throw internal(error);
  }
}

/** Projects and domains are not looked up: any will do. */
function keyOf(id: SecretIdentifier | undefined): SecretKey {
  const { project = "", domain = "", name = "" } = id ?? {};
  checkScope({ project, domain });
  return { project, domain, name };
}

function checkScope({ project, domain }: Omit<SecretKey, "name">): void {
  if (project === "" || domain !== "") return;
  throw invalidArgument(
    `project-scoped secrets must also specify a domain, got project=${
      JSON.stringify(project)
    } domain=""`,
  );
}

function checkValue(spec: SecretSpec | undefined): void {
  if (spec?.value.case !== undefined) return;
  throw invalidArgument("string or binary value expected, got <nil>");
}

function requireSecret(secrets: Secrets, key: SecretKey): SecretRow {
  const row = secrets.get(key);
  if (row) return row;
  throw notFound(key);
}

function secretMessage(row: SecretRow): Secret {
  const { project, domain, name, createdAt } = row;
  return create(SecretSchema, {
    id: { project, domain, name },
    secretMetadata: {
      createdTime: toTimestamp(wholeSecond(createdAt)),
      secretStatus: {
        overallStatus: OverallStatus.FULLY_PRESENT,
        clusterStatus: [{
          cluster: { name: CLUSTER },
          presenceStatus: SecretPresenceStatus.PRESENT,
        }],
      },
    },
  });
}

function notFound({ name }: SecretKey): ConnectError {
  return new ConnectError(`secret ${name} not found`, Code.NotFound);
}

function internal(error: unknown): ConnectError {
  const { rawMessage } = ConnectError.from(error);
  return new ConnectError(rawMessage, Code.Internal);
}
