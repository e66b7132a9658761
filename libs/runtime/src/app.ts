export { runApp, startApp, type AppOptions, type RunningApp } from './app/run-app.js';
export type { Readiness } from './app/health.js';
