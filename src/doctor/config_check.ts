import type { Config, ResolvedConfig } from "../config/mod.ts";
import { Secret } from "../config/secret.ts";
import { nameOf } from "../text.ts";
import { fail, type Finding, ok, warn } from "./finding.ts";

/** Where the settings are, what each is and where it comes from. */
export function checkConfig(resolved: ResolvedConfig): Finding {
  const { config, faults, notices, filesRead } = resolved;
  const found = [
    ...settingsOf(config).map((line) => `${line}.`),
    filesRead.length > 0
      ? `Read: ${filesRead.map((path) => nameOf(path)).join(", ")}.`
      : "No config file was found.",
  ].join(" ");
  if (faults.length > 0) {
    const messages = faults.map(({ message }) => message).join(" ");
    const steps = [...new Set(faults.map(({ nextStep }) => nextStep))];
    const codes = [...new Set(faults.map(({ code }) => code))];
    return fail(
      `${[messages, ...notices].join(" ")} ${found}`,
      steps.join(" "),
      codes.join(", "),
    );
  }
  return notices.length > 0
    ? warn(
      `${notices.join(" ")} ${found}`,
      "If that is not meant so, set it in the host's server settings.",
    )
    : ok(found);
}

/** Settings whose values are long, or may hold a secret. */
const VEILED = new Set(["caCert", "command", "proxyCommand"]);

/** Each set value with its source; secrets as "set". */
function settingsOf({ endpoint, ...others }: Config): string[] {
  return Object.entries({ endpoint, ...others }).flatMap(([key, setting]) => {
    if (!isSetting(setting)) return [];
    const { value, source } = setting;
    const isVeiled = value instanceof Secret || VEILED.has(key);
    const shown = isVeiled ? "set" : nameOf([value].flat().join(" "));
    return [`${wordsOf(key)} ${shown} (${nameOf(source)})`];
  });
}

function isSetting(
  value: unknown,
): value is { value: unknown; source: string } {
  return typeof value === "object" && value !== null && "value" in value &&
    "source" in value && typeof value.source === "string";
}

/** `clientId` as `Client id`. */
function wordsOf(key: string): string {
  const words = key.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1);
}
