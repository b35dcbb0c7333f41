import { type Micros, toTimestamp } from "../../plane/clock.ts";
import { ActionPhase } from "../../../idl/flyteidl2/common/phase_pb.ts";
import { TriggerAutomationSpecType } from "../../../idl/flyteidl2/task/common_pb.ts";
import { identifierOf } from "../../plane/kubernetes/reports.ts";
import { ROOT_ACTION } from "../../plane/workflow/actions.ts";
import { playApps } from "../apps.ts";
import { playRun } from "../play/runs.ts";
import { checkReport, type Stage } from "../play/stage.ts";
import { specOf } from "../tasks/sdk_task.ts";
import { HOSTILE } from "./hostile.ts";
import { HOSTILE_STORIES } from "./stories.ts";
import { HOSTILE_TASK } from "./task.ts";
import { TEXTS } from "./texts.ts";

const HOUR = 3_600;
const MICROS_PER_MS = 1_000;

/**
 * Fills the project `hostile`.
 *
 * @param now milliseconds since 1970
 */
export async function seedHostile(stage: Stage, now: number): Promise<void> {
  await stage.projects.createProject({
    project: {
      id: HOSTILE.project,
      name: TEXTS["project name"],
      description: TEXTS["project description"],
      labels: { values: { team: TEXTS["project label"] } },
    },
  });
  await deploy(stage);
  for (const story of HOSTILE_STORIES) await playRun(stage, story, now);
  await addLogLink(stage, now * MICROS_PER_MS);
  stage.secrets.create({ ...HOSTILE.secret, createdAt: now * MICROS_PER_MS });
  playApps(stage, [APP], now);
}

async function deploy({ tasks }: Stage): Promise<void> {
  await tasks.deployTask({
    taskId: HOSTILE.task,
    spec: specOf(HOSTILE_TASK),
    triggers: [{
      name: HOSTILE.trigger.name,
      spec: { active: true, description: TEXTS["trigger description"] },
      automationSpec: {
        type: TriggerAutomationSpecType.TYPE_SCHEDULE,
        automation: {
          case: "schedule",
          value: {
            expression: { case: "cronExpression", value: "0 3 * * *" },
          },
        },
      },
    }],
  });
}

/** A link to a log has a name of its own, and leads where it likes. */
async function addLogLink({ internal }: Stage, now: Micros): Promise<void> {
  const time = toTimestamp(now - HOUR * 1_000_000 + 5_000_000);
  const { status } = await internal.recordActionEvents({
    events: [{
      id: identifierOf({ run: HOSTILE.runs.failed, name: ROOT_ACTION }),
      attempt: 1,
      phase: ActionPhase.RUNNING,
      version: 1,
      updatedTime: time,
      reportedTime: time,
      logInfo: [{
        name: TEXTS["log link"],
        uri: "javascript:alert('HOSTILE log link')",
        ready: true,
      }],
    }],
  });
  checkReport(status);
}

const APP = {
  app: HOSTILE.app,
  image: "ghcr.io/example/hostile:v1",
  profile: {
    type: TEXTS["app type"],
    name: TEXTS["app name"],
    shortDescription: TEXTS["app description"],
  },
  env: { HINT: TEXTS["environment variable"] },
  ago: HOUR,
  state: { kind: "failed", why: TEXTS["app condition"] },
  logs: [TEXTS["app log line"].split("\n")],
} as const;
