import { Filter_Function } from "../../idl/flyteidl2/common/list_pb.ts";

/** A filter in functions and columns that the server takes. */
export interface ListFilter {
  readonly function: Filter_Function;
  readonly field: string;
  readonly values: string[];
}

/** One of these values; the server cannot do VALUE_IN with one of them. */
export function oneOf(field: string, values: readonly string[]): ListFilter {
  return {
    function: values.length === 1
      ? Filter_Function.EQUAL
      : Filter_Function.VALUE_IN,
    field,
    values: [...values],
  };
}
