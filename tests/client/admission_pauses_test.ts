/** The queue before a place that has asked for a pause. */
import { assert, assertEquals, assertInstanceOf } from "@std/assert";
import { ConnectError } from "@connectrpc/connect";
import { ToolError } from "../../src/errors.ts";
import { settle } from "../tools/clocks.ts";
import { newAdmission } from "./queued_calls.ts";

Deno.test("a pause holds all lanes, then lets one call of each try", async () => {
  const { clock, admission, enterMany, turns } = newAdmission();
  admission.pause(3000);
  enterMany(5);
  enterMany(5, "stream");
  await clock.advance(2999);
  assertEquals(turns.size, 0);
  await clock.advance(1);
  assertEquals([...turns.keys()], [0, 5]);
});

Deno.test("after a pause each answer doubles how many there may be", async () => {
  const { clock, admission, enterMany, turns, answer, end } = newAdmission();
  admission.pause(1000);
  enterMany(60);
  await clock.advance(1000);
  const counts = [turns.size];
  for (let times = 0; times < 5; times++) {
    const [call = -1] = turns.keys();
    answer(call);
    end(call);
    await settle();
    counts.push(turns.size);
  }
  assertEquals(counts, [1, 2, 4, 8, 16, 16]);
});

Deno.test("an answer from before a pause lets no more in after it", async () => {
  const { clock, admission, enterMany, turns, answer, end } = newAdmission();
  enterMany(20);
  await settle();
  admission.pause(1000);
  for (let call = 0; call < 16; call++) {
    answer(call);
    end(call);
  }
  await clock.advance(1000);
  assertEquals([...turns.keys()], [16]);
});

Deno.test("an answer in one lane lets more in in the others", async () => {
  const { clock, admission, enter, enterMany, turns, answer } = newAdmission();
  admission.pause(1000);
  const call = enter();
  const streams = enterMany(3, "stream");
  await clock.advance(1000);
  answer(call);
  await settle();
  assertEquals(streams.map((one) => turns.has(one)), [true, true, false]);
});

Deno.test("a pause is spread by up to a fifth", async () => {
  const { clock, admission, enter, turns } = newAdmission(() => 0.5);
  admission.pause(1000);
  enter();
  await clock.advance(1099);
  assertEquals(turns.size, 0);
  await clock.advance(1);
  assertEquals(turns.size, 1);
});

Deno.test("a later pause that is shorter does not end the one before", async () => {
  const { clock, admission, enter, turns } = newAdmission();
  admission.pause(3000);
  admission.pause(1000);
  enter();
  await clock.advance(2999);
  assertEquals(turns.size, 0);
  await clock.advance(1);
  assertEquals(turns.size, 1);
});

Deno.test("a long pause refuses who waits and who comes, with the seconds that are left", async () => {
  const { clock, admission, enter, enterMany, refused } = newAdmission();
  enterMany(17);
  await settle();
  admission.pause(30_000);
  await clock.advance(10_500);
  enter();
  await settle();
  const seconds = [16, 17].map((call) => {
    const reason = refused.get(call);
    assertInstanceOf(reason, ConnectError);
    assertInstanceOf(reason.cause, ToolError);
    assertEquals(reason.cause.code, "rate_limited");
    return reason.cause.retryAfterS;
  });
  assertEquals(seconds, [30, 20]);
  assertEquals(refused.size, 2);
});

Deno.test("short pauses one after the other keep nobody longer than 6 s", async () => {
  const { clock, admission, enter, enterMany, refused, turns, end } =
    newAdmission();
  admission.pause(2000);
  enterMany(3);
  for (let call = 0; call < 3; call++) {
    await clock.advance(2000);
    assertEquals([...turns.keys()], [call]);
    end(call);
    admission.pause(2000);
  }
  const late = enter();
  await clock.advance(2000);
  assert(turns.has(late));
  end(late);
  // The three were held 0 to 6 s; another one would have been for longer.
  assertEquals(refused.size, 0);
  admission.pause(5000);
  const held = enter();
  await clock.advance(4999);
  admission.pause(2000);
  await settle();
  assert(refused.has(held));
});

Deno.test("a server that asks for a day is tried after five minutes", async () => {
  const { clock, admission, enter, turns, refused } = newAdmission();
  admission.pause(86_400_000);
  await clock.advance(294_000);
  const call = enter();
  await clock.advance(6000);
  assertEquals(refused.size, 0);
  assert(turns.has(call));
});

Deno.test("nothing is timed while nobody waits", async () => {
  const { clock, admission, enter, leave } = newAdmission();
  admission.pause(1000);
  assertEquals(clock.sleepers, 0);
  const call = enter();
  await settle();
  assertEquals(clock.sleepers, 1);
  leave.get(call)?.abort();
  await settle();
  assertEquals(clock.sleepers, 0);
});
