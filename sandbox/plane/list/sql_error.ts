import { Code, ConnectError } from "@connectrpc/connect";

/** An SQL error as the services pass it on: code `internal`, with what they were doing. */
export function sqlError(doing: string, text: string): ConnectError {
  return new ConnectError(`${doing}: ERROR: ${text}`, Code.Internal);
}

/** A request the services refuse before they ask the database. */
export function invalidArgument(message: string): ConnectError {
  return new ConnectError(message, Code.InvalidArgument);
}
