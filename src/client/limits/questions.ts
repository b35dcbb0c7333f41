import type { DescMethod, Message } from "@bufbuild/protobuf";
import { AuthMetadataService } from "../../../idl/flyteidl2/auth/auth_service_pb.ts";
import { IdentityService } from "../../../idl/flyteidl2/auth/identity_pb.ts";
import { breachOf, type Limits } from "./limits.ts";
import type { WideList } from "./lists.ts";
import { type Place, placesIn } from "./places.ts";
import { callNotAllowed, notAllowed } from "./refusals.ts";

/** Services that know of logins, and of no project. */
const OF_LOGINS: readonly string[] = [
  AuthMetadataService.typeName,
  IdentityService.typeName,
];

/**
 * Refuses a call that names a place which is not allowed. A call that names
 * none is refused as well, but for lists, whose answers say where each row is.
 *
 * @param list what is known of the call, if it is a list
 * @returns the runs that the call names
 * @throws {ToolError} `permission_denied`
 */
export function checkQuestion(
  { method, message }: { method: DescMethod; message: Message },
  { limits, list }: { limits: Limits; list: WideList | null },
): Place[] {
  if (OF_LOGINS.includes(method.parent.typeName)) return [];
  const named = placesIn(method.input, message);
  const places = list
    ? [...named.map(openWhereEmpty), ...list.filtered(message)]
    : named;
  if (!list && places.length === 0) throw callNotAllowed(method.name, limits);
  for (const place of places) {
    const breach = breachOf(place, limits);
    if (breach) throw notAllowed(breach);
  }
  return places.filter(({ run }) => run !== undefined);
}

/** What a list's scope leaves empty stands for all. */
function openWhereEmpty({ project, domain, ...rest }: Place): Place {
  return {
    ...rest,
    project: project || undefined,
    domain: domain || undefined,
  };
}
