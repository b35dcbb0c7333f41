import { missingTarget } from "./faults.ts";
import type { Finder } from "./finder.ts";
import { Secret } from "./secret.ts";
import { type Setting, textOf } from "./sources.ts";
import {
  type Header,
  readCommand,
  readHeaders,
  readText,
  readToken,
} from "./values.ts";

/** Credentials that were given ready-made, or a program that gives them. */
export interface Credentials {
  readonly clientSecret: Setting<Secret> | null;
  readonly accessToken: Setting<Secret> | null;
  readonly authMetadata: Setting<Secret> | null;
  /** Argument vector of the credential command. */
  readonly command: Setting<readonly string[]> | null;
}

/** Finds the credentials; their values never reach a message. */
export function findCredentials(finder: Finder): Credentials {
  return {
    clientSecret: findClientSecret(finder),
    accessToken: finder.secret("accessToken", readToken),
    authMetadata: finder.secret("authMetadata", (raw) => {
      readHeaders(raw);
      return readText(raw);
    }),
    command: finder.find("command", readCommand),
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
  const lookup = finder.file(path.value);
  const value = textOf(lookup);
  if (value?.includes("-----BEGIN CERTIFICATE-----")) {
    return { value, source: path.source };
  }
  const target = `a PEM certificate in "${path.value}"`;
  finder.faults.push(missingTarget({ source: path.source, target, lookup }));
  return null;
}

/** The client secret: the value, else a variable, else a file. */
function findClientSecret(finder: Finder): Setting<Secret> | null {
  const direct = finder.secret("clientSecret", readText);
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
  { value: name, source }: Setting<string>,
): Setting<Secret> | null {
  const lookup = finder.env(name);
  const text = textOf(lookup);
  if (text) return { value: new Secret(text), source: name };
  const target = `the variable ${name}`;
  finder.faults.push(missingTarget({ source, target, lookup }));
  return null;
}

function secretAt(
  finder: Finder,
  { value: path, source }: Setting<string>,
): Setting<Secret> | null {
  // Read again at each use, for mounted secrets rotate.
  const read = () => textOf(finder.file(path))?.trim() ?? "";
  if (read()) return { value: new Secret(read), source };
  const target = `the file "${path}"`;
  const lookup = finder.file(path);
  finder.faults.push(missingTarget({ source, target, lookup }));
  return null;
}
