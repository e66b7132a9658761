import { TOOL_ENVIRONMENT } from '../bootstrap/steps/tool-environment.mjs';

// Nx reads these when it is imported, so whoever imports Nx imports this first.
Object.assign(process.env, TOOL_ENVIRONMENT);
