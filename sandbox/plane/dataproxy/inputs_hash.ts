import { reflect } from "@bufbuild/protobuf/reflect";
import {
  type Inputs,
  InputsSchema,
} from "../../../idl/flyteidl2/task/common_pb.ts";
import { toGoBinary } from "./go_binary.ts";

const OFFSET_BASIS = 0xcbf29ce484222325n;
const PRIME = 0x100000001b3n;

/** The hash of inputs: FNV-64a over the bytes in which Go writes them. */
export function hashInputs(inputs: Inputs): string {
  let hash = OFFSET_BASIS;
  for (const byte of toGoBinary(reflect(InputsSchema, inputs))) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * PRIME);
  }
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, hash);
  return bytes.toBase64({ alphabet: "base64url", omitPadding: true });
}
