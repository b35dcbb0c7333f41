/**
 * Generates `idl/` from the official Flyte 2 descriptors.
 *
 *     deno task idl            idl/flyteidl2.binpb → idl/**\/*_pb.ts
 *     deno task idl --check    the same, compared with what is committed
 *     deno task idl --update   PyPI's flyteidl2 wheel → idl/flyteidl2.binpb, then generate
 *
 * The npm package of the IDL is behind the server and ships uncompiled
 * TypeScript, so the descriptors come from the Python wheel, which carries
 * every file's serialized FileDescriptorProto. Only `--update` needs Python
 * and the network; it is for maintainers.
 */
import {
  create,
  type DescMessage,
  fromBinary,
  type Message,
  type MessageShape,
  toBinary,
} from "@bufbuild/protobuf";
import {
  CodeGeneratorRequestSchema,
  CodeGeneratorResponseSchema,
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
} from "@bufbuild/protobuf/wkt";

const WHEEL = "flyteidl2==2.0.53";
const WHEEL_SHA256 =
  "61a1fc68dd2e590104b402082dd509aa1dc64870271ff978c0cc12fd799a8c34";

/** The files whose services are called or served; their imports come along. */
const ROOTS = [
  "flyteidl2/app/app_logs_service.proto",
  "flyteidl2/app/app_service.proto",
  "flyteidl2/auth/auth_service.proto",
  "flyteidl2/auth/identity.proto",
  "flyteidl2/cluster/service.proto",
  "flyteidl2/dataproxy/dataproxy_service.proto",
  "flyteidl2/project/project_service.proto",
  "flyteidl2/secret/secret.proto",
  "flyteidl2/task/task_service.proto",
  "flyteidl2/trigger/trigger_service.proto",
  "flyteidl2/workflow/internal_run_service.proto",
  "flyteidl2/workflow/run_service.proto",
  "flyteidl2/workflow/translator_service.proto",
];

/** Imports that only carry options (validation rules, REST routes). */
const DROPPED = /^(buf\/validate|google\/api|protoc-gen-openapiv2)\//;

/** These come with `@bufbuild/protobuf/wkt`. */
const WELL_KNOWN = /^google\/protobuf\//;

const IDL = new URL("../idl/", import.meta.url);
const SET = new URL("flyteidl2.binpb", IDL);

await main(Deno.args);

async function main(args: string[]): Promise<void> {
  if (args.includes("--update")) await update();
  const generated = await generate(await Deno.readFile(SET));
  const existing = await readGenerated();
  if (args.includes("--check")) {
    const stale = [...new Set([...generated.keys(), ...existing.keys()])]
      .filter((name) => generated.get(name) !== existing.get(name)).sort();
    if (stale.length > 0) {
      throw new Error(
        `Stale idl/ (run "deno task idl"): ${stale.join(", ")}`,
      );
    }
    say(`idl/ is current: ${generated.size} files`);
    return;
  }
  for (const name of existing.keys()) {
    if (!generated.has(name)) await Deno.remove(new URL(name, IDL));
  }
  for (const [name, text] of generated) {
    const file = new URL(name, IDL);
    await Deno.mkdir(new URL(".", file), { recursive: true });
    await Deno.writeTextFile(file, text);
  }
  say(`wrote ${generated.size} files to idl/`);
}

function say(text: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));
}

/** Runs the pinned `protoc-gen-es` over the descriptor set, plugin over stdin. */
async function generate(set: Uint8Array): Promise<Map<string, string>> {
  const files = fromBinary(FileDescriptorSetSchema, set).file;
  const request = create(CodeGeneratorRequestSchema, {
    fileToGenerate: files.map((file) => file.name)
      .filter((name) => !WELL_KNOWN.test(name)),
    parameter: "target=ts,import_extension=ts",
    protoFile: files,
  });
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-A",
      "--quiet",
      `npm:@bufbuild/protoc-gen-es@${esVersion()}`,
    ],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(toBinary(CodeGeneratorRequestSchema, request));
  await writer.close();
  const { stdout, success } = await child.output();
  if (!success) throw new Error("Cannot generate idl/: protoc-gen-es failed");
  const response = fromBinary(CodeGeneratorResponseSchema, stdout);
  if (response.error) {
    throw new Error(`Cannot generate idl/: ${response.error}`);
  }
  return new Map(response.file.map((file) => [file.name, file.content]));
}

/** The plugin's version stands once, in deno.json. */
function esVersion(): string {
  const config = JSON.parse(
    Deno.readTextFileSync(new URL("../deno.json", import.meta.url)),
  );
  const specifier: string = config.imports["@bufbuild/protoc-gen-es"];
  return specifier.slice(specifier.lastIndexOf("@") + 1);
}

async function readGenerated(
  folder: URL = IDL,
  prefix = "",
): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for await (const entry of Deno.readDir(folder)) {
    const name = `${prefix}${entry.name}`;
    if (entry.isDirectory) {
      const below = await readGenerated(
        new URL(`${entry.name}/`, folder),
        `${name}/`,
      );
      for (const [key, text] of below) found.set(key, text);
    } else if (name.endsWith("_pb.ts")) {
      found.set(name, await Deno.readTextFile(new URL(entry.name, folder)));
    }
  }
  return found;
}

