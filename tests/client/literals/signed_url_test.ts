import { assertEquals } from "@std/assert";
import { withoutSignature } from "../../../src/client/literals/signed_url.ts";

for (
  const [given, expected] of [
    ["s3://bucket/key", "s3://bucket/key"],
    [
      "https://b.example/x?version=3#part",
      "https://b.example/x?version=3#part",
    ],
    [
      "https://b.example/x?a=1&x-amz-signature=abc#part",
      "https://b.example/x?[signature-left-out]",
    ],
    [
      "https://b.example/x?X-Goog-Signature=abc",
      "https://b.example/x?[signature-left-out]",
    ],
    [
      "https://acct.blob.example/c/x?sv=1&sig=a%2Fb",
      "https://acct.blob.example/c/x?[signature-left-out]",
    ],
    ["https://ada:hunter2@b.example/x", "https://b.example/x"],
    [
      "abfs://container@account.example/x",
      "abfs://container@account.example/x",
    ],
    ["see https://b.example/x?sig=1", "see https://b.example/x?sig=1"],
    ["https://", "https://"],
    ["", ""],
  ] as const
) {
  Deno.test(`withoutSignature() makes "${expected}" of "${given}"`, () => {
    assertEquals(withoutSignature(given), expected);
  });
}
