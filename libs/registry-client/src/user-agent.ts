/**
 * How every request of ours introduces itself. A registry reports our own reads as `pull` events; whoever
 * reads events recognises them by the part before the slash.
 */
export const USER_AGENT = 'strata/0.1.0';
