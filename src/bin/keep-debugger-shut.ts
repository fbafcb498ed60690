// Keeps SIGUSR1 from starting Node's debugger, through which anybody on the machine could read the tokens that this process holds.
// Whoever wants to debug starts it with `node --inspect`.
process.on("SIGUSR1", () => {});
