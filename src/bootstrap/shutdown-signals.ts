/** What ends the server, as an operator, a terminal or an orchestrator says it. */
export const END_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

// Imported before all else: a signal that comes while the rest is being loaded is kept for main, which ends in order.
for (const signal of END_SIGNALS) process.on(signal, () => undefined);