async function update(): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    const requirements = `${folder}/requirements.txt`;
    await Deno.writeTextFile(
      requirements,
      `${WHEEL} --hash=sha256:${WHEEL_SHA256}\n`,
    );
    await run("python3", [
      ...["-m", "pip", "download", "--no-deps", "--require-hashes"],
      ...["--dest", folder, "--requirement", requirements],
    ]);
    const wheel = `${folder}/${WHEEL.replace("==", "-")}-py3-none-any.whl`;
    await run("python3", ["-m", "zipfile", "-e", wheel, folder]);
    const set = await collect(folder);
    await Deno.writeFile(SET, toBinary(FileDescriptorSetSchema, set));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function run(command: string, args: string[]): Promise<void> {
  const { success } = await new Deno.Command(command, {
    args,
    stdout: "null",
    stderr: "inherit",
  }).output();
  if (!success) throw new Error(`Cannot update the IDL: ${command} failed`);
}

/** The roots and all they import, options cleaned, imports before importers. */
async function collect(folder: string) {
  const files = new Map<string, FileDescriptorProto>([
    ["google/rpc/status.proto", rpcStatus()],
  ]);
  const ordered: FileDescriptorProto[] = [];
  const seen = new Set<string>();
  const visit = async (name: string): Promise<void> => {
    if (seen.has(name)) return;
    seen.add(name);
    const file = files.get(name) ?? await readDescriptor(folder, name);
    for (const dependency of file.dependency) await visit(dependency);
    ordered.push(file);
  };
  for (const root of ROOTS) await visit(root);
  return create(FileDescriptorSetSchema, { file: ordered });
}

/** Reads one file's descriptor out of its `*_pb2.py` module, or protobuf-es. */
async function readDescriptor(
  folder: string,
  name: string,
): Promise<FileDescriptorProto> {
  if (WELL_KNOWN.test(name)) return await wellKnown(name);
  const module = `${folder}/${name.replace(/\.proto$/, "_pb2.py")}`;
  const source = await Deno.readTextFile(module);
  const literal = /AddSerializedFile\(b'((?:[^'\\]|\\[^])*)'\)/.exec(source);
  if (!literal?.[1]) {
    throw new Error(`Cannot read "${name}": no serialized file in its module`);
  }
  const file = fromBinary(FileDescriptorProtoSchema, pythonBytes(literal[1]));
  file.dependency = file.dependency.filter((path) => !DROPPED.test(path));
  clearExtensions(FileDescriptorProtoSchema, file);
  return file;
}

async function wellKnown(name: string): Promise<FileDescriptorProto> {
  const wkt: Record<string, unknown> = await import("@bufbuild/protobuf/wkt");
  const base = name.slice("google/protobuf/".length, -".proto".length);
  const found = wkt[`file_google_protobuf_${base.replaceAll("/", "_")}`];
  // The wkt module exports a DescFile under this name for each of its files.
  return (found as { proto: FileDescriptorProto }).proto;
}

/** google.rpc.Status, which neither the wheel nor protobuf-es carries. */
function rpcStatus(): FileDescriptorProto {
  return create(FileDescriptorProtoSchema, {
    name: "google/rpc/status.proto",
    package: "google.rpc",
    syntax: "proto3",
    dependency: ["google/protobuf/any.proto"],
    messageType: [{
      name: "Status",
      field: [
        { name: "code", jsonName: "code", number: 1, label: 1, type: 5 },
        { name: "message", jsonName: "message", number: 2, label: 1, type: 9 },
        {
          ...{ name: "details", jsonName: "details", number: 3, label: 3 },
          ...{ type: 11, typeName: ".google.protobuf.Any" },
        },
      ],
    }],
  });
}

/** Undoes the escapes of a Python bytes literal. */
function pythonBytes(literal: string): Uint8Array<ArrayBuffer> {
  const simple: Record<string, number> = {
    ...{ n: 10, r: 13, t: 9, "'": 39, '"': 34, "\\": 92 },
  };
  const bytes: number[] = [];
  const pattern = /\\(?:x([0-9a-f]{2})|([0-7]{1,3})|([^]))|([^\\])/g;
  for (const [, hex, octal, escape, plain] of literal.matchAll(pattern)) {
    if (hex !== undefined) bytes.push(parseInt(hex, 16));
    else if (octal !== undefined) bytes.push(parseInt(octal, 8));
    else if (plain !== undefined) bytes.push(plain.charCodeAt(0));
    else {
      const byte = simple[escape ?? ""];
      if (byte === undefined) throw new SyntaxError(`Bad escape "${escape}"`);
      bytes.push(byte);
    }
  }
  return new Uint8Array(bytes);
}

/**
 * Drops what options say in terms of the dropped imports: extensions arrive
 * as unknown fields. Known options (idempotency_level, deprecated) stay.
 */
function clearExtensions<D extends DescMessage>(
  schema: D,
  message: MessageShape<D>,
): void {
  delete (message as Message).$unknown;
  for (const field of schema.fields) {
    if (field.message === undefined) continue;
    // Field access by local name is untyped in protobuf-es's reflection.
    const value = (message as unknown as Record<string, unknown>)[
      field.localName
    ];
    for (const item of Array.isArray(value) ? value : [value]) {
      if (item !== undefined) clearExtensions(field.message, item);
    }
  }
}
