import type { TroubleClass } from "./trouble.ts";

/** How a class is told: what happened, and what to do. */
interface Words {
  /** What the action did or suffers, after its name, without a period. */
  readonly what: string;
  readonly next: readonly string[];
}

/** What each class means. Next steps are for the agent unless they say "Person". */
export const WORDS: Readonly<Record<TroubleClass, Words>> = {
  user_exception: {
    what: "raised an exception in its own code",
    next: [
      "Read the innermost frame of the traceback that is not in site-packages: that line raised it.",
      "get_run_io shows the inputs that it was called with.",
    ],
  },
  out_of_memory: {
    what: "used more memory than its container may, and was killed",
    next: [
      "Raise the task's memory, or let it hold less at once.",
      "Compare the size of its inputs with those of the last success; retrying as it is will end the same way.",
    ],
  },
  killed: {
    what: "was killed by a signal from outside its code",
    next: [
      "Look at the end of the log for what it did last; exit code 137 is often memory, 139 native code, 143 a node that went away.",
    ],
  },
  image_pull: {
    what: "has an image that cannot be pulled",
    next: [
      "Check that the image exists under exactly this name and tag, and was pushed to this registry.",
      "Person: if it exists, the cluster needs credentials for that registry.",
    ],
  },
  container_config: {
    what: "has a container that Kubernetes cannot start as it is configured",
    next: [
      "The evidence names what is wrong: create what is missing, or change the pod template or image.",
      "Retrying as it is will end the same way.",
    ],
  },
  missing_secret: {
    what: "asks for a secret that Flyte does not have",
    next: [
      "Person: create the secret that the evidence names, in this project and domain, or correct its name in the task.",
      "A secret of the same name in another project or domain does not count.",
    ],
  },
  missing_outputs: {
    what: "ended without leaving its outputs",
    next: [
      "Look for what ends the process before its outputs are written, such as os._exit, a signal or a full disk.",
      "Check that the task's pod may write to the raw data bucket.",
    ],
  },
  evicted: {
    what: "was evicted from its node",
    next: [
      "The evidence names the resource that ran out on the node: ask for as much as is used (for disk, ephemeral-storage), or write less.",
      "Running it again may go well on another node.",
    ],
  },
  unschedulable: {
    what: "waits for a node, and none can take its pod",
    next: [
      "Compare the resources that the task asks for with what the nodes have; the evidence says what is insufficient.",
      "Person: add nodes of that size, or ask for less. It waits for ever otherwise.",
    ],
  },
  quota: {
    what: "asks for more than the quota of its namespace leaves",
    next: [
      "Run it again when other runs have ended, or ask for less.",
      "Person: an admin can raise the quota that the evidence names.",
    ],
  },
  preempted: {
    what: "lost its node to a pod of higher priority",
    next: [
      "It goes on when a node is free; running it again does not help before that.",
      "Person: a retry budget or a non-interruptible queue keeps this from happening.",
    ],
  },
  timeout: {
    what: "took longer than its timeout",
    next: [
      "Compare its inputs and duration with the last success: is there more to do, or does it hang?",
      "Raise the task's timeout if the time is needed.",
    ],
  },
  cache: {
    what: "has trouble with the cache",
    next: [
      "If it waits: get_run of the run that the evidence names shows how far that one is.",
      "If its outputs were not written: they are there, but the next run will compute them again.",
    ],
  },
  input_type: {
    what: "was given inputs that do not fit its parameters",
    next: [
      "Compare the inputs with the task's parameters (get_task), and start it again with the right ones.",
    ],
  },
  upstream: {
    what: "failed because an action below it did",
    next: [
      'list_actions {"phases":["failed","timed_out","aborted"]} finds that action.',
    ],
  },
  aborted: {
    what: "was aborted",
    next: [
      "Ask the person whether it was meant; Flyte does not record who aborts.",
      "It can be started again as it was.",
    ],
  },
  crash_loop: {
    what:
      "says that it runs, but its container ends by itself and is launched again without end",
    next: [
      "Mend what the end of the log shows: what it cannot import or load, or what ends the process.",
      "Person: abort the run, for it never ends by itself and holds its resources.",
    ],
  },
  not_enqueued: {
    what: "is queued, and may never have been handed to the cluster",
    next: [
      "Look again in a minute; if still nothing was heard, start it again.",
      "Person: Flyte's executor or its queue may be down; doctor shows what answers.",
    ],
  },
  condition_timed_out: {
    what: "was not answered in time",
    next: [
      "Ask the person who should have answered; then start the run again.",
    ],
  },
  waiting_for_people: {
    what: "waits for a person's answer",
    next: [
      "Tell the person what is asked, and that the run goes on when it is answered. Do not answer for them.",
    ],
  },
  node_unreachable: {
    what: "may be on a node that is gone",
    next: [
      "Look again in some minutes: Kubernetes takes five to give up a node.",
      "Person: check the node that the evidence names.",
    ],
  },
  system_error: {
    what: "failed by a fault of Flyte or the cluster, not of its code",
    next: [
      "Run it once more; if it stays so, give the evidence to whoever runs Flyte.",
    ],
  },
  unknown: {
    what: "failed, and nothing says why",
    next: [
      "Ask again in a minute, for events lag; get_action and get_logs show all there is.",
    ],
  },
  none: {
    what: "shows no trouble",
    next: ["Nothing needs to be done."],
  },
};
