/** Where tasks are deployed and run. */
export interface Place {
  readonly project: string;
  readonly domain: string;
}

export const DEVELOPMENT: Place = {
  project: "flytesnacks",
  domain: "development",
};
export const PRODUCTION: Place = { project: "ml-prod", domain: "production" };
export const STAGING: Place = { project: "data-platform", domain: "staging" };
