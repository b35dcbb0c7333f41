import type { Finder } from "./finder.ts";
import { Secret } from "./secret.ts";
import { type Lookup, type Setting, textOf } from "./sources.ts";
import { type Header, readHeaders, readText } from "./values.ts";

/** Credentials that were given ready-made. */
export interface Credentials {
  readonly clientSecret: Setting<Secret> | null;
  readonly accessToken: Setting<Secret> | null;
  readonly authMetadata: Setting<Secret> | null;
}

/** Finds the credentials; their values never reach a message. */
export function findCredentials(finder: Finder): Credentials {
  return {
    clientSecret: findClientSecret(finder),
    accessToken: finder.find("accessToken", readToken),
    authMetadata: finder.find("authMetadata", readMetadata),
  };
}

/** The headers of a Passthrough setting that was checked when it was found. */
export function headersOf(setting: Setting<Secret>): readonly Header[] {
  return readHeaders(setting.value.reveal());
}

/** The PEM text of the private CA. */
export function findCaCert(finder: Finder): Setting<string> | null {
  const path = finder.find("caCert", readText);
  if (!path) return null;
  const found = finder.file(path.value);
  const value = textOf(found);
  if (value?.includes("-----BEGIN CERTIFICATE-----")) {
    return { value, source: path.source };
  }
  const target = `a PEM certificate in "${path.value}"`;
  noteMissing(finder, path, { target, found });
  return null;
}

/** The client secret: the value, else a variable, else a file. */
function findClientSecret(finder: Finder): Setting<Secret> | null {
  const direct = finder.find(
    "clientSecret",
    (raw) => new Secret(readText(raw)),
  );
  if (direct) return direct;
  const location = finder.find("clientSecretLocation", readText);
  const variable = finder.find("clientSecretEnvVar", readText);
  // The variable beats the file, but the environment beats a config file.
  const isOverridden = finder.raw("clientSecretEnvVar")?.file &&
    finder.raw("clientSecretLocation")?.file === null;
  if (variable && !isOverridden) return secretIn(finder, variable);
  return location && secretAt(finder, location);
}

function secretIn(
  finder: Finder,
  variable: Setting<string>,
): Setting<Secret> | null {
  const found = finder.env(variable.value);
  const text = textOf(found);
  if (text) return { value: new Secret(text), source: variable.value };
  const target = `the variable ${variable.value}`;
  noteMissing(finder, variable, { target, found });
  return null;
}

function secretAt(
  finder: Finder,
  location: Setting<string>,
): Setting<Secret> | null {
  // Read again at each use, for mounted secrets rotate.
  const read = () => textOf(finder.file(location.value))?.trim() ?? "";
  if (read()) return { value: new Secret(read), source: location.source };
  const found = finder.file(location.value);
  const target = `the file "${location.value}"`;
  noteMissing(finder, location, { target, found });
  return null;
}

function readToken(raw: unknown): Secret {
  const token = readText(raw).replace(/^bearer\s+/i, "");
  if (/^[\x21-\x7e]+$/.test(token)) return new Secret(token);
  throw new SyntaxError("Expected a token without blanks");
}

function readMetadata(raw: unknown): Secret {
  readHeaders(raw);
  return new Secret(readText(raw));
}

function noteMissing(
  finder: Finder,
  { source }: Setting<string>,
  { target, found }: { target: string; found: Lookup },
): void {
  if (found.kind === "denied") {
    finder.faults.push({
      code: "permission_missing",
      message: `${source} names ${target}, which Deno's permissions hide.`,
      nextStep: `Start the server with ${found.grant}.`,
    });
    return;
  }
  finder.invalid(
    `${source} names ${target}, which is missing, empty or cannot be read.`,
    `Correct ${source}.`,
  );
}
