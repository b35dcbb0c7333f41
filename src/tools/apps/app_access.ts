import type {
  App,
  Link,
  SecurityContext,
  Spec,
} from "../../../idl/flyteidl2/app/app_definition_pb.ts";
import { nameOf, quote } from "../../text.ts";
import { addressOf, webUrl } from "./app_facts.ts";

/** Characters of a name. */
const MAX_NAME = 64;

/** Who may call an app, and whom it acts as. */
export function securityOf(spec: Spec | undefined, max: number) {
  const { securityContext, ingress } = spec ?? {};
  const { runAs } = securityContext ?? {};
  return {
    allow_anonymous: securityContext?.allowAnonymous ?? false,
    private: ingress?.private ?? false,
    service_account: nameOf(runAs?.k8sServiceAccount ?? "") || null,
    iam_role: nameOf(runAs?.iamRole ?? "") || null,
    secrets: secretsOf(securityContext, max),
  };
}

function secretsOf(context: SecurityContext | undefined, max: number) {
  return (context?.secrets ?? []).slice(0, max)
    .map(({ key, group, envVar }) => ({
      name: nameOf(key, MAX_NAME),
      group: nameOf(group, MAX_NAME) || null,
      env_var: nameOf(envVar, MAX_NAME) || null,
    }));
}

/**
 * Pages of an app that its author links to.
 *
 * @param options.entries of so many
 * @param options.value characters of a title
 */
export function linksOf(
  app: App,
  { entries, value }: { readonly entries: number; readonly value: number },
) {
  const address = addressOf(app);
  return (app.spec?.links ?? []).slice(0, entries).map((link) => ({
    title: link.title ? quote(nameOf(link.title, value)) : null,
    url: linkOf(link, address),
  }));
}

/** `null`: a link that would lead elsewhere than it says, or nowhere. */
function linkOf({ path, isRelative }: Link, address: string | null) {
  if (!isRelative) return webUrl(path);
  const url = address === null ? null : URL.parse(path, address);
  const isOwn = address !== null && url?.origin === new URL(address).origin;
  return url && isOwn ? webUrl(url.href) : null;
}
